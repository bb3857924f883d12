/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The playground as the command line knows it: its file, its network, and how it begins anew in another one.
 */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include <stdbool.h>

#include "lab_load.h"

struct settings;
struct ui_options;

struct play_start {
	struct lab_list list; /* its file or lesson; or none */
};

/*
 * Reads the file and enters the network that is asked for; before there is any thread.  An exit status, EXIT_MATCHED when
 * that is done, else with one line in why.
 */
int play_start(struct play_start *start, const struct settings *settings, struct buf *why);

/* What of it the live program is to know. */
void play_fill(const struct play_start *start, const struct settings *settings, struct ui_options *options);

/* Executes this program anew, with its words and in a private network; returns only when that fails: an exit status. */
int play_again(int argc, char *const argv[]);

#endif
