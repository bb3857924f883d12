/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lessons: scenarios that are part of the program.  Their texts are the files in lab/lessons, built in.
 */
#ifndef LAB_LESSONS_H
#define LAB_LESSONS_H

#include <stddef.h>

struct lesson {
	const char *name;
	const char *text;
	size_t length;
};

/* In the order in which they are to be read; ends with one without a name. */
extern const struct lesson lessons[];

/* NULL: there is none of that name. */
const struct lesson *lesson_find(const char *name);

/* By place; NULL behind the last one.  (A text_name_fn of base/text.h.) */
const char *lesson_name(size_t i);

#endif
