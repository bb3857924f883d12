/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user does, written down, one step a line (man page, SCRIPTS).  Knows nothing of who does it then.
 */
#ifndef UI_SCRIPT_H
#define UI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/input.h"

struct buf;

enum step_kind {
	STEP_KEY,
	STEP_WAIT,
	STEP_RESIZE,
	STEP_MOUSE,
	STEP_SCREEN, /* print the screen */
	STEP_STYLE,  /* print how its cells look */
};

struct script_step {
	enum step_kind kind;
	uint32_t key;           /* STEP_KEY */
	uint64_t wait_ns;       /* STEP_WAIT */
	unsigned width, height; /* STEP_RESIZE */
	struct mouse mouse;     /* STEP_MOUSE */
	char *name;             /* STEP_SCREEN, STEP_STYLE: owned; NULL: none */
};

struct script {
	struct script_step *steps; /* owned */
	size_t count;
};

/*
 * Reads all of the file, "-": standard input.  False and one line in error when it cannot be read, or is not right: it has
 * the file, the line and the word at fault.  To be ended with script_fini in any case.
 */
bool script_load(struct script *script, const char *path, struct buf *error);

/* The same with a text, which does not stay as it is; path is for what is said. */
bool script_parse(struct script *script, struct buf *text, const char *path, struct buf *error);
void script_fini(struct script *script);

#endif
