/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets that there are, for the steps that look: a table that is brought up to date when it is asked for.
 */
#ifndef LAB_LOOK_H
#define LAB_LOOK_H

#include <stdbool.h>

#include "kernel/poller.h"
#include "lab/crew.h"
#include "lab/step.h"
#include "model/names.h"
#include "model/table.h"

struct look {
	struct table table;
	struct names names;
	struct poller poller;
	struct query query;
	bool flags; /* who looks for owners asks their sockets for flags, too */
	int error;  /* 0, or the -errno of the last look */
};

/* Of the network namespace that the process is in.  0 or -errno. */
int look_open(struct look *look);
void look_close(struct look *look);

/*
 * The same a chunk at a time, for who does not wait: begins, says what poll(2) is to wait for, and takes a chunk; true when
 * the table is up to date, or look.error says why not.
 */
void look_begin(struct look *look);
int look_fd(const struct look *look);
bool look_step(struct look *look);

/* Brings the table up to date, and with owners also who has the sockets.  0 or -errno, which stays in look.error. */
int look_again(struct look *look, bool owners);

/* Whether the table, as it is, has what a step "see" or "owners" says.  Appends what it has instead where it has not. */
bool look_shows(const struct look *look, const struct step *step, const struct crew *crew, struct buf *instead);

/* Appends "127.0.0.1:80" or "[::1]:80". */
void look_format(struct buf *out, unsigned family, const uint8_t address[16], uint16_t port);

#endif
