/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer of "ports why": for people, and as JSON (man page, JSON): members are only ever added.
 */
#ifndef OUT_WHY_H
#define OUT_WHY_H

#include <stdbool.h>

struct buf;
struct why;
struct why_context;

/* What became of the trial; errors are errnos, 0 for success. */
struct why_trial {
	bool done;
	bool listened;
	int bind_error, listen_error;
	const char *left_out; /* why it was not done: "it would ..."; NULL when nobody wanted one */
};

/* Appends the answer as lines. */
void why_write_text(struct buf *out, const struct why *why, const struct why_context *context,
		    const struct why_trial *trial);

/* Appends it as one JSON object and a newline. */
void why_write_json(struct buf *out, const struct why *why, const struct why_context *context,
		    const struct why_trial *trial);

/* Whether the kernel did not do what the rules had said. */
bool why_is_contradicted(const struct why *why, const struct why_trial *trial);

#endif
