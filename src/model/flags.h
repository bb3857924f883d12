/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of a socket that decide where it can be bound and who else can be bound there, as far as they are known.
 * Knows nothing of who asks for them (kernel/flags.h, kernel/diag_inet.h).
 */
#ifndef MODEL_FLAGS_H
#define MODEL_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sock_flag {
	FLAG_REUSEADDR = 1 << 0,
	FLAG_REUSEPORT = 1 << 1,
	FLAG_V6ONLY = 1 << 2, /* IPv6 only: never known of other sockets */
	FLAG_FREEBIND = 1 << 3,
	FLAG_TRANSPARENT = 1 << 4,
	FLAG_NO_PORT = 1 << 5, /* IP_BIND_ADDRESS_NO_PORT */
};

/* Sets of enum sock_flag.  A flag that is not known is not set either. */
struct sock_flags {
	uint8_t known;
	uint8_t set;
};

/* How a flag is called. */
struct flag_name {
	enum sock_flag flag;
	char letter;        /* in the column */
	const char *option; /* as setsockopt(2) knows it */
	const char *member; /* in JSON */
};

enum { FLAG_COUNT = 6 };
extern const struct flag_name flag_names[FLAG_COUNT];

/* What one socket, named by its SO_COOKIE, answered. */
struct flags_answer {
	uint64_t cookie;
	struct sock_flags flags;
};

void flags_learn(struct sock_flags *flags, enum sock_flag flag, bool set);

/* What is newer holds, where it is known. */
void flags_merge(struct sock_flags *flags, struct sock_flags newer);

/* Whether all is known that decides who else can be bound there: SO_REUSEADDR, SO_REUSEPORT and, of IPv6, IPV6_V6ONLY. */
bool flags_decide(struct sock_flags flags, unsigned family);

#endif
