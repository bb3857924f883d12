/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/list.h"

#include <string.h>

#include "base/text.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/table.h"
#include "out/sink.h"

/* As many rows are measured for the widths of the columns.  In a longer list later rows may push their line to the right. */
enum { MEASURED_ROWS = 1000 };

struct layout {
	const struct column *shown[COLUMN_COUNT];
	unsigned widths[COLUMN_COUNT]; /* 0: left out */
	size_t count, last;            /* last: the rightmost that is not left out */
	bool cut;                      /* texts wider than their column are cut */
	char end;
};

/* The title as one word: "Local-Address". */
static void add_heading(struct buf *out, const struct column *column)
{
	for (const char *c = column->title; *c != '\0'; c++)
		buf_putc(out, *c == ' ' ? '-' : *c);
}

static void measure(struct layout *layout, const struct table *table, const struct listing *listing,
		    const struct column_context *context)
{
	struct buf text = BUF_INIT;

	for (size_t c = 0; c < layout->count; c++)
		layout->widths[c] = (unsigned)strlen(layout->shown[c]->title);
	for (size_t r = 0; r < listing->count && r < MEASURED_ROWS; r++) {
		for (size_t c = 0; c < layout->count; c++) {
			buf_clear(&text);
			layout->shown[c]->text(&text, &table->rows[listing->rows[r]], context);
			unsigned width = (unsigned)text_width(buf_str(&text));
			layout->widths[c] = width > layout->widths[c] ? width : layout->widths[c];
		}
	}
	buf_fini(&text);
}

static void lay_out(struct layout *layout, const struct table *table, const struct listing *listing,
		    const struct list_style *style)
{
	layout->count = style->columns->count;
	layout->end = style->null ? '\0' : '\n';
	memcpy(layout->shown, style->columns->all, sizeof(layout->shown));
	measure(layout, table, listing, style->context);
	layout->cut = style->width > 0;
	if (layout->cut)
		columns_fit(layout->shown, layout->count, style->width, layout->widths);
	layout->last = 0;
	for (size_t c = 0; c < layout->count; c++)
		layout->last = layout->widths[c] > 0 ? c : layout->last;
}

/* The last column has nothing behind it that blanks would have to align. */
static void add_cell(struct buf *out, const struct layout *layout, size_t at, const char *text)
{
	struct buf cut = BUF_INIT;

	if (layout->cut) {
		column_cut(&cut, layout->shown[at], text, layout->widths[at]);
		text = buf_str(&cut);
	}
	size_t width = text_width(text), room = layout->widths[at];
	size_t blanks = width < room ? room - width : 0;
	if (layout->shown[at]->right)
		buf_fill(out, ' ', blanks);
	buf_puts(out, text);
	buf_fini(&cut);
	if (at == layout->last) {
		buf_putc(out, layout->end);
		return;
	}
	buf_fill(out, ' ', layout->shown[at]->right ? 1 : blanks + 1);
}

static void write_header(struct sink *sink, const struct layout *layout, struct buf *text)
{
	for (size_t c = 0; c < layout->count; c++) {
		if (layout->widths[c] == 0)
			continue;
		buf_clear(text);
		add_heading(text, layout->shown[c]);
		add_cell(&sink->buf, layout, c, buf_str(text));
	}
}

static void write_row(struct sink *sink, const struct layout *layout, const struct row *row,
		      const struct column_context *context, struct buf *text)
{
	for (size_t c = 0; c < layout->count; c++) {
		if (layout->widths[c] == 0)
			continue;
		buf_clear(text);
		layout->shown[c]->text(text, row, context);
		add_cell(&sink->buf, layout, c, buf_str(text));
	}
}

void list_write(struct sink *sink, const struct table *table, const struct listing *listing,
		const struct list_style *style)
{
	struct buf text = BUF_INIT;
	struct layout layout;

	lay_out(&layout, table, listing, style);
	if (style->header)
		write_header(sink, &layout, &text);
	for (size_t r = 0; r < listing->count; r++) {
		write_row(sink, &layout, &table->rows[listing->rows[r]], style->context, &text);
		sink_flow(sink);
	}
	buf_fini(&text);
}
