/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the sockets of a command come from, as its options say: a source, the clock that it lives by, and whether what it
 * says is recorded.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>

#include "base/clock.h"

struct buf;
struct settings;

struct origin {
	struct clock clock;
	struct recorder *recorder; /* NULL: nothing is recorded */
	struct source *source;     /* while it is open */
};

/* What it is for. */
enum origin_use {
	ORIGIN_ONCE, /* answers */
	ORIGIN_LIVE, /* a terminal */
	ORIGIN_HEADLESS, /* a script */
};

/* Sets the clock, and begins the recording that is asked for, if one is; false and one line in why when that is not possible. */
bool origin_begin(struct origin *origin, const struct settings *settings, struct buf *why);

/* Opens the source: 0, or -errno when the kernel has none; -EINVAL and one line in why for a file that is none. */
int origin_open(struct origin *origin, const struct settings *settings, enum origin_use use, struct buf *why);
void origin_close(struct origin *origin);

/* Ends the recording; false and one line in why when it failed only now. */
bool origin_end(struct origin *origin, const struct settings *settings, struct buf *why);

#endif
