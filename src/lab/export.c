/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/text.h"
#include "lab/export_internal.h"

enum { PROSE_WIDTH = 100, WORD_BYTES_MAX = 64 };

static const struct dialect *const dialects[EXPORT_LANGUAGES] = {
	[EXPORT_C] = &export_c,
	[EXPORT_PYTHON] = &export_python,
};

const char *export_language_name(size_t language)
{
	static const char *const names[EXPORT_LANGUAGES] = { [EXPORT_C] = "c", [EXPORT_PYTHON] = "python" };

	return language < EXPORT_LANGUAGES ? names[language] : NULL;
}

void export_need(struct export *export, const char *word)
{
	buf_printf(&export->needs, " %s ", word);
}

/* The scenario's own words, as lines of a comment; nothing in them ends it, or looks as if another began in it. */
static void add_prose(struct export *export, struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT, lines = BUF_INIT;

	for (const char *at = text; *at != '\0'; at++) {
		buf_putc(&safe, *at);
		if (strncmp(at, "*/", 2) == 0 || strncmp(at, "/*", 2) == 0 || strncmp(at, "??", 2) == 0)
			buf_putc(&safe, ' ');
	}
	text_wrap(&lines, buf_str(&safe), PROSE_WIDTH, "");
	export_indent(out, export->dialect->comment, buf_str(&lines));
	buf_fini(&lines);
	buf_fini(&safe);
}

static void add_about(struct export *export, struct buf *out)
{
	const struct scenario *scenario = export->scenario;
	const char *slash = strrchr(scenario->file, '/'), *name = slash != NULL ? slash + 1 : scenario->file;
	struct buf about = BUF_INIT;

	add_prose(export, out, scenario->title.length > 0 ? buf_str(&scenario->title) : name);
	buf_puts(&about, buf_str(&scenario->about));
	for (char *rest = about.data, *line; rest != NULL && rest[0] != '\0';) {
		line = strsep(&rest, "\n");
		export_indent(out, export->dialect->comment, "\n");
		add_prose(export, out, line);
	}
	buf_fini(&about);
}

/* The lines of a note, each a string of its own: they are one to the compiler. */
static void add_note(struct export *export, struct buf *out, const char *text)
{
	const struct dialect *dialect = export->dialect;
	struct buf lines = BUF_INIT;
	char *rest, *line;

	export_need(export, "note(");
	text_wrap(&lines, text, PROSE_WIDTH - 10, "");
	rest = lines.data;
	buf_printf(out, "\n%snote(", dialect->indent);
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		struct buf whole = BUF_INIT;

		buf_printf(&whole, "%s%s", line, rest[0] != '\0' ? "\n" : "");
		dialect->add_text(out, buf_str(&whole));
		if (rest[0] != '\0')
			buf_printf(out, "\n%s     ", dialect->indent);
		buf_fini(&whole);
	}
	buf_printf(out, ")%s\n", dialect->end);
	buf_fini(&lines);
}

/* A line with a call for an actor: start("a"). */
static void add_actor_call(struct export *export, struct buf *out, const char *function)
{
	export_need(export, function);
	buf_printf(out, "%s%s", export->dialect->indent, function);
	export->dialect->add_text(out, export_step(export)->actor.text);
	buf_printf(out, ")%s\n", export->dialect->end);
}

/* It does not come from a fork, and has done nothing before. */
static bool is_first_of_actor(const struct export *export)
{
	const struct step *step = export_step(export);

	for (size_t i = 0; i < export->at; i++) {
		const struct step *before = &export->scenario->steps[i];

		if (strcmp(before->actor.text, step->actor.text) == 0 ||
		    (before->verb == VERB_FORK && strcmp(before->other.text, step->actor.text) == 0))
			return false;
	}
	return step->actor.text[0] != '\0';
}

static void add_port_change(struct export *export, struct buf *out, const struct lab_name *to, const struct lab_name *actor,
			    const struct lab_name *sock)
{
	const struct dialect *dialect = export->dialect;

	dialect->add_port_place(export, out, to, sock);
	buf_puts(out, " = ");
	if (actor != NULL)
		dialect->add_port_place(export, out, actor, sock);
	else
		buf_putc(out, '0');
	buf_printf(out, "%s\n", dialect->end);
}

/* A new socket has none of the ports that one of its name had; the child of a fork has all. */
static void add_port_changes(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);

	for (size_t i = 0; i < export->port_count; i++) {
		const struct export_port *port = &export->ports[i];
		bool is_own = strcmp(port->actor.text, step->actor.text) == 0;

		if (step->verb == VERB_SOCKET && is_own && strcmp(port->sock.text, step->sock.text) == 0 &&
		    export_kind(export, &step->actor, &step->sock) >= 0)
			add_port_change(export, out, &port->actor, NULL, &port->sock);
		if (step->verb == VERB_FORK && strcmp(port->actor.text, step->other.text) == 0 &&
		    export_has_port(export, &step->actor, &port->sock))
			add_port_change(export, out, &port->actor, &step->actor, &port->sock);
	}
}

/* What the step does. */
static void add_body(struct export *export, struct buf *out)
{
	const struct dialect *dialect = export->dialect;
	const struct phrase *phrase = export_phrase(export_step(export));
	struct buf call = BUF_INIT;

	add_port_changes(export, out);
	export_need(export, phrase->text[dialect->language]);
	export_expand(export, &call, phrase->text[dialect->language]);
	if (phrase->is_whole)
		buf_puts(out, buf_str(&call));
	else
		dialect->add_call(export, out, buf_str(&call));
	buf_fini(&call);
}

static void add_step(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);
	struct buf body = BUF_INIT;

	if (step->verb == VERB_NOTE) {
		add_note(export, out, step->source + strlen("note"));
		return;
	}
	if (is_first_of_actor(export)) {
		if (export->at == 0 || step[-1].verb != VERB_NOTE)
			buf_putc(out, '\n');
		add_actor_call(export, out, "start(");
	}
	export_need(export, "step(");
	add_body(export, &body);
	export->dialect->add_step(export, out, buf_str(&body));
	if (step->verb == VERB_EXIT || step->verb == VERB_KILL)
		add_actor_call(export, out, "ended(");
	buf_fini(&body);
}

static void add_steps(struct export *export, struct buf *out)
{
	for (export->at = 0; export->at < export->scenario->count; export->at++)
		add_step(export, out);
}

/* What is needed for the scenario as a whole. */
static void need_whole(struct export *export)
{
	const struct scenario *scenario = export->scenario;

	if (scenario->becomes_user)
		export_need(export, "user");
	if (scenario->has_inet6)
		export_need(export, "inet6");
	if (scenario->has_files)
		export_need(export, "files");
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		bool makes = step->verb == VERB_SOCKET;

		if (step->verb == VERB_USER && step->uid == 0)
			export_need(export, "user-0");
		if (makes && (step->kind == SOCKET_UDPLITE4 || step->kind == SOCKET_UDPLITE6))
			export_need(export, "udplite");
	}
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether the word stands in the text, and not only as a part of another, or as a member of something. */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
		bool begins = at == text || (!is_letter(at[-1]) && at[-1] != '.');

		if (begins && (!is_letter(word[length - 1]) || !is_letter(at[length])))
			return true;
	}
	return false;
}

/* The word, or every one of those that stand in it with + between, is needed by the steps or by what follows. */
static bool is_wanted(const struct export *export, const char *words, const char *follows)
{
	char text[WORD_BYTES_MAX], *rest = text, *word;

	strcpy(text, words);
	while ((word = strsep(&rest, "+")) != NULL) {
		if (!has_word(buf_str(&export->needs), word) && !has_word(follows, word))
			return false;
	}
	return true;
}

static bool is_block_wanted(const struct export *export, const struct export_block *block, const char *follows)
{
	char words[4 * WORD_BYTES_MAX], *rest = words, *word;

	if (strcmp(block->words, "*") == 0 || block->words[0] == '=')
		return true;
	strcpy(words, block->words);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (is_wanted(export, word, follows))
			return true;
	}
	return false;
}

/* The blocks that are wanted, found from the last to the first: each may want some before it. */
static bool *choose(const struct export *export, const struct export_block *blocks, size_t count)
{
	bool *chosen = xcalloc(count, sizeof(chosen[0]));
	struct buf follows = BUF_INIT;

	for (size_t i = count; i-- > 0;) {
		chosen[i] = is_block_wanted(export, &blocks[i], buf_str(&follows));
		if (chosen[i])
			buf_puts(&follows, blocks[i].text);
	}
	buf_fini(&follows);
	return chosen;
}

/* "= NAME" in the frame. */
static void add_part(struct export *export, struct buf *out, const char *name, const struct buf *steps)
{
	const struct dialect *dialect = export->dialect;
	const struct {
		const char *name;
		void (*add)(struct export *export, struct buf *out);
	} parts[] = {
		{ "= about", add_about },
		{ "= actors", dialect->add_actors },
		{ "= sockets", dialect->add_sockets },
		{ "= ports", dialect->add_ports },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, name) == 0)
			parts[i].add(export, out);
	}
	if (strcmp(name, "= steps") == 0)
		buf_puts(out, steps->data + (steps->data[0] == '\n' ? 1 : 0));
}

void export_scenario(struct buf *out, const struct scenario *scenario, enum export_language language)
{
	const struct dialect *dialect = dialects[language];
	struct export export = { .scenario = scenario, .dialect = dialect };
	struct buf steps = BUF_INIT;
	size_t count = 0;

	export_collect(&export);
	need_whole(&export);
	add_steps(&export, &steps);
	while (dialect->blocks[count].words != NULL)
		count++;
	bool *chosen = choose(&export, dialect->blocks, count);
	for (size_t i = 0; i < count; i++) {
		const struct export_block *block = &dialect->blocks[i];

		if (block->words[0] == '=')
			add_part(&export, out, block->words, &steps);
		else if (chosen[i])
			buf_puts(out, block->text);
	}
	free(chosen);
	free(export.actors);
	free(export.names);
	free(export.ports);
	buf_fini(&export.needs);
	buf_fini(&steps);
}
