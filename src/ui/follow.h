/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that is followed: the selection stays on it however rows are sorted, filtered and grouped, until the selection
 * is moved or the socket is gone, and then it is said what became of it.
 */
#ifndef UI_FOLLOW_H
#define UI_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "model/sock.h"

struct app;
struct buf;
struct row;

struct follow {
	bool on;
	struct sock sock;  /* as it was last seen */
	uint64_t first_ns; /* when it was first seen */
};

void follow_begin(struct app *app, const struct row *row);

/* The table or the query has changed: takes over what is known of the socket now, or ends and says why. */
void follow_check(struct app *app);

/* Appends "tcp 127.0.0.1:9999>127.0.0.1:51238". */
void follow_format(struct buf *out, const struct app *app);

#endif
