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

static bool fail(struct buf *error, const char *before, const char *word, const char *after)
{
	buf_puts(error, before);
	buf_putc(error, '"');
	text_clean(error, word);
	buf_printf(error, "\"%s", after);
	return false;
}

static bool apply_tcp(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->protos |= 1u << PROTO_TCP;
	return true;
}

static bool apply_udp(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->protos |= 1u << PROTO_UDP;
	return true;
}

static bool apply_listening(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->query.states = STATES_LISTENING;
	return true;
}

static bool apply_all(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->query.states = STATES_ALL;
	return true;
}

static bool apply_ipv4(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->families |= 1u << FAMILY_INET;
	return true;
}

static bool apply_ipv6(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->families |= 1u << FAMILY_INET6;
	return true;
}

static bool apply_port(struct settings *settings, const char *argument, struct buf *error)
{
	return portset_parse(&settings->query.ports, argument, error);
}

/* For what fingers add and this program does anyway: numbers, timers and processes are always shown. */
static bool apply_nothing(struct settings *settings, const char *argument, struct buf *error)
{
	(void)settings, (void)argument, (void)error;
	return true;
}

/* Decimal only: strtod(3) alone would take "0x1", "inf" and " 1" as well. */
static bool parse_number(const char *text, double least, double most, double *value)
{
	bool decimal = text[0] != '\0' && text[strspn(text, "0123456789.")] == '\0';
	char *end;

	*value = strtod(text, &end);
	return decimal && *end == '\0' && *value >= least && *value <= most;
}

static bool apply_interval(struct settings *settings, const char *argument, struct buf *error)
{
	double seconds;

	if (!parse_number(argument, 0.1, 3600, &seconds))
		return fail(error, "", argument, ": not a number of seconds from 0.1 to 3600");
	settings->interval_ms = (uint32_t)(seconds * 1000 + 0.5);
	return true;
}

static bool apply_linger(struct settings *settings, const char *argument, struct buf *error)
{
	double seconds;

	if (!parse_number(argument, 0, 3600, &seconds))
		return fail(error, "", argument, ": not a number of seconds from 0 to 3600");
	settings->linger_ns = (uint64_t)(seconds * 1000 + 0.5) * 1000000;
	return true;
}

static bool apply_history(struct settings *settings, const char *argument, struct buf *error)
{
	double entries;

	if (!parse_number(argument, 1, 10000000, &entries) || strchr(argument, '.') != NULL)
		return fail(error, "", argument, ": not a number of entries from 1 to 10000000");
	settings->history_size = (size_t)entries;
	return true;
}

static bool apply_columns(struct settings *settings, const char *argument, struct buf *error)
{
	return column_list_parse(&settings->columns, argument, error);
}

static bool apply_extended(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->extended = true;
	column_list_usual(&settings->columns, true);
	return true;
}

static bool add_columns(struct settings *settings, const enum column_id *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		column_list_add(&settings->columns, &columns[ids[i]]);
	return true;
}

static bool apply_info(struct settings *settings, const char *argument, struct buf *error)
{
	static const enum column_id ids[] = { COLUMN_RTT, COLUMN_WINDOW, COLUMN_RETRANS, COLUMN_BYTES_IN, COLUMN_BYTES_OUT,
					      COLUMN_CONGESTION };

	(void)argument, (void)error;
	return add_columns(settings, ids, sizeof(ids) / sizeof(ids[0]));
}

static bool apply_memory(struct settings *settings, const char *argument, struct buf *error)
{
	static const enum column_id ids[] = { COLUMN_MEMORY };

	(void)argument, (void)error;
	return add_columns(settings, ids, 1);
}

static bool apply_json(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->format = FORMAT_JSON;
	return true;
}

static bool apply_ndjson(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->format = FORMAT_NDJSON;
	return true;
}

static bool apply_version(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->task = TASK_VERSION;
	return true;
}

static bool apply_help(struct settings *settings, const char *argument, struct buf *error)
{
	(void)argument, (void)error;
	settings->task = TASK_HELP;
	return true;
}

#define FLAG(member) .flag = offsetof(struct settings, member)

const struct option_entry cli_options[] = {
	{ 'p', "port", "PORTS", "only sockets with one of these local or foreign ports: 80,443,8000-8100,http",
	  .apply = apply_port },
	{ 't', "tcp", NULL, "TCP", .apply = apply_tcp },
	{ 'u', "udp", NULL, "UDP; without -t and -u both are shown", .apply = apply_udp },
	{ '4', "ipv4", NULL, "sockets of the IPv4 family", .apply = apply_ipv4 },
	{ '6', "ipv6", NULL, "sockets of the IPv6 family; without -4 and -6 both are shown", .apply = apply_ipv6 },
	{ 'l', "listening", NULL, "only sockets without a peer: LISTEN, BOUND and UNCONN", .apply = apply_listening },
	{ 'a', "all", NULL, "sockets in every state, which is the default; undoes -l", .apply = apply_all },
	{ 'e', "extended", NULL, "the usual columns, and inode and cookie", .apply = apply_extended },
	{ 'i', "info", NULL, "what TCP has measured, too: rtt,cwnd,retrans,in,out,cong", .apply = apply_info },
	{ 'm', "memory", NULL, "the memory of the queues, too: mem", .apply = apply_memory },
	{ 0, "columns", "IDS", "these columns, such as local,state,owners; with a + before them: these, too",
	  .apply = apply_columns },
	{ '1', "once", NULL, "print the list once, in a terminal too", FLAG(once) },
	{ 'c', "interval", "SECONDS", "refresh that often instead of every second; the list is printed again and again",
	  .apply = apply_interval },
	{ 0, "linger", "SECONDS", "mark rows that are new, changed or gone for so long (3 without it)", .apply = apply_linger },
	{ 0, "history", "ENTRIES", "keep so many entries of the history (10000 without it)", .apply = apply_history },
	{ 'H', "no-header", NULL, "no header line in the list", FLAG(no_header) },
	{ 'W', "wide", NULL, "do not fit the list to the terminal", FLAG(wide) },
	{ 0, "json", NULL, "print one JSON document", .apply = apply_json },
	{ 0, "ndjson", NULL, "print JSON, one socket a line", .apply = apply_ndjson },
	{ 0, "readonly", NULL, "the live table can neither kill nor destroy nor write files", FLAG(readonly) },
	{ 0, "no-owners", NULL, "do not look for the processes", FLAG(no_owners) },
	{ 'C', "no-color", NULL, "no colour; the variable NO_COLOR says the same", FLAG(no_color) },
	{ 'M', "no-mouse", NULL, "leave the mouse to the terminal", FLAG(no_mouse) },
	{ 'n', "numeric", NULL, "numbers instead of names of hosts and services, which is the default",
	  .apply = apply_nothing },
	{ 'o', "timers", NULL, "timers, which are always shown", .apply = apply_nothing },
	{ 0, "processes", NULL, "processes, which are always shown; -p without ports is this", .apply = apply_nothing },
	{ 0, "no-config", NULL, "do not read the configuration file", .apply = apply_nothing },
	{ 'V', "version", NULL, "print the version", .apply = apply_version },
	{ 'h', "help", NULL, "print this", .apply = apply_help },
	{ .name = NULL },
};

enum { OPTION_COUNT = sizeof(cli_options) / sizeof(cli_options[0]) - 1 };

static const struct option_entry *find_letter(int letter)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (cli_options[i].letter == letter)
			return &cli_options[i];
	}
	return NULL;
}

static int letter_takes_argument(char letter)
{
	const struct option_entry *entry = find_letter(letter);

	return entry == NULL ? -1 : entry->argument != NULL;
}

/* What getopt_long is to know of the table. */
struct getopt_tables {
	char letters[2 * OPTION_COUNT + 2];
	struct option names[OPTION_COUNT + 1];
};

static void fill_getopt(struct getopt_tables *tables)
{
	char *letter = tables->letters;

	*letter++ = ':'; /* a missing argument is told apart from an unknown option */
	for (size_t i = 0; i < OPTION_COUNT; i++) {
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
	tables->names[OPTION_COUNT] = (struct option){ .name = NULL };
}

static const struct option_entry *entry_of(int code)
{
	return code >= OPTION_BASE ? &cli_options[code - OPTION_BASE] : find_letter(code);
}

/* Whether more than one long name begins with the word, which begins with two dashes. */
static bool is_ambiguous(const char *word)
{
	size_t length = strcspn(word, "="), begin = 0;

	for (size_t i = 0; length > 2 && i < OPTION_COUNT; i++)
		begin += strncmp(cli_options[i].name, word + 2, length - 2) == 0 ? 1 : 0;
	return begin > 1;
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
	if (optopt == 0 && is_ambiguous(word))
		return fail(error, "more than one option begins with ", word, "; ports --help lists them");
	return fail(error, "unknown option ", optopt != 0 ? letter : word, "; ports --help lists them");
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
}

static bool parse_words(struct settings *settings, int argc, char *const argv[], struct buf *error)
{
	struct settings file = *settings;
	struct words words;

	settings->query.ports = (struct portset){ .count = 0 };
	settings->protos = settings->families = 0;
	bool good = words_expand(&words, argc, argv, letter_takes_argument, error) &&
		    parse_options(settings, &words, error);
	words_fini(&words);
	fall_back(settings, &file);
	return good;
}

bool cli_parse(struct settings *settings, int argc, char *const argv[], struct buf *error)
{
	*settings = (struct settings){ .linger_ns = TABLE_LINGER_NS, .history_size = HISTORY_SIZE };
	query_init(&settings->query);
	column_list_usual(&settings->columns, false);
	bool good = (has_word(argc, argv, "--no-config") || config_apply(settings, error)) &&
		    parse_words(settings, argc, argv, error);
	settings->query.needs = column_list_needs(&settings->columns);
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
