/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's destroy events: every TCP and UDP socket that is closed, the moment it is, with its cookie.  Anybody may
 * listen.  (SKNLGRP_INET_TCP_DESTROY and its like, net/core/sock_diag.c, Linux 4.5.)
 */
#ifndef KERNEL_EVENTS_H
#define KERNEL_EVENTS_H

#include <stdbool.h>

#include "kernel/nl.h"
#include "model/sock.h"

struct events {
	struct nl nl;
	struct recorder *recorder; /* NULL: none */
	unsigned long losses;    /* how often the kernel dropped events because they came too fast */
	unsigned long malformed; /* attributes that could not be read; sockets of other kinds are passed over */
	void (*destroyed)(void *context, const struct sock *sock); /* its state is STATE_CLOSE */
	void *context;
};

/* destroyed, context and recorder are to be set before.  0 or -errno. */
int events_open(struct events *events);
void events_close(struct events *events);

/* For poll(2). */
int events_fd(const struct events *events);

/* Takes one chunk, without waiting. */
void events_step(struct events *events);

/* The same with a chunk that was received some other time, of events that need not be open. */
void events_feed(struct events *events, const void *chunk, size_t length);

#endif
