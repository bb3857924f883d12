/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that name a socket which would be bound: "udp 127.0.0.1:53", "[::1]:http", "unix:@name", and the options that say
 * what it would be like.
 */
#ifndef WISH_WORDS_H
#define WISH_WORDS_H

#include <stdbool.h>

#include "model/rules.h"

struct buf;
struct host;

/* The first member of the settings of a command that takes them, so that a pointer to the settings is one to this. */
struct wish_words {
	struct bind_wish wish;
	char path[BIND_NAME_MAX + 2]; /* of a unix socket, for wish.name; NUL-terminated */
	bool has_proto;               /* a word has named it */
	bool has_family;              /* with it, as tcp4 does */
	bool has_target;
	bool has_address;             /* and not only a port */
	bool has_user;                /* --user; otherwise it is who runs this */
};

#define WISH_WORDS_INIT { .wish = { .proto = BIND_TCP, .family = FAMILY_COUNT } }

/* An operand: the protocol, or the target.  As options.operand. */
bool wish_take_word(void *words, const char *word, struct buf *error);

/* --device and --user.  As option_entry.apply. */
bool wish_apply_device(void *words, const char *argument, struct buf *error);
bool wish_apply_user(void *words, const char *argument, struct buf *error);

/*
 * The wish as it would be asked of this host: by who runs this, unless another user is named: then one without any capability,
 * or root with all.
 */
void wish_settle(struct bind_wish *wish, const struct wish_words *words, const struct host *host);

#endif
