/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/lessons.h"

#include <string.h>

const struct lesson *lesson_find(const char *name)
{
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		if (strcmp(lesson->name, name) == 0)
			return lesson;
	}
	return NULL;
}

const char *lesson_name(size_t i)
{
	return lessons[i].name;
}
