/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "lab/export.h"
#include "lab/lessons.h"
#include "model/column.h"
#include "model/filter_node.h"
#include "model/group.h"
#include "model/proto.h"
#include "out/member.h"
#include "ui/pane_view.h"
#include "ui/theme.h"

/*
 * How an argument, by the name that its table gives it, is completed: "none", or a kind that the scripts know: one of those
 * below, whose words are listed here, or one for which the scripts find the words themselves.
 */
static const struct {
	const char *argument, *kind;
} kinds[] = {
	{ "PORTS", "ports" },        { "ADDRESS", "ports" },   { "IDS", "columns" },   { "COLUMN", "column" },
	{ "PANE", "pane" },          { "KEY", "group" },       { "THEME", "theme" },   { "TEMPLATE", "template" },
	{ "LESSON", "lesson" },      { "FILE", "file" },       { "IF", "interface" }, { "NETNS", "netns" },  { "USER", "user" },
	{ "SECONDS", "none" },       { "ENTRIES", "none" },    { "N[,CHURN]", "none" }, { "WxH", "none" },
	{ "TIME", "none" },          { "KEY ACTION", "none" }, { "LIST", "none" },
	{ "KINDS", "kinds" },         { "LANGUAGE", "language" },  { "FILTER", "filter" },   { "PORT", "ports" },
	{ "SIGNAL", "none" },        { "N", "none" },          { "PATH", "file" },
};

static const char *column_id(size_t i)
{
	return i < COLUMN_COUNT ? columns[i].id : NULL;
}

static const char *sort_id(size_t i)
{
	return i < COLUMN_COUNT ? columns[i].id : i == COLUMN_COUNT ? SORT_USUAL : NULL;
}

static const char *pane(size_t i)
{
	return i < PANE_COUNT ? pane_view_name((enum pane)i) : NULL;
}

static const char *group(size_t i)
{
	return i < GROUP_BY_COUNT ? group_by_name((enum group_by)i) : NULL;
}

static const char *theme(size_t i)
{
	return i < THEME_COUNT ? theme_name((enum theme)i) : NULL;
}

static const char *filter_word(size_t i)
{
	static const char *const others[] = { "exclude", "and", "or", "not", NULL };

	return i < FIELD_WORD ? filter_field_name(i) : others[i - FIELD_WORD];
}

static const char *command_name(size_t i)
{
	return commands[i].name;
}

static const struct {
	const char *kind;
	const char *(*name)(size_t i);
} words[] = {
	{ "columns", column_id }, { "column", sort_id }, { "pane", pane },         { "group", group },
	{ "theme", theme },       { "lesson", lesson_name }, { "template", member_path },
	{ "command", command_name }, { "language", export_language_name },
	{ "filter", filter_word }, { "state", filter_state_name }, { "kinds", proto_set_name },
};

static const char *kind_of(const char *argument)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].argument, argument) == 0)
			return kinds[i].kind;
	}
	fprintf(stderr, "man/shells.c does not say how to complete the argument %s\n", argument);
	exit(1);
}

/* In single quotes; those of the escaped with a backslash before them. */
static void put_quoted(const char *text, const char *escaped, const char *quote)
{
	for (; *text != '\0'; text++) {
		if (strchr(escaped, *text) != NULL)
			putchar('\\');
		if (*text == '\'')
			fputs(quote, stdout);
		else
			putchar(*text);
	}
}

static void put_words(const char *(*name)(size_t i))
{
	for (size_t i = 0; name(i) != NULL; i++)
		printf(" %s", name(i));
}

/* The same in bash and in zsh. */
static void put_words_of_sh(void)
{
	puts("_ports_words() {\n\tcase $1 in");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		printf("\t%s) printf '%%s\\n'", words[i].kind);
		put_words(words[i].name);
		puts(" ;;");
	}
	puts("\tesac\n}");
}

static void put_bash_options(const struct option_entry *entries, const char *operand)
{
	printf("\t\toperand=%s\n\t\toptions=(\n", kind_of(operand));
	for (const struct option_entry *entry = entries; entry->name != NULL; entry++) {
		const char *colon = entry->argument != NULL ? ":" : "", *kind = entry->argument != NULL ? kind_of(entry->argument) : "";

		fputs("\t\t\t", stdout);
		if (entry->letter != 0)
			printf("-%c%s%s ", entry->letter, colon, kind);
		printf("--%s%s%s\n", entry->name, colon, kind);
	}
	puts("\t\t)\n\t\t;;");
}

void put_bash(void)
{
	put_words_of_sh();
	puts("_ports_options() {\n\tcase $1 in");
	for (const struct command *command = commands; command->name != NULL; command++) {
		printf("\t%s)\n", command->name);
		put_bash_options(command->options, command->operand);
	}
	puts("\t*)");
	put_bash_options(cli_options, "FILTER");
	puts("\tesac\n}");
}

static void put_zsh_option(const struct option_entry *entry)
{
	const char *joint = entry->argument != NULL ? "=" : "";

	if (entry->letter != 0)
		printf("\t\t\t'*'{-%c%s,--%s%s}'[", entry->letter, entry->argument != NULL ? "+" : "", entry->name, joint);
	else
		printf("\t\t\t'*--%s%s[", entry->name, joint);
	put_quoted(entry->help, "]\\", "'\\''");
	putchar(']');
	if (entry->argument != NULL) {
		putchar(':');
		put_quoted(entry->argument, ":\\", "'\\''");
		printf(":_ports_argument %s", kind_of(entry->argument));
	}
	puts("'");
}

static void put_zsh_options(const struct option_entry *entries, const char *operand)
{
	puts("\t\tspecs=(");
	for (const struct option_entry *entry = entries; entry->name != NULL; entry++)
		put_zsh_option(entry);
	if (entries == cli_options)
		printf("\t\t\t'1:COMMAND or %s:_ports_first'\n", operand);
	printf("\t\t\t'*:%s:_ports_argument %s'\n\t\t)\n\t\t;;\n", operand, kind_of(operand));
}

void put_zsh(void)
{
	put_words_of_sh();
	puts("_ports_specs() {\n\tcase $1 in");
	for (const struct command *command = commands; command->name != NULL; command++) {
		printf("\t%s)\n", command->name);
		put_zsh_options(command->options, command->operand);
	}
	puts("\t*)");
	put_zsh_options(cli_options, "FILTER");
	puts("\tesac\n}");
}

static void put_fish_options(const char *name, const struct option_entry *entries, const char *operand)
{
	for (const struct option_entry *entry = entries; entry->name != NULL; entry++) {
		printf("complete -c ports -n '__ports_in \"%s\"'", name);
		if (entry->letter != 0)
			printf(" -s %c", entry->letter);
		printf(" -l %s", entry->name);
		if (entry->argument != NULL)
			printf(" -x -a '(__ports_argument %s)'", kind_of(entry->argument));
		fputs(" -d '", stdout);
		put_quoted(entry->help, "\\", "\\'");
		puts("'");
	}
	printf("complete -c ports -n '__ports_in \"%s\"' -a '(__ports_argument %s)'\n", name, kind_of(operand));
}

void put_fish(void)
{
	puts("function __ports_words\n\tswitch $argv[1]");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		printf("\t\tcase %s\n\t\t\tprintf '%%s\\n'", words[i].kind);
		put_words(words[i].name);
		putchar('\n');
	}
	puts("\tend\nend");
	for (const struct command *command = commands; command->name != NULL; command++)
		put_fish_options(command->name, command->options, command->operand);
	put_fish_options("", cli_options, "FILTER");
}
