/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that stand in what the columns say.
 */
#include <string.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/names.h"

/* All at once, a line for each column: no text that is looked for goes over the end of one. */
static bool stands_in(const char *text, const struct row *row, const struct column_context *context)
{
	struct buf said = BUF_INIT;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		columns[i].text(&said, row, context);
		buf_putc(&said, '\n');
	}
	bool found = strcasestr(buf_str(&said), text) != NULL;
	buf_fini(&said);
	return found;
}

/* Where names stand, the numbers behind them are found, too. */
bool filter_finds(const char *text, const struct row *row, const struct column_context *context)
{
	struct column_context numeric = *context;

	numeric.numeric = true;
	return stands_in(text, row, &numeric) || (context->names->resolve && stands_in(text, row, context));
}
