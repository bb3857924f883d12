/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/json.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/column.h"
#include "model/history.h"
#include "model/listing.h"
#include "model/table.h"
#include "out/member.h"
#include "out/sink.h"

/* As UTF-16 has it (RFC 8259, 7). */
static void escape(struct buf *out, uint32_t c)
{
	if (c > 0xffff)
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
	else
		buf_printf(out, "\\u%04x", c);
}

/* What must not reach a terminal is escaped, as it may well be one that is written to; a byte that is no UTF-8 is half a pair. */
static void json_characters(struct buf *out, const char *text)
{
	while (*text != '\0') {
		const char *from = text;
		uint32_t c = text_decode(&text);

		if (c == TEXT_INVALID)
			escape(out, 0xdc00u | (unsigned char)*from);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (int)c);
		else if (text_char_width(c) > 0)
			buf_add(out, from, (size_t)(text - from));
		else
			escape(out, c);
	}
}

void json_string(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	json_characters(out, text);
	buf_putc(out, '"');
}

/* With NULs in it, and one behind it. */
static void json_bytes(struct buf *out, const char *text, size_t length)
{
	const char *end = text + length;

	buf_putc(out, '"');
	for (; text < end; text += strlen(text) + 1) {
		json_characters(out, text);
		if (text + strlen(text) < end)
			buf_puts(out, "\\u0000");
	}
	buf_putc(out, '"');
}

static void string_or_null(struct buf *out, const char *text)
{
	if (text != NULL)
		json_string(out, text);
	else
		buf_puts(out, "null");
}

static void add_value(struct buf *out, struct value value)
{
	switch (value.kind) {
	case VALUE_UNKNOWN:
		buf_puts(out, "null");
		break;
	case VALUE_NUMBER:
		buf_uint(out, value.number);
		break;
	case VALUE_BOOL:
		buf_puts(out, value.number != 0 ? "true" : "false");
		break;
	case VALUE_WORD:
		buf_putc(out, '"');
		buf_puts(out, value.text);
		buf_putc(out, '"');
		break;
	case VALUE_TEXT:
		json_string(out, value.text);
		break;
	case VALUE_BYTES:
		json_bytes(out, value.text, value.length);
		break;
	}
}

/* Where a comma must stand before what comes next. */
static void separate(struct buf *out)
{
	char last = out->data[out->length - 1];

	if (last != '{' && last != '[')
		buf_putc(out, ',');
}

static bool is_used(const struct member *member, const struct member_place *place)
{
	return member_is_used(member, place->context, UINT32_C(1) << place->row->sock.proto);
}

/* Adds those members from the first one on that stand in its group; the first one behind them. */
static const struct member *add_members(struct buf *out, const struct member *member, const struct member_place *place)
{
	const struct member_group *group = member->group;

	for (; member->path != NULL && member->group == group; member++) {
		if (!is_used(member, place))
			continue;
		separate(out);
		buf_puts(out, member->key);
		add_value(out, member_get(member, place));
	}
	return member;
}

static void add_object(struct buf *out, const struct member *first, const struct member_place *place)
{
	buf_putc(out, '{');
	add_members(out, first, place);
	buf_putc(out, '}');
}

static void add_group(struct buf *out, const struct member *first, struct member_place *place)
{
	const struct member_group *group = first->group;

	separate(out);
	buf_puts(out, group->key);
	if (group->known != NULL && !group->known(place->row)) {
		buf_puts(out, "null");
		return;
	}
	if (group->count == NULL) {
		add_object(out, first, place);
		return;
	}
	buf_putc(out, '[');
	for (place->at = 0; place->at < group->count(place->row); place->at++) {
		separate(out);
		add_object(out, first, place);
	}
	buf_putc(out, ']');
}

void json_socket(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct buf scratch = BUF_INIT;
	struct member_place place = { .row = row, .context = context, .scratch = &scratch };
	const struct member *member = members;

	buf_putc(out, '{');
	while (member->path != NULL) {
		const struct member *first = member;

		if (first->group == NULL) {
			member = add_members(out, first, &place);
			continue;
		}
		if (is_used(first, &place))
			add_group(out, first, &place);
		while (member->path != NULL && member->group == first->group)
			member++;
	}
	buf_putc(out, '}');
	buf_fini(&scratch);
}

void json_write_lines(struct sink *sink, const struct table *table, const struct listing *listing,
		      const struct column_context *context)
{
	for (size_t i = 0; i < listing->count; i++) {
		json_socket(&sink->buf, &table->rows[listing->rows[i]], context);
		buf_putc(&sink->buf, '\n');
		sink_flow(sink);
	}
}

void json_write_document(struct sink *sink, const struct table *table, const struct listing *listing,
			 const struct column_context *context, const struct json_head *head)
{
	buf_puts(&sink->buf, "{\"schema\":1,\"time\":");
	string_or_null(&sink->buf, context->time);
	buf_puts(&sink->buf, ",\"sockets\":[");
	for (size_t i = 0; i < listing->count; i++) {
		buf_puts(&sink->buf, i > 0 ? ",\n" : "\n");
		json_socket(&sink->buf, &table->rows[listing->rows[i]], context);
		sink_flow(sink);
	}
	buf_printf(&sink->buf, "\n],\"hidden\":{\"owners\":%zu,\"flags\":%zu", head->hidden, head->hidden_flags);
	if (head->tours)
		buf_printf(&sink->buf, ",\"netns\":%zu", head->refused);
	buf_puts(&sink->buf, "}}\n");
}

void json_entry(struct buf *out, const struct history_entry *entry, const struct names *names)
{
	const struct row row = history_row(entry);
	const struct column_context context = { .names = names };

	buf_puts(out, "{\"time\":\"");
	clock_format(out, entry->real_ns);
	buf_printf(out, "\",\"event\":\"%s\",\"from\":", history_kind_name(entry->kind));
	string_or_null(out, entry->kind == HISTORY_CHANGED ? state_name(entry->from) : NULL);
	buf_printf(out, ",\"unseen\":%s,\"socket\":", entry->unseen ? "true" : "false");
	if (entry->kind == HISTORY_LOST)
		buf_puts(out, "null");
	else
		json_socket(out, &row, &context);
	buf_puts(out, "}\n");
}

void json_write_history(struct sink *sink, const struct history *history, const struct names *names)
{
	for (size_t age = history->count; age-- > 0;) {
		json_entry(&sink->buf, history_at(history, age), names);
		sink_flow(sink);
	}
}
