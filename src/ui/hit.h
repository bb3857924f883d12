/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an action that cannot be undone would hit: the processes and sockets of the tagged rows, or of what is selected.
 * They are collected when it is asked for, named in the question, and acted on by the loop only after a yes.
 */
#ifndef UI_HIT_H
#define UI_HIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/owner.h"
#include "model/sock.h"

struct app;
struct buf;
struct holder_port;

enum { HIT_MAX = 32 };

struct hit {
	struct owner processes[HIT_MAX]; /* each pid once */
	size_t process_count;
	struct sock socks[HIT_MAX]; /* when it is about processes: only the first one */
	size_t sock_count;
	bool more;         /* there were more than fit: the question says so */
	int signal_number; /* once it was answered */
};

/* Collects; false, with the reason as the app's message, when there is nobody, or nothing, to hit. */
bool hit_collect_processes(struct app *app);
bool hit_collect_socks(struct app *app);

/* Leaves only the process of that number, counted from 1; false, and all of them, when there is none. */
bool hit_narrow(struct hit *hit, size_t number);

/* Appends the question. */
void hit_ask(struct buf *out, const struct app *app);

/* Appends what became of a process that was sent a signal, and who has the port of the socket that it was killed for. */
void hit_report(struct buf *out, const struct app *app, const struct owner *process, const struct holder_port *port);

#endif
