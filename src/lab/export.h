/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario as a program of another language that does the same, to be read, changed and run without this one.
 * Knows nothing of how scenarios are run here (lab/run.h).
 */
#ifndef LAB_EXPORT_H
#define LAB_EXPORT_H

#include <stddef.h>

struct buf;
struct scenario;

enum export_language {
	EXPORT_C,      /* C11, for Linux */
	EXPORT_PYTHON, /* 3.9 and later, with its standard library */
	EXPORT_LANGUAGES,
};

/* "c"; NULL behind the last one.  (A text_name_fn of base/text.h.) */
const char *export_language_name(size_t language);

/* Appends the text of the program, for a scenario that was parsed without a fault. */
void export_scenario(struct buf *out, const struct scenario *scenario, enum export_language language);

#endif
