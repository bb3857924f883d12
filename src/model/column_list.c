/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/column.h"

void column_list_usual(struct column_list *list, bool extended)
{
	list->count = columns_select(extended, list->all);
}

uint32_t column_list_needs(const struct column_list *list)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < list->count; i++)
		needs |= list->all[i]->needs;
	return needs;
}

static const struct column *find(const char *id, size_t length)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (strlen(columns[i].id) == length && strncmp(columns[i].id, id, length) == 0)
			return &columns[i];
	}
	return NULL;
}

static bool has(const struct column_list *list, const struct column *column)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->all[i] == column)
			return true;
	}
	return false;
}

void column_list_add(struct column_list *list, const struct column *column)
{
	size_t at = list->count > 0 ? list->count - 1 : 0;

	if (has(list, column))
		return;
	list->all[list->count] = list->all[at];
	list->all[at] = column;
	list->count++;
}

static bool fail(struct buf *error, const char *word, size_t length, const char *what)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, word, length);
	buf_putc(error, '"');
	text_clean(error, copy.data);
	buf_printf(error, "\" %s", what);
	buf_fini(&copy);
	return false;
}

static bool fail_unknown(struct buf *error, const char *word, size_t length)
{
	fail(error, word, length, "is no column; there are ");
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		buf_printf(error, "%s%s", i > 0 ? "," : "", columns[i].id);
	return false;
}

bool column_list_parse(struct column_list *list, const char *text, struct buf *error)
{
	struct column_list parsed = *list;

	if (*text == '+')
		text++;
	else
		parsed.count = 0;
	for (const char *end = text; *end != '\0' || end == text; text = end + 1) {
		size_t length = strcspn(text, ",");
		const struct column *column = find(text, length);

		end = text + length;
		if (column == NULL)
			return fail_unknown(error, text, length);
		if (has(&parsed, column))
			return fail(error, text, length, "is there twice; each column is shown once");
		parsed.all[parsed.count++] = column;
		if (*end == '\0')
			break;
	}
	*list = parsed;
	return true;
}
