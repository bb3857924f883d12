/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_filter.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "options.h"

static bool is_operator(const char *word)
{
	static const char *const operators[] = { "and", "or", "&", "&&", "|", "||" };

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (strcmp(operators[i], word) == 0)
			return true;
	}
	return false;
}

static bool add_ports(struct portset *ports, const char *word)
{
	struct buf error = BUF_INIT;
	bool good = portset_parse(ports, word, &error);

	buf_fini(&error);
	return good;
}

/* The filter begins, or goes on. */
static void take_word(struct filter_words *words, const char *word)
{
	if (!words->is_filter && is_operator(word))
		words->ports = (struct portset){ .count = 0 };
	else if (!words->is_filter)
		buf_clear(&words->text);
	words->is_filter = true;
	if (words->text.length > 0)
		buf_putc(&words->text, ' ');
	buf_puts(&words->text, word);
}

/* A name of a service is a port of the filter only with a colon. */
static void take_ports(struct filter_words *words, const char *word)
{
	if (words->text.length > 0)
		buf_putc(&words->text, ',');
	else if (word[0] != ':' && !isdigit((unsigned char)word[0]))
		buf_putc(&words->text, ':');
	buf_puts(&words->text, word);
}

bool filter_words_take(struct filter_words *words, const char *word, struct buf *error)
{
	if (word[0] == '\0' || strcmp(word, "-") == 0)
		return options_fault(error, "", word, " stands where a port or a filter should");
	if (!words->is_filter && add_ports(&words->ports, word))
		take_ports(words, word);
	else
		take_word(words, word);
	return true;
}

static bool fail(const struct filter_words *words, const struct buf *why, struct buf *error)
{
	enum { QUOTED_WIDTH = 60 };
	struct buf clean = BUF_INIT;

	text_clean(&clean, buf_str(&words->text));
	buf_puts(error, "filter \"");
	text_cut(error, buf_str(&clean), QUOTED_WIDTH);
	buf_printf(error, "\", %s", buf_str(why));
	buf_fini(&clean);
	return false;
}

/* Both are right by themselves, so that only their sum can be too much. */
static bool join(struct filter *filter, const char *text, struct buf *error)
{
	struct buf both = BUF_INIT;

	if (filter->count > 0)
		buf_printf(&both, "(%s) and (%s)", filter->text, text);
	else
		buf_puts(&both, text);
	bool good = filter_parse(filter, both.data, error);
	buf_fini(&both);
	return good;
}

bool filter_words_end(struct filter_words *words, struct portset *ports, struct filter *filter, struct buf *error)
{
	struct filter alone = FILTER_INIT;
	struct buf why = BUF_INIT;
	struct port_range run;
	uint32_t from = 0;
	bool good = true;

	while (portset_next(&words->ports, &from, &run))
		portset_add(ports, run.low, run.high);
	if (words->is_filter)
		good = filter_parse(&alone, words->text.data, &why) && join(filter, words->text.data, &why);
	if (!good)
		fail(words, &why, error);
	filter_fini(&alone);
	buf_fini(&why);
	filter_words_fini(words);
	return good;
}

void filter_words_fini(struct filter_words *words)
{
	buf_fini(&words->text);
	*words = (struct filter_words){ .is_filter = false };
}

bool filter_words_check(const struct filter *filter, uint32_t lacking, struct buf *error)
{
	static const struct {
		uint32_t ask;
		const char *why;
	} faults[] = {
		{ ASKS_OWNERS, " asks who holds the sockets, and --no-owners does not look for them" },
		{ ASKS_AGE, " asks for an age, which the live table, a replay and ports events know, and one look does not" },
		{ ASKS_RATES, " asks for a rate, which takes two looks: the live table, a list with -c, ports events" },
		{ ASKS_NETNS, " asks for network namespaces, and only with -N others are looked at (-N all)" },
		{ ASKS_TEXT, " has a word that may stand anywhere, which is too vague here: name a field, as in comm nginx" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if ((filter->asks & lacking & faults[i].ask) != 0)
			return options_fault(error, "the filter ", filter->text, faults[i].why);
	}
	return true;
}
