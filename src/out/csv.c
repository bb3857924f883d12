/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/csv.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/sock.h"
#include "model/table.h"
#include "out/member.h"
#include "out/sink.h"
#include "out/summary.h"

/* The members that are written, from left to right. */
struct fields {
	const struct member *all[MEMBERS_MAX];
	size_t count;
};

/* Blanks at the ends are a field's own (RFC 4180, 2.4), but not every reader knows. */
static bool needs_quotes(const char *text)
{
	size_t length = strlen(text);

	return length == 0 || text[0] == ' ' || text[length - 1] == ' ' || text[strcspn(text, ",\"\r\n")] != '\0';
}

void csv_text(struct buf *out, const char *text)
{
	if (!needs_quotes(text)) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static void add_text(struct buf *out, const char *text, bool clean)
{
	struct buf cleaned = BUF_INIT;

	if (clean)
		text_clean(&cleaned, text);
	csv_text(out, clean ? buf_str(&cleaned) : text);
	buf_fini(&cleaned);
}

static void add_bytes(struct buf *out, struct value value, bool clean)
{
	struct buf text = BUF_INIT;

	value_add_bytes(&text, value);
	add_text(out, buf_str(&text), clean);
	buf_fini(&text);
}

static void add_value(struct buf *out, struct value value, bool clean)
{
	switch (value.kind) {
	case VALUE_UNKNOWN:
		break;
	case VALUE_NUMBER:
		buf_uint(out, value.number);
		break;
	case VALUE_BOOL:
		buf_puts(out, value.number != 0 ? "true" : "false");
		break;
	case VALUE_WORD:
		buf_puts(out, value.text);
		break;
	case VALUE_TEXT:
		add_text(out, value.text, clean);
		break;
	case VALUE_BYTES:
		add_bytes(out, value, clean);
		break;
	}
}

/* A list is a record in a field: what reads the one reads the other. */
static void add_list(struct buf *out, const struct member *member, struct member_place *place, bool clean)
{
	struct buf record = BUF_INIT;
	uint32_t count = member_count(member, place->row);

	for (place->at = 0; place->at < count; place->at++) {
		if (place->at > 0)
			buf_putc(&record, ',');
		add_value(&record, member_get(member, place), clean);
	}
	csv_text(out, buf_str(&record));
	buf_fini(&record);
}

static void add_field(struct buf *out, const struct member *member, struct member_place *place, bool clean)
{
	const struct member_group *group = member->group;

	if (group == NULL || group->count == NULL)
		add_value(out, member_get(member, place), clean);
	else if (group->known == NULL || group->known(place->row))
		add_list(out, member, place, clean);
}

static bool has(const struct fields *fields, const struct member *member)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (fields->all[i] == member)
			return true;
	}
	return false;
}

static void choose(struct fields *fields, const struct csv_style *style)
{
	fields->count = 0;
	if (style->context->timed)
		fields->all[fields->count++] = member_named("time");
	for (size_t c = 0; c < style->columns->count; c++) {
		uint64_t column = COLUMN_BIT(style->columns->all[c] - columns);

		for (const struct member *member = members; member->path != NULL; member++) {
			if ((member->columns & column) && member_is_used(member, style->context, style->context->protos) && !has(fields, member))
				fields->all[fields->count++] = member;
		}
	}
}

static void end_line(struct buf *out)
{
	buf_puts(out, "\r\n");
}

/* A record of one field with nothing in it would be an empty line, which readers take for none. */
static void add_record(struct buf *out, const struct fields *fields, struct member_place *place, bool clean)
{
	size_t from = out->length;

	for (size_t i = 0; i < fields->count; i++) {
		buf_puts(out, i > 0 ? "," : "");
		add_field(out, fields->all[i], place, clean);
	}
	if (out->length == from)
		buf_puts(out, "\"\"");
	end_line(out);
}

void csv_write(struct sink *sink, const struct table *table, const struct listing *listing, const struct csv_style *style)
{
	struct buf scratch = BUF_INIT;
	struct member_place place = { .context = style->context, .scratch = &scratch };
	struct fields fields;

	choose(&fields, style);
	for (size_t i = 0; style->header && i < fields.count; i++) {
		buf_puts(&sink->buf, i > 0 ? "," : "");
		buf_puts(&sink->buf, fields.all[i]->path);
	}
	if (style->header)
		end_line(&sink->buf);
	for (size_t r = 0; r < listing->count; r++) {
		place.row = &table->rows[listing->rows[r]];
		add_record(&sink->buf, &fields, &place, style->clean);
		sink_flow(sink);
	}
	buf_fini(&scratch);
}

void csv_write_summary(struct sink *sink, const struct summary *summary, const struct csv_style *style)
{
	const char *time = style->context->timed ? style->context->time : "", *comma = *time != '\0' ? "," : "";
	struct summary_line line;
	unsigned at = 0;

	if (style->header)
		buf_printf(&sink->buf, "%s%sproto,state,total,inet,inet6\r\n", *time != '\0' ? "time" : "", comma);
	while (summary_next(summary, &at, &line))
		buf_printf(&sink->buf, "%s%s%s,%s,%zu,%zu,%zu\r\n", time, comma, line.proto, line.state, line.total,
			   line.of[FAMILY_INET], line.of[FAMILY_INET6]);
}
