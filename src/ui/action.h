/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys do: one table, from which dispatch, the help screen, the bar of keys and the manual are made.
 */
#ifndef UI_ACTION_H
#define UI_ACTION_H

#include <stdint.h>

#include "ui/app.h"

enum { ACTION_KEYS_MAX = 4 };

struct action {
	const char *name;  /* for the configuration and the manual */
	const char *label; /* in the bar of keys; NULL: not there */
	const char *help;  /* one sentence without a full stop */
	uint32_t keys[ACTION_KEYS_MAX]; /* the unused ones are INPUT_NONE */
	enum mode mode;    /* where the keys mean this */
	bool changes;      /* more than the screen: not with --readonly */
	void (*act)(struct app *app, uint32_t key);
};

/* Ends with an entry without a name; keymap.h tells which keys are in force. */
extern const struct action actions[];

/* By name; NULL when there is none. */
const struct action *action_named(const char *name);

#endif
