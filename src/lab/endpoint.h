/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ADDRESS:PORT as scenarios write it: numbers only, no name is ever looked up.
 * Knows nothing of steps.
 */
#ifndef LAB_ENDPOINT_H
#define LAB_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct buf;
struct fault;
struct token;

enum {
	NAME_BYTES_MAX = 15,  /* of an actor or a socket: what comm of a process holds (prctl(2), PR_SET_NAME) */
	PATH_BYTES_MAX = 107, /* of a unix socket, with a NUL behind it (unix(7)) */
};

/* Of an actor or a socket. */
struct lab_name {
	char text[NAME_BYTES_MAX + 1];
};

enum endpoint_kind {
	ENDPOINT_NONE,
	ENDPOINT_ANY,   /* "*": the wildcard of the socket's family */
	ENDPOINT_INET,
	ENDPOINT_INET6,
	ENDPOINT_UNIX,
};

struct endpoint {
	uint8_t kind;              /* enum endpoint_kind */
	uint8_t address[16];       /* network byte order; ENDPOINT_INET uses the first four bytes */
	char device[16];           /* behind a %; "" when there is none */
	uint16_t port;             /* unless port_of names a socket */
	struct lab_name actor;     /* of that socket; "" where the line's own is meant */
	struct lab_name port_of;   /* the socket whose local port is meant; "" for none */
	bool abstract;             /* ENDPOINT_UNIX: a name without a file */
	uint8_t path_length;
	char path[PATH_BYTES_MAX + 1]; /* ENDPOINT_UNIX; without the @ */
};

bool name_is_good(const char *text);

/* False, and the fault is set, when it is none. */
bool endpoint_parse(struct endpoint *endpoint, const struct token *token, struct fault *fault);

/* As endpoint_parse reads it, quoted where it has to be. */
void endpoint_format(struct buf *out, const struct endpoint *endpoint);

/* 127.0.0.0/8, also mapped, ::1, and names without a file. */
bool endpoint_is_loopback(const struct endpoint *endpoint);

/*
 * For bind(2) and connect(2); family: the socket's, which says what "*" is.  Returns the length; 0 where a device that it
 * names does not exist.
 */
socklen_t endpoint_sockaddr(const struct endpoint *endpoint, int family, struct sockaddr_storage *storage);

#endif
