/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/keymap.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "ui/action.h"
#include "ui/input.h"

/* In place of an action, takes a key away. */
#define NO_ACTION "none"

/*
 * What a terminal makes signals of, or stops and starts its output with (termios(3), ISIG and IXON), never comes as a key.
 * That it cannot be bound leaves ^C to end the program, whatever becomes of the other keys.
 */
static const uint32_t reserved[] = { INPUT_CTRL('C'), INPUT_CTRL('Z'), INPUT_CTRL('\\'), INPUT_CTRL('S'), INPUT_CTRL('Q') };

void keymap_init(struct keymap *keymap)
{
	*keymap = (struct keymap){ .keys = { { INPUT_NONE } } };
	for (size_t i = 0; actions[i].name != NULL; i++)
		memcpy(keymap->keys[i], actions[i].keys, sizeof(actions[i].keys));
}

static void take_away(uint32_t keys[KEYMAP_KEYS_MAX], uint32_t key)
{
	size_t kept = 0;

	for (size_t i = 0; i < KEYMAP_KEYS_MAX; i++) {
		if (keys[i] != key)
			keys[kept++] = keys[i];
	}
	while (kept < KEYMAP_KEYS_MAX)
		keys[kept++] = INPUT_NONE;
}

/* action: NULL takes the key away in every mode. */
static void bind_key(struct keymap *keymap, uint32_t key, const struct action *action)
{
	for (size_t i = 0; actions[i].name != NULL; i++) {
		if (action == NULL || actions[i].mode == action->mode)
			take_away(keymap->keys[i], key);
	}
	if (action == NULL)
		return;
	uint32_t *keys = keymap->keys[action - actions];
	memmove(keys + 1, keys, (KEYMAP_KEYS_MAX - 1) * sizeof(keys[0]));
	keys[0] = key;
}

static bool is_reserved(uint32_t key)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (reserved[i] == key)
			return true;
	}
	return false;
}

static bool fail(struct buf *error, const char *word, const char *what)
{
	buf_putc(error, '"');
	text_clean(error, word);
	buf_printf(error, "\"%s", what);
	return false;
}

static const char *action_name(size_t i)
{
	return i == 0 ? NO_ACTION : actions[i - 1].name;
}

/* The action of the name, and whether there is room for one more key. */
static bool find_action(const struct keymap *keymap, const char *name, const struct action **action, struct buf *error)
{
	*action = action_named(name);
	if (strcmp(name, NO_ACTION) == 0)
		return true;
	if (*action == NULL)
		return text_fail_nearest(error, name, "action", action_name);
	if (keymap->keys[*action - actions][KEYMAP_KEYS_MAX - 1] != INPUT_NONE)
		return fail(error, name, " has as many keys as it can have");
	return true;
}

/* name is NULL where nothing stands behind the key. */
static bool bind_names(struct keymap *keymap, const char *key_name, const char *name, struct buf *error)
{
	const struct action *action;
	uint32_t key = input_named(key_name);

	if (key == INPUT_NONE)
		return text_fail_nearest(error, key_name, "key", input_name);
	if (name == NULL)
		return fail(error, key_name, " needs an action behind it, such as F5 pause");
	if (is_reserved(key))
		return fail(error, key_name, " cannot be bound; the terminal keeps ^C, which always ends the program, ^Z, ^\\, "
					     "^S and ^Q for itself");
	if (!find_action(keymap, name, &action, error))
		return false;
	bind_key(keymap, key, action);
	return true;
}

bool keymap_bind(struct keymap *keymap, const char *text, struct buf *error)
{
	struct buf words = BUF_INIT;
	char *rest;

	buf_puts(&words, text);
	const char *key = strtok_r(words.data, " \t", &rest);
	const char *name = strtok_r(NULL, " \t", &rest);
	const char *more = strtok_r(NULL, " \t", &rest);
	bool good = more != NULL ? fail(error, more, " is too much; a key and an action are all")
				 : bind_names(keymap, key != NULL ? key : "", name, error);
	buf_fini(&words);
	return good;
}

static bool has_key(const uint32_t keys[KEYMAP_KEYS_MAX], uint32_t key)
{
	for (size_t i = 0; i < KEYMAP_KEYS_MAX; i++) {
		if (keys[i] == key)
			return true;
	}
	return false;
}

static const struct action *find(const struct keymap *keymap, unsigned mode, uint32_t key)
{
	for (size_t i = 0; key != INPUT_NONE && actions[i].name != NULL; i++) {
		if (actions[i].mode == mode && has_key(keymap->keys[i], key))
			return &actions[i];
	}
	return NULL;
}

/* A digit that was bound by itself means that, and not what digits mean. */
const struct action *keymap_find(const struct keymap *keymap, unsigned mode, uint32_t key)
{
	const struct action *action = find(keymap, mode, key);

	return action == NULL && key >= '0' && key <= '9' ? find(keymap, mode, INPUT_DIGIT) : action;
}

uint32_t keymap_first(const struct keymap *keymap, const struct action *action)
{
	return keymap->keys[action - actions][0];
}

void keymap_format(struct buf *out, const struct keymap *keymap, const struct action *action)
{
	const uint32_t *keys = keymap->keys[action - actions];

	for (size_t i = 0; i < KEYMAP_KEYS_MAX && keys[i] != INPUT_NONE; i++) {
		if (i > 0)
			buf_putc(out, ' ');
		input_format(out, keys[i]);
	}
}

void keymap_name(struct buf *out, const struct keymap *keymap, const char *action)
{
	uint32_t key = keymap_first(keymap, action_named(action));

	if (key != INPUT_NONE)
		input_format(out, key);
	else
		buf_puts(out, action);
}
