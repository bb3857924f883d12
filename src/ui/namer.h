/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for the live table: asks for those of what is on the screen, and nothing waits for the answers.
 * Connects the app with kernel/names_worker.h; where that is NULL, numbers stay.
 */
#ifndef UI_NAMER_H
#define UI_NAMER_H

#include <stdbool.h>

struct app;
struct buf;
struct names_worker;
struct sock;
struct sock_info;

/* A socket has come: the filter knows users, devices and cgroups of all of them, on the screen or not.  info may be NULL. */
void namer_see(struct names_worker *worker, struct app *app, const struct sock *sock, const struct sock_info *info);

/* Something was drawn: asks for the names that it lacks. */
void namer_look(struct names_worker *worker, struct app *app);

/*
 * Takes the answers that have come; true when the screen is not what it should be any more.  A filter finds new names with
 * the next refresh: to go through all rows for each answer would cost more than it is worth.
 */
bool namer_take(struct names_worker *worker, struct app *app);

/* Appends why hosts stay numbers whatever is done, if they do; one sentence. */
void namer_explain(struct buf *out);

#endif
