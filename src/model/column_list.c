/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/column.h"

void column_list_usual(struct column_list *list, enum column_view view)
{
	list->count = columns_select(view, list->all);
	list->named = false;
}

_Static_assert(COLUMN_COUNT <= 64, "a set of columns has 64 bits");

uint64_t column_list_set(const struct column_list *list)
{
	uint64_t set = 0;

	for (size_t i = 0; i < list->count; i++)
		set |= COLUMN_BIT(list->all[i] - columns);
	return set;
}

uint32_t column_set_needs(uint64_t set)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++)
		needs |= set & COLUMN_BIT(i) ? columns[i].needs : 0;
	return needs;
}

uint32_t column_list_needs(const struct column_list *list)
{
	return column_set_needs(column_list_set(list));
}

static const char *name(size_t i)
{
	return i < COLUMN_COUNT ? columns[i].id : NULL;
}

const struct column *column_named(const char *id, struct buf *error)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (strcmp(columns[i].id, id) == 0)
			return &columns[i];
	}
	text_fail_nearest(error, id, "column", name);
	return NULL;
}

bool column_list_has(const struct column_list *list, const struct column *column)
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

	if (column_list_has(list, column))
		return;
	list->all[list->count] = list->all[at];
	list->all[at] = column;
	list->count++;
}

/* In its usual place, before the first one that usually stands behind it. */
static void insert(struct column_list *list, const struct column *column)
{
	size_t at = 0;

	while (at < list->count && list->all[at] < column)
		at++;
	memmove(&list->all[at + 1], &list->all[at], (list->count - at) * sizeof(list->all[0]));
	list->all[at] = column;
	list->count++;
}

void column_list_enliven(struct column_list *list)
{
	for (size_t i = 0; i < COLUMN_COUNT && !list->named; i++) {
		if (columns[i].live && !column_list_has(list, &columns[i]))
			insert(list, &columns[i]);
	}
}

void column_list_remove(struct column_list *list, const struct column *column)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->all[i] != column)
			list->all[kept++] = list->all[i];
	}
	list->count = kept;
}

void column_list_extend(struct column_list *list, bool extended)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!columns[i].extended)
			continue;
		if (extended && !column_list_has(list, &columns[i]))
			insert(list, &columns[i]);
		else if (!extended && list->count > 1)
			column_list_remove(list, &columns[i]);
	}
}

static bool add_named(struct column_list *list, const char *id, struct buf *error)
{
	const struct column *column = column_named(id, error);

	if (column == NULL)
		return false;
	if (column_list_has(list, column)) {
		buf_printf(error, "\"%s\" is there twice; each column is shown once", id);
		return false;
	}
	list->all[list->count++] = column;
	return true;
}

bool column_list_parse(struct column_list *list, const char *text, struct buf *error)
{
	struct column_list parsed = *list;
	struct buf id = BUF_INIT;
	bool good = true;

	if (*text == '+') {
		text++;
	} else {
		parsed.count = 0;
		parsed.named = true;
	}
	do {
		size_t length = strcspn(text, ",");

		buf_clear(&id);
		buf_add(&id, text, length);
		good = add_named(&parsed, buf_str(&id), error);
		text += length;
	} while (good && *text++ != '\0');
	buf_fini(&id);
	if (good)
		*list = parsed;
	return good;
}

void columns_describe(struct buf *out)
{
	enum { ID_WIDTH = 10, TITLE_WIDTH = 17 };

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		buf_puts(out, columns[i].id);
		buf_fill(out, ' ', ID_WIDTH - strlen(columns[i].id));
		buf_puts(out, columns[i].title);
		buf_fill(out, ' ', TITLE_WIDTH - strlen(columns[i].title));
		buf_printf(out, "%s\n", columns[i].help);
	}
}
