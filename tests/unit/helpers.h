/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several unit tests need: sockets made up in a few words, texts to compare, numbers that look random.
 */
#ifndef TESTS_UNIT_HELPERS_H
#define TESTS_UNIT_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/sock.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Compares what was appended to a struct buf since the last time, and empties it. */
#define assert_text(buf, expected)                                                                                             \
	do {                                                                                                                   \
		assert_string_equal(buf_str(buf), (expected));                                                                 \
		buf_clear(buf);                                                                                                \
	} while (0)

/*
 * A socket.  Endpoints are written "127.0.0.1:80" or "[::1]:80"; NULL: 0.0.0.0:0.  It is UDP where the state is UNCONN,
 * else TCP.  It has the inode 1000 + cookie and a known uid of 0, but for TIME_WAIT and SYN_RECV, which have neither.
 */
struct sock make_sock(uint64_t cookie, enum sock_state state, const char *local, const char *foreign);

/* A listener on 0.0.0.0. */
struct sock make_listener(uint64_t cookie, uint16_t port);

/* Makes these the owners of the row, which borrows them. */
struct owner;
struct row;
void give_owners(struct row *row, struct owner *owners, uint32_t count);

/* xorshift64*; the state is the seed at first, and not 0. */
uint64_t next_random(uint64_t *state);

/* Makes the filter anew; the text must be one. */
struct filter;
void set_filter(struct filter *filter, const char *text);

/* A file that is in memory only, for what writes to descriptors; and all that was written to it.  The latter closes it. */
int memory_file(void);
void read_back(int file, struct buf *out);

#endif
