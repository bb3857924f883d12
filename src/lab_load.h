/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios by the words of a command line.
 */
#ifndef LAB_LOAD_H
#define LAB_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "lab/scenario.h"

/* A scenario and where its text is. */
struct lab_loaded {
	struct scenario scenario;
	struct buf text;     /* of a file */
	const char *source;  /* what it was parsed from: that text, or a lesson's */
	size_t length;
};

struct lab_list {
	struct lab_loaded *all; /* owned */
	size_t count;
};

/* Adds a lesson or, where there is none of that name, a file.  The word is borrowed.  False, with a line in error. */
bool lab_load(struct lab_list *list, const char *word, struct buf *error);

void lab_list_fini(struct lab_list *list);

#endif
