/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports lab": runs scenarios and the built-in lessons.
 */
#ifndef LAB_COMMAND_H
#define LAB_COMMAND_H

#include "options.h"

/* Exit statuses: those of a test runner. */
enum lab_status {
	LAB_PASSED = 0,
	LAB_FAILED = 1,
	LAB_USAGE = 2, /* the words, or a scenario that does not parse */
	LAB_NOT_PERMITTED = 3,
	LAB_SYSTEM = 4,
	LAB_SKIPPED = 77, /* all of them */
};

/* Ends with an entry without a name. */
extern const struct option_entry lab_options[];

/* argv[0] is "lab".  Writes to standard output and, a fault, one line to standard error.  Returns the exit status. */
int lab_command(int argc, char *const argv[]);

#endif
