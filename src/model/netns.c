/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/netns.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"

void netns_wish_fini(struct netns_wish *wish)
{
	for (size_t i = 0; i < wish->count; i++)
		free(wish->words[i]);
	free(wish->words);
	*wish = (struct netns_wish){ .all = false };
}

static bool add_word(struct netns_wish *wish, const char *text, size_t length, struct buf *error)
{
	struct buf word = BUF_INIT;

	buf_add(&word, text, length);
	const char *name = buf_str(&word);
	if (name[0] == '\0' || (name[0] != '/' && strchr(name, '/') != NULL) || name[0] == '.') {
		buf_putc(error, '"');
		text_clean(error, name);
		buf_puts(error, "\" is no network namespace: a name, a process id, a path that begins with / or all is one");
		buf_fini(&word);
		return false;
	}
	if (strcmp(name, "all") == 0) {
		wish->all = true;
		buf_fini(&word);
		return true;
	}
	wish->words = xrealloc_array(wish->words, wish->count + 1, sizeof(wish->words[0]));
	wish->words[wish->count++] = word.data;
	return true;
}

bool netns_wish_add(struct netns_wish *wish, const char *text, struct buf *error)
{
	for (const char *end; text != NULL; text = *end == ',' ? end + 1 : NULL) {
		end = text[0] == '/' ? text + strlen(text) : text + strcspn(text, ",");
		if (!add_word(wish, text, (size_t)(end - text), error))
			return false;
	}
	return true;
}

bool netns_wish_is_given(const struct netns_wish *wish)
{
	return wish->all || wish->count > 0;
}

void netns_wish_format(struct buf *out, const struct netns_wish *wish)
{
	if (wish->all) {
		buf_puts(out, "all");
		return;
	}
	for (size_t i = 0; i < wish->count; i++) {
		if (i > 0)
			buf_putc(out, ',');
		text_clean(out, wish->words[i]);
	}
}
