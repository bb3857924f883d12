/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bind() made only to see what the kernel says, and undone at once.
 */
#ifndef KERNEL_TRIAL_H
#define KERNEL_TRIAL_H

#include <stdbool.h>

struct bind_wish;

struct trial {
	int bind_error;   /* 0, or the errno of socket(), of an option, or of bind() */
	int listen_error; /* 0, or the errno of listen() */
	bool listened;    /* listen() was called */
};

/*
 * Why a trial would do harm, as the end of a sentence ("... is not tried, because <it>"); NULL where it would not.
 * A UDP socket that may share would take the datagrams of the others while it lives, and a file would be seen by who
 * watches its directory.
 */
const char *trial_harm(const struct bind_wish *wish);

/* Whether a trial may also listen(): not where that joins a group of SO_REUSEPORT and takes its connections. */
bool trial_may_listen(const struct bind_wish *wish);

/*
 * Tries with the wish's options, user and capabilities, and closes the socket.  0, and the outcome in trial; -EPERM when this
 * process may not act as the wish's user, or lacks a capability that the wish has.
 */
int trial_bind(const struct bind_wish *wish, bool listens, struct trial *trial);

#endif
