/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the manual, and the completions of the shells, in step with the program: copies one of them from standard input to
 * standard output and makes the parts between .\" BEGIN NAME and .\" END, in a script # BEGIN NAME and # END, anew from the
 * tables of commands, options, columns, members, keys and privileges, and from the lessons.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli.h"
#include "command.h"
#include "kernel/privileges.h"
#include "lab/lessons.h"
#include "lab/scenario.h"
#include "model/column.h"
#include "out/member.h"
#include "shells.h"
#include "ui/action.h"
#include "ui/keymap.h"

/* roff takes a dash for a hyphen and a backslash for itself. */
static void put_roff(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '^')
			fputs("\\(ha", stdout);
		else
			putchar(*text);
	}
}

static void put_sentence(const char *text)
{
	put_roff(text);
	puts(".");
}

static void put_table(const struct option_entry *entries)
{
	for (const struct option_entry *entry = entries; entry->name != NULL; entry++) {
		puts(".TP");
		fputs(".B ", stdout);
		if (entry->letter != 0)
			printf("\\-%c, ", entry->letter);
		fputs("\\-\\-", stdout);
		put_roff(entry->name);
		if (entry->argument != NULL)
			printf("=\\fI%s\\fP", entry->argument);
		putchar('\n');
		put_sentence(entry->help);
	}
}

static void put_options(void)
{
	put_table(cli_options);
}

static void put_columns(void)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		puts(".TP");
		fputs(".B ", stdout);
		put_roff(columns[i].title);
		printf(" \\fR(%s%s)\n", columns[i].id,
		       columns[i].extended ? ", with \\-e" :
		       columns[i].live	   ? ", in the list with \\-e" :
		       columns[i].named	   ? ", when it is named" :
						"");
		put_sentence(columns[i].help);
	}
}

static void put_members(void)
{
	for (const struct member *member = members; member->path != NULL; member++) {
		puts(".TP");
		fputs(".B ", stdout);
		put_roff(member->path);
		putchar('\n');
		put_sentence(member->help);
	}
}

static void put_keys(void)
{
	struct buf keys = BUF_INIT;
	struct keymap keymap;

	keymap_init(&keymap);
	for (const struct action *action = actions; action->name != NULL; action++) {
		buf_clear(&keys);
		keymap_format(&keys, &keymap, action);
		puts(".TP");
		fputs(".B ", stdout);
		put_roff(buf_str(&keys));
		printf(" \\fR(%s)\n", action->name);
		put_sentence(action->help);
	}
	buf_fini(&keys);
}

/* Text of one line or more; a line must not begin as a request does. */
static void put_text(const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		struct buf line = BUF_INIT;

		buf_add(&line, text, length);
		fputs(text[0] == '.' || text[0] == '\'' ? "\\&" : "", stdout);
		put_roff(buf_str(&line));
		putchar('\n');
		buf_fini(&line);
		text += length + (text[length] == '\n' ? 1 : 0);
	}
}

static void put_lessons(void)
{
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		struct fault fault = FAULT_INIT;
		struct scenario scenario;

		scenario_parse(&scenario, lesson->name, lesson->text, lesson->length, &fault);
		puts(".TP");
		fputs(".B ", stdout);
		put_roff(lesson->name);
		putchar('\n');
		put_sentence(buf_str(&scenario.title));
		put_text(buf_str(&scenario.about));
		scenario_fini(&scenario);
		fault_fini(&fault);
	}
}

static void put_privileges(void)
{
	for (const struct privilege *privilege = privileges; privilege->name != NULL; privilege++) {
		puts(".TP");
		printf(".B %s\n", privilege->name);
		put_sentence(privilege->help);
	}
}

/* What each view keeps, in the order of the other table. */
static void put_views(void)
{
	for (const struct privileged_view *view = privileged_views; view->name != NULL; view++) {
		const char *before = "";

		puts(".TP");
		fputs(".B ", stdout);
		put_roff(view->title);
		putchar('\n');
		for (const struct privilege *privilege = privileges; privilege->name != NULL; privilege++) {
			if (!(privilege->rights & view->rights & ~(unsigned)RIGHT_HEAR))
				continue;
			printf("%s%s", before, privilege->name);
			before = ",\n";
		}
		puts(".");
	}
}

static const struct {
	const char *begin;
	void (*put)(void);
} tables[] = {
	{ ".\\\" BEGIN options\n", put_options },
	{ ".\\\" BEGIN lessons\n", put_lessons },
	{ ".\\\" BEGIN columns\n", put_columns },
	{ ".\\\" BEGIN keys\n", put_keys },
	{ ".\\\" BEGIN members\n", put_members },
	{ ".\\\" BEGIN privileges\n", put_privileges },
	{ ".\\\" BEGIN views\n", put_views },
	{ "# BEGIN bash\n", put_bash },
	{ "# BEGIN zsh\n", put_zsh },
	{ "# BEGIN fish\n", put_fish },
};

/* Puts the table that begins with this line; false when none does. */
static bool put_named(const char *line)
{
	char begin[64];

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(line, tables[i].begin) == 0) {
			tables[i].put();
			return true;
		}
	}
	for (const struct command *command = commands; command->name != NULL; command++) {
		snprintf(begin, sizeof(begin), ".\\\" BEGIN %s options\n", command->name);
		if (strcmp(line, begin) == 0) {
			put_table(command->options);
			return true;
		}
	}
	return false;
}

int main(void)
{
	char line[4096];
	bool skipping = false;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		skipping = skipping && strcmp(line, ".\\\" END\n") != 0 && strcmp(line, "# END\n") != 0;
		if (skipping)
			continue;
		fputs(line, stdout);
		skipping = put_named(line);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
