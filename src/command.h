/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands: what stands behind "ports" as the first word, and is no option and no port.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "options.h"

struct command {
	const char *name;
	const struct option_entry *options;
	const char *operand; /* what its other words are, called as the arguments of options are */
	int (*run)(int argc, char *const argv[]); /* argv[0] is the name; the exit status, or STATUS_UNREAD */
	const char *help;    /* one sentence without a full stop */
};

/* Ends with one without a name. */
extern const struct command commands[];

/* NULL: there is none of that name. */
const struct command *command_named(const char *name);

#endif
