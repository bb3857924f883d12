/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live program without a terminal: does what a script says, and prints screens.
 *
 * The next step is made only when nothing is under way and the screen is drawn, so that the same script on the same source
 * with a clock that stands still prints the same every time.
 */
#ifndef UI_HEADLESS_H
#define UI_HEADLESS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/ui.h"

struct script;

struct headless_options {
	const struct ui_options *ui;
	unsigned width, height;      /* of the screen, to begin with */
	const struct script *script; /* NULL: the first screen is printed, and no more */
	bool (*print)(void *context, const char *text, size_t length); /* false: nobody reads it any more */
	void *context;
};

/* 0, or the -errno for which there never was anything to show. */
int headless_run(const struct headless_options *options);

#endif
