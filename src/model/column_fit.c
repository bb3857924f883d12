/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/column.h"

/* For services with long names: text_cut_middle alone keeps numbers.  False where the port needs no help, or there is none. */
static bool cut_before_port(struct buf *out, const char *text, size_t width)
{
	const char *port = strrchr(text, ':');
	size_t kept = port != NULL ? text_width(port) : 0;

	if (text_width(text) <= width || kept <= width / 2 || kept + 2 > width)
		return false;
	struct buf host = BUF_INIT;
	buf_add(&host, text, (size_t)(port - text));
	text_cut(out, buf_str(&host), width - kept);
	buf_puts(out, port);
	buf_fini(&host);
	return true;
}

void column_cut(struct buf *out, const struct column *column, const char *text, size_t width)
{
	if (column->keeps_port && cut_before_port(out, text, width))
		return;
	if (column->keeps_end)
		text_cut_middle(out, text, width);
	else
		text_cut(out, text, width);
}

static unsigned lesser(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* What the columns take together, the blanks between them included. */
static unsigned taken(const unsigned *widths, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += widths[i] > 0 ? widths[i] + (sum > 0 ? 1 : 0) : 0;
	return sum;
}

/* Takes one column of the screen from the widest that can spare it. */
static bool narrow_widest(unsigned *widths, const unsigned *narrowest, size_t count)
{
	size_t widest = count;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] > narrowest[i] && (widest == count || widths[i] > widths[widest]))
			widest = i;
	}
	if (widest == count)
		return false;
	widths[widest]--;
	return true;
}

/* Leaves out the one that is kept least, if that is below the limit. */
static bool leave_out_one(const struct column *const *shown, size_t count, unsigned *widths, unsigned limit)
{
	size_t out = count;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] > 0 && shown[i]->keep < limit && (out == count || shown[i]->keep < shown[out]->keep))
			out = i;
	}
	if (out == count)
		return false;
	widths[out] = 0;
	return true;
}

static void tighten(const struct column *const *shown, size_t count, unsigned *widths)
{
	for (size_t i = 0; i < count; i++) {
		if (shown[i]->tight_width > 0)
			widths[i] = lesser(widths[i], shown[i]->tight_width);
	}
}

void columns_fit(const struct column *const *shown, size_t count, unsigned total, unsigned *widths)
{
	unsigned narrowest[COLUMN_COUNT];

	for (size_t i = 0; i < count; i++)
		narrowest[i] = lesser(widths[i], shown[i]->least_width);
	while (taken(narrowest, count) > total && leave_out_one(shown, count, narrowest, COLUMN_ESSENTIAL))
		;
	if (taken(narrowest, count) > total)
		tighten(shown, count, narrowest);
	while (taken(narrowest, count) > total && leave_out_one(shown, count, narrowest, UINT8_MAX))
		;
	for (size_t i = 0; i < count; i++)
		widths[i] = narrowest[i] > 0 ? widths[i] : 0;
	while (taken(widths, count) > total && narrow_widest(widths, narrowest, count))
		;
}
