/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/table.h"
#include "out/member.h"
#include "out/sink.h"

void template_fini(struct template *template)
{
	for (size_t i = 0; i < template->count; i++)
		free(template->pieces[i].text);
	free(template->pieces);
	*template = (struct template){ .pieces = NULL };
}

/* Takes what is in text, and leaves that empty. */
static void add_piece(struct template *template, struct buf *text, const struct member *member)
{
	template->pieces = xrealloc_array(template->pieces, template->count + 1, sizeof(template->pieces[0]));
	buf_puts(text, ""); /* so that there is a text at all */
	template->pieces[template->count++] = (struct template_piece){ .text = text->data, .member = member };
	*text = (struct buf)BUF_INIT;
}

/* How people count: the first character stands in column 1. */
static unsigned column_of(const char *text, const char *at)
{
	unsigned column = 1;

	while (text < at) {
		text_decode(&text);
		column++;
	}
	return column;
}

static bool fail_brace(struct buf *error, const char *text, const char *at)
{
	buf_printf(error, "\"%c\" at column %u of the template: ", *at, column_of(text, at));
	buf_puts(error, *at == '{' ? "no } ends it; a brace is written {{" : "no { begins it; a brace is written }}");
	return false;
}

/* at is behind the brace. */
static bool add_member(struct template *template, struct buf *before, const char *text, const char *at, struct buf *error)
{
	struct buf name = BUF_INIT, kind = BUF_INIT;

	buf_add(&name, at, strcspn(at, "}"));
	const struct member *member = member_named(buf_str(&name));
	if (member != NULL) {
		add_piece(template, before, member);
	} else {
		buf_printf(&kind, "name at column %u of the template", column_of(text, at));
		text_fail_nearest(error, buf_str(&name), kind.data, member_path);
		buf_puts(error, "; --format help lists them");
	}
	buf_fini(&kind);
	buf_fini(&name);
	return member != NULL;
}

static bool parse(struct template *template, struct buf *before, const char *text, struct buf *error)
{
	const char *at = text;

	while (*at != '\0') {
		size_t plain = strcspn(at, "{}");

		buf_add(before, at, plain);
		at += plain;
		if (*at == '\0')
			break;
		if (at[1] == at[0]) {
			buf_putc(before, *at);
			at += 2;
			continue;
		}
		if (*at == '}' || strchr(at, '}') == NULL)
			return fail_brace(error, text, at);
		if (!add_member(template, before, text, at + 1, error))
			return false;
		at = strchr(at, '}') + 1;
	}
	return true;
}

bool template_parse(struct template *template, const char *text, struct buf *error)
{
	struct buf before = BUF_INIT;

	*template = (struct template){ .pieces = NULL };
	bool good = text[0] != '\0' && parse(template, &before, text, error);
	if (text[0] == '\0')
		buf_puts(error, "\"\" is no template; '{local.port} {owners.comm}' is one");
	if (good)
		add_piece(template, &before, NULL);
	buf_fini(&before);
	return good;
}

uint64_t template_columns(const struct template *template)
{
	uint64_t set = 0;

	for (size_t i = 0; i < template->count; i++)
		set |= template->pieces[i].member != NULL ? template->pieces[i].member->columns : 0;
	return set;
}

bool template_has_time(const struct template *template)
{
	for (size_t i = 0; i < template->count; i++) {
		if (template->pieces[i].member != NULL && template->pieces[i].member->use == MEMBER_TIMED)
			return true;
	}
	return false;
}

static void add_bytes(struct buf *out, struct value value)
{
	struct buf text = BUF_INIT;

	value_add_bytes(&text, value);
	text_clean(out, buf_str(&text));
	buf_fini(&text);
}

static void add_value(struct buf *out, struct value value)
{
	switch (value.kind) {
	case VALUE_UNKNOWN:
		buf_puts(out, COLUMN_UNKNOWN);
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
		text_clean(out, value.text);
		break;
	case VALUE_BYTES:
		add_bytes(out, value);
		break;
	}
}

static void add_values(struct buf *out, const struct member *member, struct member_place *place)
{
	uint32_t count = member_count(member, place->row);

	if (count == 0)
		buf_puts(out, COLUMN_UNKNOWN);
	for (place->at = 0; place->at < count; place->at++) {
		if (place->at > 0)
			buf_putc(out, ',');
		add_value(out, member_get(member, place));
	}
}

void template_write(struct sink *sink, const struct table *table, const struct listing *listing,
		    const struct template_style *style)
{
	const struct template *template = style->template;
	struct buf scratch = BUF_INIT;
	struct member_place place = { .context = style->context, .scratch = &scratch };

	for (size_t r = 0; r < listing->count; r++) {
		place.row = &table->rows[listing->rows[r]];
		for (size_t i = 0; i < template->count; i++) {
			buf_puts(&sink->buf, template->pieces[i].text);
			if (template->pieces[i].member != NULL)
				add_values(&sink->buf, template->pieces[i].member, &place);
		}
		buf_putc(&sink->buf, style->null ? '\0' : '\n');
		sink_flow(sink);
	}
	buf_fini(&scratch);
}
