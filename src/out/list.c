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

/* Rows lie in another order than they are listed in, so memory is told early which one comes. */
enum { ROWS_AHEAD = 4 };

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
	*layout = (struct layout){
		.count = style->columns->count,
		.cut = style->width > 0,
		.end = style->null ? '\0' : '\n',
	};
	memcpy(layout->shown, style->columns->all, sizeof(layout->shown));
	measure(layout, table, listing, style->context);
	if (layout->cut)
		columns_fit(layout->shown, layout->count, style->width, layout->widths);
	for (size_t c = 0; c < layout->count; c++)
		layout->last = layout->widths[c] > 0 ? c : layout->last;
}

/* Puts blanks before what stands there from that place on. */
static void push_right(struct buf *out, size_t from, size_t blanks)
{
	size_t length = out->length - from;

	buf_fill(out, ' ', blanks);
	memmove(out->data + from + blanks, out->data + from, length);
	memset(out->data + from, ' ', blanks);
}

/* Makes the cell of the text that stands there from that place on, with nothing behind it. */
static void cut_cell(struct buf *out, size_t from, const struct column *column, unsigned width)
{
	struct buf text = BUF_INIT;

	buf_puts(&text, out->data + from);
	out->length = from;
	column_cut(out, column, buf_str(&text), width);
	buf_fini(&text);
}

/*
 * Makes a cell of the text that was appended from that place on.  The last column has nothing behind it that blanks would
 * have to align.
 */
static void end_cell(struct buf *out, size_t from, const struct layout *layout, size_t at)
{
	const struct column *column = layout->shown[at];
	unsigned room = layout->widths[at];

	if (layout->cut)
		cut_cell(out, from, column, room);
	size_t width = text_width(out->data + from);
	size_t blanks = width < room ? room - width : 0;
	if (column->right && blanks > 0)
		push_right(out, from, blanks);
	if (at == layout->last)
		buf_putc(out, layout->end);
	else
		buf_fill(out, ' ', column->right ? 1 : blanks + 1);
}

static void write_header(struct buf *out, const struct layout *layout)
{
	for (size_t c = 0; c < layout->count; c++) {
		size_t from = out->length;

		if (layout->widths[c] == 0)
			continue;
		add_heading(out, layout->shown[c]);
		end_cell(out, from, layout, c);
	}
}

static void write_row(struct buf *out, const struct layout *layout, const struct row *row,
		      const struct column_context *context)
{
	for (size_t c = 0; c < layout->count; c++) {
		size_t from = out->length;

		if (layout->widths[c] == 0)
			continue;
		layout->shown[c]->text(out, row, context);
		end_cell(out, from, layout, c);
	}
}

void list_write(struct sink *sink, const struct table *table, const struct listing *listing,
		const struct list_style *style)
{
	struct layout layout;

	lay_out(&layout, table, listing, style);
	if (style->header)
		write_header(&sink->buf, &layout);
	for (size_t r = 0; r < listing->count; r++) {
		if (r + ROWS_AHEAD < listing->count)
			__builtin_prefetch(&table->rows[listing->rows[r + ROWS_AHEAD]]);
		write_row(&sink->buf, &layout, &table->rows[listing->rows[r]], style->context);
		sink_flow(sink);
	}
}
