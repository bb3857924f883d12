/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel can be asked for: one table with an entry for every dump that there is, whatever it is of.
 * Who walks through it is poller.c; what a dump looks like is known by the file of its family.
 */
#ifndef KERNEL_FAMILY_H
#define KERNEL_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;
struct query;
struct sock;
struct sock_info;

struct dump_class {
	const char *name; /* of its sockets, for messages: "tcp6" */
	uint8_t proto;    /* enum sock_proto, the first of protos; with the family it names the dump in a recording */
	uint8_t family;   /* enum sock_family */
	uint32_t protos;  /* 1 << enum sock_proto: what it tells */

	/* Builds the request in a buffer of DIAG_REQUEST_BYTES, or NULL: the query asks for nothing that it has.  NULL: see file. */
	struct nlmsghdr *(*request)(void *buffer, unsigned proto, unsigned family, const struct query *query);

	/*
	 * Makes of the request one that is answered with the sockets of the next entry, too, for which the other request
	 * is; false, and nothing has changed: these two are asked for one by one.  NULL: they always are.
	 */
	bool (*join)(struct nlmsghdr *request, const struct nlmsghdr *other);

	/* Takes from a request what only a newer kernel understands: more comes then.  NULL: there is nothing of that kind. */
	void (*strip)(struct nlmsghdr *request);

	/* Reads one reply; false when it is none.  What is not understood of it is added to malformed. */
	bool (*parse)(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);

	/* Reads from the same reply what a row keeps beside the socket; false: nothing, or it was not asked for.  NULL: never. */
	bool (*inform)(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
		       unsigned long *malformed);

	/* Where /proc/net tells them, if sock_diag does not; NULL: nowhere. */
	const char *file;
};

extern const struct dump_class dump_classes[];
extern const size_t dump_class_count;

enum { DUMP_CLASSES_MAX = 40 };

/* Which entry has that protocol and family; dump_class_count: none. */
size_t dump_class_find(unsigned proto, unsigned family);

#endif
