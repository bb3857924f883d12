/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys mean what: those of the table of actions, and what the user has made of them.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

struct action;
struct buf;

enum { ACTIONS_MAX = 192, KEYMAP_KEYS_MAX = 8 };

struct keymap {
	uint32_t keys[ACTIONS_MAX][KEYMAP_KEYS_MAX]; /* by the place of the action in its table; the unused are INPUT_NONE */
};

/* As the table of actions has it. */
void keymap_init(struct keymap *keymap);

/*
 * Applies "KEY ACTION": from now on the key means that and nothing else in the action's mode, and is the first of the
 * action's keys.  With "none" for the action it means nothing in any mode.  False, nothing changed, and one line without a
 * newline in error when it is not right: it names the word at fault and the nearest that is right.
 */
bool keymap_bind(struct keymap *keymap, const char *text, struct buf *error);

/* The action of a key in this mode (enum mode); NULL when it has none. */
const struct action *keymap_find(const struct keymap *keymap, unsigned mode, uint32_t key);

/* The first key of an action; INPUT_NONE when it has none any more. */
uint32_t keymap_first(const struct keymap *keymap, const struct action *action);

/* Appends the names of the action's keys with blanks between them. */
void keymap_format(struct buf *out, const struct keymap *keymap, const struct action *action);

/* Appends the first key of the action of that name; the name where it has no key. */
void keymap_name(struct buf *out, const struct keymap *keymap, const char *action);

#endif
