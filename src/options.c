/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <getopt.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* What getopt_long returns for entry I of the table, letter or not. */
enum { OPTION_BASE = 256 };

bool options_fault(struct buf *error, const char *before, const char *word, const char *after)
{
	buf_puts(error, before);
	buf_putc(error, '"');
	text_clean(error, word);
	buf_printf(error, "\"%s", after);
	return false;
}

const struct option_entry *options_letter(const struct option_entry *entries, int letter)
{
	for (const struct option_entry *entry = entries; letter != 0 && entry->name != NULL; entry++) {
		if (entry->letter == letter)
			return entry;
	}
	return NULL;
}

/* What getopt_long is to know of the table. */
struct getopt_tables {
	char letters[2 * OPTIONS_MAX + 2];
	struct option names[OPTIONS_MAX + 1];
};

static void fill_getopt(struct getopt_tables *tables, const struct option_entry *entries)
{
	char *letter = tables->letters;
	size_t i = 0;

	*letter++ = ':'; /* a missing argument is told apart from an unknown option */
	for (; i < OPTIONS_MAX && entries[i].name != NULL; i++) {
		bool takes = entries[i].argument != NULL;

		tables->names[i] = (struct option){
			.name = entries[i].name,
			.has_arg = takes ? required_argument : no_argument,
			.val = OPTION_BASE + (int)i,
		};
		if (entries[i].letter == 0)
			continue;
		*letter++ = entries[i].letter;
		if (takes)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->names[i] = (struct option){ .name = NULL };
}

static const struct option_entry *entry_of(const struct options *options, int code)
{
	return code >= OPTION_BASE ? &options->entries[code - OPTION_BASE] : options_letter(options->entries, code);
}

/* Whether more than one long name begins with the word, which begins with two dashes. */
static bool is_ambiguous(const struct option_entry *entries, const char *word)
{
	size_t length = strcspn(word, "="), begin = 0;

	for (size_t i = 0; length > 2 && entries[i].name != NULL; i++)
		begin += strncmp(entries[i].name, word + 2, length - 2) == 0 ? 1 : 0;
	return begin > 1;
}

/* The nearest is that of the name alone: what stands behind a = is none. */
static bool fail_unknown(const struct options *options, struct buf *error, const char *word)
{
	struct buf name = BUF_INIT;

	buf_add(&name, word + 2, strcspn(word + 2, "="));
	options_fault(error, "unknown option ", word, "; the nearest is ");
	buf_printf(error, "--%s, and %s --help lists them", text_nearest(name.data, options->name), options->command);
	buf_fini(&name);
	return false;
}

/* For who knows it from the others. */
static bool is_netns(int letter, const char *word)
{
	return letter != 0 ? letter == 'N' : strcmp(word, "--netns") == 0 || strncmp(word, "--netns=", strlen("--netns=")) == 0;
}

/* getopt_long has found fault with an option; word is the one that it was last at. */
static bool fail_option(const struct options *options, struct buf *error, int code, const char *word)
{
	const struct option_entry *entry = optopt != 0 ? entry_of(options, optopt) : NULL;
	char letter[] = { '-', (char)optopt, '\0' };

	if (code == ':' && entry != NULL) {
		buf_printf(error, "option --%s needs %s", entry->name, entry->argument);
		return false;
	}
	if (entry != NULL) {
		buf_printf(error, "option --%s takes no argument", entry->name);
		return false;
	}
	if (options->stays && is_netns(optopt, word)) {
		buf_printf(error, "%s has no -N: it is about the network namespace that it is started in "
			   "(ip netns exec NAME %s, nsenter -n -t PID %s)", options->command, options->command, options->command);
		return false;
	}
	if (optopt == 0 && !is_ambiguous(options->entries, word))
		return fail_unknown(options, error, word);
	options_fault(error, optopt != 0 ? "unknown option " : "more than one option begins with ",
		      optopt != 0 ? letter : word, "; ");
	buf_printf(error, "%s --help lists them", options->command);
	return false;
}

bool options_apply(const struct option_entry *entry, void *settings, const char *argument, struct buf *error)
{
	if (entry->bits != 0) {
		*(uint32_t *)((char *)settings + entry->flag) |= entry->bits;
		return true;
	}
	if (entry->apply == NULL) {
		*(bool *)((char *)settings + entry->flag) = true;
		return true;
	}
	if (entry->apply(settings, argument, error))
		return true;
	struct buf where = BUF_INIT;
	buf_printf(&where, "--%s: %s", entry->name, buf_str(error));
	buf_clear(error);
	buf_puts(error, buf_str(&where));
	buf_fini(&where);
	return false;
}

bool options_parse(const struct options *options, void *settings, int argc, char *const argv[], struct buf *error)
{
	struct getopt_tables tables;
	int code;

	fill_getopt(&tables, options->entries);
	opterr = 0;
	optind = 0; /* begins anew, whatever was parsed before (getopt(3), NOTES) */
	while ((code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		if (code == '?' || code == ':')
			return fail_option(options, error, code, argv[optind - 1]);
		if (!options_apply(entry_of(options, code), settings, optarg, error))
			return false;
	}
	for (int i = optind; i < argc; i++) {
		if (!options->operand(settings, argv[i], error))
			return false;
	}
	return true;
}

void options_help(struct buf *out, const struct option_entry *entries)
{
	for (const struct option_entry *entry = entries; entry->name != NULL; entry++) {
		size_t from = out->length;

		buf_puts(out, entry->letter != 0 ? "  -" : "   ");
		buf_putc(out, entry->letter != 0 ? entry->letter : ' ');
		buf_printf(out, "%s --%s", entry->letter != 0 ? "," : " ", entry->name);
		if (entry->argument != NULL)
			buf_printf(out, "=%s", entry->argument);
		size_t width = out->length - from;
		buf_fill(out, ' ', width < 28 ? 28 - width : 1);
		buf_printf(out, "%s\n", entry->help);
	}
}
