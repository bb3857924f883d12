/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "model/column.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"

void filter_fini(struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++) {
		free(filter->words[i].text);
		free(filter->words[i].ports);
	}
	filter->count = 0;
}

/* Names of services are ports only with a colon before them: "ssh" is more likely meant as the program. */
static struct portset *parse_ports(const char *text)
{
	struct portset ports = { .count = 0 };
	struct buf error = BUF_INIT;
	bool good = (isdigit((unsigned char)text[0]) || text[0] == ':') && portset_parse(&ports, text, &error);
	struct portset *kept = good ? xcalloc(1, sizeof(*kept)) : NULL;

	buf_fini(&error);
	if (kept != NULL)
		*kept = ports;
	return kept;
}

bool filter_parse(struct filter *filter, const char *text)
{
	filter_fini(filter);
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		struct filter_word *word = &filter->words[filter->count];
		size_t length = strcspn(text, " ");

		if (filter->count == FILTER_WORDS_MAX)
			return false;
		word->text = strndup(text, length);
		if (word->text == NULL)
			die("out of memory");
		word->ports = parse_ports(word->text);
		filter->count++;
		text += length;
	}
	return true;
}

static bool stands_in(const char *text, const struct row *row, const struct column_context *context)
{
	struct buf said = BUF_INIT;
	bool found = false;

	for (size_t i = 0; i < COLUMN_COUNT && !found; i++) {
		buf_clear(&said);
		columns[i].text(&said, row, context);
		found = strcasestr(buf_str(&said), text) != NULL;
	}
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

bool filter_match(const struct filter *filter, const struct row *row, const struct column_context *context)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter_word *word = &filter->words[i];
		bool matches = word->ports != NULL ? query_match_ports(word->ports, &row->sock)
						   : filter_finds(word->text, row, context);

		if (!matches)
			return false;
	}
	return true;
}
