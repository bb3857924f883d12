/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket options that steps may set and get, in one table; and the kinds of sockets that they may make.
 */
#ifndef LAB_OPTION_H
#define LAB_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct fault;
struct token;

enum socket_kind {
	SOCKET_TCP4,
	SOCKET_TCP6,
	SOCKET_UDP4,
	SOCKET_UDP6,
	SOCKET_UDPLITE4,
	SOCKET_UDPLITE6,
	SOCKET_MPTCP4,
	SOCKET_MPTCP6,
	SOCKET_UNIX,
	SOCKET_UNIX_DGRAM,
	SOCKET_UNIX_SEQPACKET,
	SOCKET_KIND_COUNT,
};

/* What socket(2) is called with. */
struct socket_kind_entry {
	const char *name;
	int family, type, protocol;
};

extern const struct socket_kind_entry socket_kinds[SOCKET_KIND_COUNT];

enum lab_option {
	OPTION_REUSEADDR,
	OPTION_REUSEPORT,
	OPTION_V6ONLY,
	OPTION_FREEBIND,
	OPTION_TRANSPARENT,
	OPTION_BIND_ADDRESS_NO_PORT,
	OPTION_KEEPALIVE,
	OPTION_NODELAY,
	OPTION_BROADCAST,
	OPTION_DEVICE,
	OPTION_LINGER,
	OPTION_PORT_RANGE,
	OPTION_RCVBUF,
	OPTION_SNDBUF,
	OPTION_SYNCNT,
	OPTION_COUNT,
};

enum { LINGER_SECONDS_MAX = 2 }; /* close() waits for so long, and the step has 3 s */

struct option_value {
	uint32_t number;   /* 0 or 1, seconds, bytes; of a range the lower port */
	uint32_t high;     /* of a range */
	bool off;          /* linger */
	char device[16];   /* "" for none */
};

/* "reuseaddr" */
const char *lab_option_name(size_t option);

/* Whether it is 0 or 1. */
bool lab_option_is_flag(unsigned option);

/* As setsockopt(2) knows it, on a socket of that address family. */
void option_call(unsigned option, int family, int *level, int *name);

/* The same for people: "SOL_SOCKET", "SO_REUSEADDR"; static. */
void option_symbols(unsigned option, int family, const char **level, const char **name);

bool option_value_parse(struct option_value *value, unsigned option, const struct token *token, struct fault *fault);

/* As it is parsed. */
void option_value_format(struct buf *out, unsigned option, const struct option_value *value);

/* On a socket of that address family (AF_INET, ...).  0 or -errno. */
int option_set(int fd, int family, unsigned option, const struct option_value *value);
int option_get(int fd, int family, unsigned option, struct option_value *value);

#endif
