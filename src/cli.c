/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "cli_config.h"
#include "cli_format.h"
#include "cli_words.h"
#include "command.h"
#include "lab/lessons.h"
#include "lab/scenario.h"
#include "model/history.h"
#include "model/sock.h"
#include "model/table.h"

static int letter_takes_argument(char letter)
{
	const struct option_entry *entry = options_letter(cli_options, letter);

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

/* What the playground is to begin with, and neither a port nor of a filter. */
static bool names_scenario(const char *word)
{
	return text_ends_with(word, SCENARIO_ENDING) || lesson_find(word) != NULL;
}

static bool take_word(void *settings, const char *word, struct buf *error)
{
	struct settings *all = settings;

	if (!all->playground || all->scenario != NULL || !names_scenario(word))
		return filter_words_take(&all->words, word, error);
	all->scenario = xstrdup(word);
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
static void fall_back(struct settings *settings, struct settings *file)
{
	if (settings->query.ports.count == 0)
		settings->query.ports = file->query.ports;
	if (settings->protos == 0)
		settings->protos = file->protos;
	if (settings->families == 0)
		settings->families = file->families;
	if (settings->format == FORMAT_TABLE && !settings->summary && !settings->null) {
		settings->format = file->format;
		settings->summary = file->summary;
		settings->null = file->null;
	}
	settings->repeats = settings->interval_ms > 0;
	if (!settings->repeats)
		settings->interval_ms = file->interval_ms;
	if (settings->filter.text == NULL)
		settings->filter = file->filter;
	else
		filter_fini(&file->filter);
	if (netns_wish_is_given(&settings->netns) || settings->replay != NULL || settings->synthetic)
		netns_wish_fini(&file->netns);
	else
		settings->netns = file->netns;
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

/* One letter that two kinds of fingers know: xargs's, and ss's. */
static void settle_zero(struct settings *settings)
{
	bool ends_lines = settings->zero && settings->format == FORMAT_TEMPLATE;

	settings->null |= ends_lines;
	settings->protos |= settings->zero && !ends_lines ? PROTOS_PACKET : 0;
	settings->zero = false;
}

static bool parse_words(struct settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { cli_options, "ports", cli_option_name, take_word, .stays = false };
	static const struct word_rules rules = { letter_takes_argument, name_takes_argument };
	struct settings file = *settings;
	struct words words;

	settings->query.ports = (struct portset){ .count = 0 };
	settings->protos = settings->families = settings->interval_ms = 0;
	settings->filter = (struct filter)FILTER_INIT;
	settings->netns = (struct netns_wish){ .all = false };
	settings->columns_asked = false;
	settings->save_view = settings->summary = settings->null = false;
	settings->format = FORMAT_TABLE;
	bool good = words_expand(&words, argc, argv, &rules, error) &&
		    options_parse(&options, settings, words.count, words.list, error) &&
		    filter_words_end(&settings->words, &settings->query.ports, &settings->filter, error);
	words_fini(&words);
	settle_zero(settings);
	filter_words_fini(&settings->words);
	fall_back(settings, &file);
	return good;
}

/* The playground makes sockets, and needs somebody who plays. */
static bool check_playground(const struct settings *settings, struct buf *error)
{
	if (!settings->playground)
		return !settings->private_network || options_fault(error, "", "--private", " needs --playground");
	if (settings->readonly || settings->replay != NULL || settings->synthetic)
		return options_fault(error, "", "--playground",
				     settings->readonly		? " does not go with --readonly" :
				     settings->replay != NULL ? " does not go with --replay" :
								" does not go with --synthetic");
	if (settings->once || settings->summary || settings->null || settings->format != FORMAT_TABLE)
		return options_fault(error, "", "--playground", " is live, and no list");
	return true;
}

/* What no filter can ask for: a recording may have other network namespaces, too. */
static uint32_t lacking_of(const struct settings *settings)
{
	bool tours = netns_wish_is_given(&settings->netns) || settings->replay != NULL;

	return (settings->no_owners ? ASKS_OWNERS : 0) | (tours ? 0 : ASKS_NETNS);
}

/* Options that mean nothing, or not one thing, together. */
static bool check_together(const struct settings *settings, struct buf *error)
{
	if (settings->record != NULL && (settings->replay != NULL || settings->synthetic))
		return options_fault(error, "--record ", settings->record,
				 settings->synthetic ? " records the kernel, and nothing with --synthetic"
						     : " records the kernel, and nothing with --replay");
	if (settings->replay != NULL && settings->synthetic)
		return options_fault(error, "--replay ", settings->replay, " and --synthetic cannot both be shown");
	if (netns_wish_is_given(&settings->netns) && (settings->replay != NULL || settings->synthetic))
		return options_fault(error, "", "--netns", settings->synthetic ? " does not go with --synthetic"
				     : " does not go with --replay: a recording has the namespaces that were recorded; "
				       "the filter chooses among them (netns NAME)");
	if (!filter_words_check(&settings->filter, lacking_of(settings), error))
		return false;
	if (settings->width == 0 && settings->script != NULL)
		return options_fault(error, "--script ", settings->script, " needs --headless");
	if (settings->width == 0 && settings->has_clock)
		return options_fault(error, "", "--clock", " needs --headless");
	if (settings->width > 0 && settings->once)
		return options_fault(error, "", "--headless", " prints screens, and no list as -1 does");
	return format_check(settings, error);
}

void cli_fini(struct settings *settings)
{
	template_fini(&settings->template);
	filter_fini(&settings->filter);
	netns_wish_fini(&settings->netns);
	free(settings->scenario);
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
		    check_together(settings, error) && check_playground(settings, error);
	settings->query.needs = column_set_needs(format_columns(settings));
	query_restrict(&settings->query, settings->protos, settings->families, &settings->filter);
	if (netns_wish_is_given(&settings->netns))
		settings->query.netns = &settings->netns;
	return good;
}

static void help_commands(struct buf *out)
{
	buf_puts(out, "\nCommands, each with a --help of its own:\n");
	for (const struct command *command = commands; command->name != NULL; command++)
		buf_printf(out, "  ports %-10s %s\n", command->name, command->help);
}

void cli_help(struct buf *out)
{
	buf_puts(out, "Usage: ports [OPTION]... [PORT | LOW-HIGH | SERVICE]... [FILTER]\n"
		      "       ports --playground [--private] [FILE.lab | LESSON]\n"
		      "       ports COMMAND [WORD]...\n\n"
		      "Shows sockets, their states and who has them: live in a terminal, as a list elsewhere.\n\n");
	options_help(out, cli_options);
	help_commands(out);
	buf_puts(out, "\nExit status: 0 something matched, 1 nothing did, 2 usage, 3 not permitted, 4 the system failed.\n"
		      "In the live table ? or F1 shows the keys.  The manual: man ports.\n");
}
