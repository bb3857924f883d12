/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the list in the form that the options say, with the time where it is one of many.
 */
#ifndef CLI_WRITE_H
#define CLI_WRITE_H

#include <stdbool.h>

struct gathered;
struct listing;
struct settings;
struct sink;

/* One look, and how it is to be written. */
struct answer {
	const struct settings *settings;
	const struct gathered *gathered;
	const struct listing *listing;
	bool repeated; /* it is one of many */
	bool again;    /* and not the first of them */
};

void cli_write_answer(struct sink *sink, const struct answer *answer);

#endif
