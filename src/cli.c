/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli_config.h"
#include "cli_words.h"
#include "model/history.h"
#include "model/sock.h"
#include "model/table.h"

/* What getopt_long returns for entry I of the table, letter or not. */
enum { OPTION_BASE = 256 };

static const struct option_entry *find_letter(int letter)
{
	for (const struct option_entry *entry = cli_options; letter != 0 && entry->name != NULL; entry++) {
		if (entry->letter == letter)
			return entry;
	}
	return NULL;
}

static int letter_takes_argument(char letter)
{
	const struct option_entry *entry = find_letter(letter);

	return entry == NULL ? -1 : entry->argument != NULL;
}

static bool name_takes_argument(const char *name)
{
	for (const struct option_entry *entry = cli_options; *name != '\0' && entry->name != NULL; entry++) {
		if (strncmp(entry->name, name, strlen(name)) == 0)
			return entry->argument != NULL;
	}
	return false;
}

/* What getopt_long is to know of the table. */
struct getopt_tables {
	char letters[2 * OPTIONS_MAX + 2];
	struct option names[OPTIONS_MAX + 1];
};

static void fill_getopt(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	size_t i = 0;

	*letter++ = ':'; /* a missing argument is told apart from an unknown option */
	for (; cli_options[i].name != NULL; i++) {
		bool takes = cli_options[i].argument != NULL;

		tables->names[i] = (struct option){
			.name = cli_options[i].name,
			.has_arg = takes ? required_argument : no_argument,
			.val = OPTION_BASE + (int)i,
		};
		if (cli_options[i].letter == 0)
			continue;
		*letter++ = cli_options[i].letter;
		if (takes)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->names[i] = (struct option){ .name = NULL };
}

static const struct option_entry *entry_of(int code)
{
	return code >= OPTION_BASE ? &cli_options[code - OPTION_BASE] : find_letter(code);
}

/* Whether more than one long name begins with the word, which begins with two dashes. */
static bool is_ambiguous(const char *word)
{
	size_t length = strcspn(word, "="), begin = 0;

	for (size_t i = 0; length > 2 && cli_options[i].name != NULL; i++)
		begin += strncmp(cli_options[i].name, word + 2, length - 2) == 0 ? 1 : 0;
	return begin > 1;
}

/* The nearest is that of the name alone: what stands behind a = is none. */
static bool fail_unknown(struct buf *error, const char *word)
{
	struct buf name = BUF_INIT;

	buf_add(&name, word + 2, strcspn(word + 2, "="));
	cli_fault(error, "unknown option ", word, "; the nearest is ");
	buf_printf(error, "--%s, and ports --help lists them", text_nearest(name.data, cli_option_name));
	buf_fini(&name);
	return false;
}

/* getopt_long has found fault with an option; word is the one that it was last at. */
static bool fail_option(struct buf *error, int code, const char *word)
{
	const struct option_entry *entry = optopt != 0 ? entry_of(optopt) : NULL;
	char letter[] = { '-', (char)optopt, '\0' };

	if (code == ':' && entry != NULL) {
		buf_printf(error, "option --%s needs %s", entry->name, entry->argument);
		return false;
	}
	if (entry != NULL) {
		buf_printf(error, "option --%s takes no argument", entry->name);
		return false;
	}
	if (optopt != 0)
		return cli_fault(error, "unknown option ", letter, "; ports --help lists them");
	if (is_ambiguous(word))
		return cli_fault(error, "more than one option begins with ", word, "; ports --help lists them");
	return fail_unknown(error, word);
}

bool cli_apply(struct settings *settings, const struct option_entry *entry, const char *argument, struct buf *error)
{
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

static bool parse_options(struct settings *settings, const struct words *words, struct buf *error)
{
	struct getopt_tables tables;
	int code;

	fill_getopt(&tables);
	opterr = 0;
	optind = 0; /* begins anew, whatever was parsed before (getopt(3), NOTES) */
	while ((code = getopt_long(words->count, words->list, tables.letters, tables.names, NULL)) != -1) {
		if (code == '?' || code == ':')
			return fail_option(error, code, words->list[optind - 1]);
		if (!cli_apply(settings, entry_of(code), optarg, error))
			return false;
	}
	for (int i = optind; i < words->count; i++) {
		if (!portset_parse(&settings->query.ports, words->list[i], error))
			return false;
	}
	return true;
}

/* Before anything else is made of them, as it decides what is read first. */
static bool has_word(int argc, char *const argv[], const char *word)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], word) == 0)
			return true;
	}
	return false;
}

/* What the file restricts holds only where the command line does not restrict the same. */
static void fall_back(struct settings *settings, const struct settings *file)
{
	if (settings->query.ports.count == 0)
		settings->query.ports = file->query.ports;
	if (settings->protos == 0)
		settings->protos = file->protos;
	if (settings->families == 0)
		settings->families = file->families;
	settings->repeats = settings->interval_ms > 0;
	if (!settings->repeats)
		settings->interval_ms = file->interval_ms;
	settings->save_view_asked = settings->save_view;
	settings->save_view |= file->save_view;
}

/* A view that was to be saved, but cannot be.  What the file asks for gives way to the command line in silence. */
static bool check_view(const struct settings *settings, struct buf *error)
{
	if (!settings->save_view_asked || (!settings->no_config && !settings->readonly))
		return true;
	buf_printf(error, "option --save-view does not go with --%s", settings->no_config ? "no-config" : "readonly");
	return false;
}

static bool parse_words(struct settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct word_rules rules = { letter_takes_argument, name_takes_argument };
	struct settings file = *settings;
	struct words words;

	settings->query.ports = (struct portset){ .count = 0 };
	settings->protos = settings->families = settings->interval_ms = 0;
	settings->save_view = false;
	bool good = words_expand(&words, argc, argv, &rules, error) &&
		    parse_options(settings, &words, error);
	words_fini(&words);
	fall_back(settings, &file);
	return good;
}

/* Options that mean nothing, or not one thing, together. */
static bool check_together(const struct settings *settings, struct buf *error)
{
	if (settings->record != NULL && (settings->replay != NULL || settings->synthetic))
		return cli_fault(error, "--record ", settings->record,
				 settings->synthetic ? " records the kernel, and nothing with --synthetic"
						     : " records the kernel, and nothing with --replay");
	if (settings->replay != NULL && settings->synthetic)
		return cli_fault(error, "--replay ", settings->replay, " and --synthetic cannot both be shown");
	if (settings->width == 0 && settings->script != NULL)
		return cli_fault(error, "--script ", settings->script, " needs --headless");
	if (settings->width == 0 && settings->has_clock)
		return cli_fault(error, "", "--clock", " needs --headless");
	if (settings->width > 0 && (settings->once || settings->format != FORMAT_TABLE))
		return cli_fault(error, "", "--headless", settings->once ? " prints screens, and no list as -1 does"
									 : " prints screens, and no JSON");
	return true;
}

void cli_fini(struct settings *settings)
{
	free(settings->script);
	free(settings->record);
	free(settings->replay);
}

bool cli_parse(struct settings *settings, int argc, char *const argv[], struct buf *error)
{
	*settings = (struct settings){ .linger_ns = TABLE_LINGER_NS, .history_size = HISTORY_SIZE };
	query_init(&settings->query);
	column_list_usual(&settings->columns, VIEW_LIST);
	keymap_init(&settings->keymap);
	bool good = (has_word(argc, argv, "--no-config") || config_apply(settings, error)) &&
		    parse_words(settings, argc, argv, error) && check_view(settings, error) &&
		    check_together(settings, error);
	settings->query.needs = column_list_needs(&settings->columns) |
				(settings->sort != NULL ? settings->sort->needs : 0);
	if (settings->format != FORMAT_TABLE)
		settings->query.needs |= NEED_FLAGS;
	if (settings->protos != 0)
		settings->query.protos = settings->protos;
	if (settings->families != 0)
		settings->query.families = settings->families;
	return good;
}

void cli_help(struct buf *out)
{
	buf_puts(out, "Usage: ports [OPTION]... [PORT | :PORT | LOW-HIGH | SERVICE]...\n\n"
		      "Shows sockets, their states and who has them: live in a terminal, as a list elsewhere.\n\n");
	for (const struct option_entry *entry = cli_options; entry->name != NULL; entry++) {
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
	buf_puts(out, "\nExit status: 0 something matched, 1 nothing did, 2 usage, 3 not permitted, 4 the system failed.\n"
		      "In the live table ? or F1 shows the keys.  The manual: man ports.\n");
}
