/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/step.h"

#include <string.h>

#include "base/buf.h"
#include "base/errname.h"
#include "base/text.h"
#include "lab/step_args.h"

static const struct verb_entry {
	const char *name;
	const struct argument *arguments[3]; /* the first NULL ends them */
	unsigned optional;                   /* so many of the last may be left out */
	bool must_succeed;
	bool of_none;                        /* belongs to no actor */
} verbs[VERB_COUNT] = {
	[VERB_USER] = { "user", { &argument_user }, 0, true, false },
	[VERB_SOCKET] = { "socket", { &argument_socket, &argument_kind }, 0, true, false },
	[VERB_SET] = { "set", { &argument_socket, &argument_option, &argument_value }, 0, true, false },
	[VERB_GET] = { "get", { &argument_socket, &argument_option }, 0, false, false },
	[VERB_BIND] = { "bind", { &argument_socket, &argument_endpoint }, 0, false, false },
	[VERB_LISTEN] = { "listen", { &argument_socket, &argument_backlog }, 1, false, false },
	[VERB_CONNECT] = { "connect", { &argument_socket, &argument_endpoint }, 0, false, false },
	[VERB_ACCEPT] = { "accept", { &argument_socket, &argument_new_socket }, 0, false, false },
	[VERB_SEND] = { "send", { &argument_socket, &argument_text }, 0, false, false },
	[VERB_RECV] = { "recv", { &argument_socket, &argument_text }, 1, false, false },
	[VERB_SENDTO] = { "sendto", { &argument_socket, &argument_endpoint, &argument_text }, 0, false, false },
	[VERB_SHUTDOWN] = { "shutdown", { &argument_socket, &argument_how }, 0, false, false },
	[VERB_CLOSE] = { "close", { &argument_socket }, 0, false, false },
	[VERB_FORK] = { "fork", { &argument_child }, 0, false, false },
	[VERB_EXIT] = { "exit", { NULL }, 0, false, false },
	[VERB_KILL] = { "kill", { NULL }, 0, false, false },
	[VERB_SEE] = { "see", { &argument_endpoint, &argument_state, &argument_count }, 1, true, true },
	[VERB_OWNERS] = { "owners", { &argument_endpoint, &argument_state, &argument_actors }, 0, true, true },
	[VERB_WAIT] = { "wait", { &argument_seconds, &argument_unit }, 0, true, true },
	[VERB_PAUSE] = { "pause", { NULL }, 0, true, true },
	[VERB_NOTE] = { "note", { NULL }, 0, true, true },
};

enum { ARGUMENTS_MAX = 3 };

const char *verb_name(unsigned verb)
{
	return verb < VERB_COUNT ? verbs[verb].name : NULL;
}

bool verb_has_actor(unsigned verb)
{
	return !verbs[verb].of_none;
}

bool verb_must_succeed(unsigned verb)
{
	return verbs[verb].must_succeed;
}

/* "bind SOCKET ADDRESS:PORT" */
static void format_usage(struct buf *out, const struct verb_entry *verb)
{
	unsigned count = 0;

	buf_puts(out, verb->name);
	while (count < ARGUMENTS_MAX && verb->arguments[count] != NULL)
		count++;
	for (unsigned i = 0; i < count; i++) {
		bool optional = i >= count - verb->optional;

		buf_printf(out, optional ? " [%s]" : " %s", verb->arguments[i]->name);
	}
	if (verb == &verbs[VERB_SEE])
		buf_puts(out, " [REMOTE]"); /* may stand in the place of the number, too */
	if (verb == &verbs[VERB_NOTE])
		buf_puts(out, " TEXT");
}

static bool fail_count(struct fault *fault, unsigned column, const struct verb_entry *verb, const char *what)
{
	struct buf usage = BUF_INIT;

	format_usage(&usage, verb);
	fault_set(fault, column, "%s; the step is written %s", what, buf_str(&usage));
	buf_fini(&usage);
	return false;
}

static const char *verb_of_actor(size_t i)
{
	return i < VERB_SEE ? verbs[i].name : NULL;
}

static const char *verb_of_none(size_t i)
{
	static const char *const others[] = { "title", "about" };
	unsigned count = VERB_COUNT - VERB_SEE;

	if (i < count)
		return verbs[VERB_SEE + i].name;
	return i < count + 2 ? others[i - count] : NULL;
}

static bool find_verb(struct step *step, const struct token *token, struct fault *fault)
{
	bool of_actor = step->actor.text[0] != '\0';

	for (unsigned i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i].name, token->text) != 0)
			continue;
		step->verb = (uint8_t)i;
		if (verbs[i].of_none && of_actor)
			return fault_word(fault, token, "this step belongs to no actor: it is written without \"%s:\"",
					  step->actor.text);
		if (!verbs[i].of_none && !of_actor)
			return fault_word(fault, token, "an actor must do this: a: %s ...", verbs[i].name);
		return true;
	}
	return fault_word(fault, token, "unknown step; the nearest is %s",
			  text_nearest(token->text, of_actor ? verb_of_actor : verb_of_none));
}

/* The actor's name in a token that ends in a colon. */
static bool take_actor(struct step *step, const struct token *token, struct fault *fault)
{
	size_t length = token->length - 1;

	if (length <= NAME_BYTES_MAX)
		memcpy(step->actor.text, token->text, length);
	if (length > NAME_BYTES_MAX || !name_is_good(step->actor.text))
		return fault_word(fault, token, "an actor is named with a small letter first, then small letters, digits, _ "
						"and -, %d at most", NAME_BYTES_MAX);
	return true;
}

static bool is_actor(const struct token *token)
{
	return !token->quoted && token->length > 1 && token->text[token->length - 1] == ':';
}

/* "see" has two that may be left out: xN, and the remote end. */
static bool take_remote(struct step *step, const struct token *token, struct fault *fault)
{
	return endpoint_parse(&step->remote, token, fault);
}

static bool take_arguments(struct step *step, const struct tokens *tokens, size_t from, struct fault *fault)
{
	const struct verb_entry *verb = &verbs[step->verb];
	size_t at = from;
	unsigned taken = 0;

	for (; taken < ARGUMENTS_MAX && verb->arguments[taken] != NULL && at < tokens->count; taken++, at++) {
		const struct token *token = &tokens->list[at];

		if (verb->arguments[taken] == &argument_count && token->text[0] != 'x')
			break;
		if (taken < 2)
			step->columns[1 + taken] = token->column;
		if (!verb->arguments[taken]->take(step, token, fault))
			return false;
	}
	if (step->verb == VERB_SEE && taken >= 2 && at < tokens->count && !take_remote(step, &tokens->list[at++], fault))
		return false;
	if (at < tokens->count)
		return fail_count(fault, tokens->list[at].column, verb, "nothing more is expected here");
	unsigned wanted = 0;
	while (wanted < ARGUMENTS_MAX && verb->arguments[wanted] != NULL)
		wanted++;
	if (taken + verb->optional < wanted) {
		struct buf what = BUF_INIT;

		buf_printf(&what, "%s is missing", verb->arguments[taken]->name);
		fail_count(fault, tokens->end, verb, buf_str(&what));
		buf_fini(&what);
		return false;
	}
	return true;
}

static bool is_word(const char *word)
{
	return strcmp(word, "ok") == 0 || strcmp(word, "eof") == 0 || errname_parse(word) != 0;
}

/* What stands behind =>.  Only get and recv have values, which may be anything. */
static bool take_result(struct step *step, const struct tokens *tokens, size_t at, struct fault *fault)
{
	const struct token *token = &tokens->list[at + 1];
	char text[RESULT_BYTES_MAX + 1], *rest = text;

	if (at + 1 >= tokens->count)
		return fault_set(fault, tokens->end, "behind => stands the result: ok, eof, the name of an errno, or a value");
	if (at + 2 < tokens->count)
		return fault_word(fault, &tokens->list[at + 2], "nothing more is expected behind the result");
	if (token->length == 0 || token->length > RESULT_BYTES_MAX || strlen(token->text) != token->length)
		return fault_word(fault, token, "a result has 1 to %d bytes", RESULT_BYTES_MAX);
	strcpy(step->result, token->text);
	strcpy(text, token->text);
	step->has_result = true;
	while (step->verb != VERB_GET && step->verb != VERB_RECV && rest != NULL) {
		const char *word = strsep(&rest, "|");

		if (!is_word(word))
			return fault_word(fault, token, "a result is ok, eof or the name of an errno, such as %s, or several with "
							"a | between", text_nearest(word, errname_at));
	}
	return true;
}

/* Where "=>" stands; the number of tokens when it does not. */
static size_t find_arrow(const struct tokens *tokens)
{
	size_t at = 0;

	while (at < tokens->count && (tokens->list[at].quoted || strcmp(tokens->list[at].text, "=>") != 0))
		at++;
	return at;
}

static void copy_source(struct step *step, const char *line, size_t from, size_t to)
{
	while (to > from && strchr(" \t", line[to - 1]) != NULL)
		to--;
	memcpy(step->source, line + from, to - from);
	step->source[to - from] = '\0';
}

/* A note is the rest of its line, whatever stands in it. */
static bool parse_note(struct step *step, const char *line, struct fault *fault)
{
	const char *text = line + strspn(line, " \t");

	step->verb = VERB_NOTE;
	step->columns[0] = (unsigned)(text - line) + 1;
	copy_source(step, line, (size_t)(text - line), strlen(line));
	if (strcmp(step->source, "note") == 0)
		return fail_count(fault, step->columns[0], &verbs[VERB_NOTE], "the text is missing");
	return true;
}

static bool is_note(const char *line)
{
	line += strspn(line, " \t");
	return strncmp(line, "note", 4) == 0 && (line[4] == '\0' || line[4] == ' ' || line[4] == '\t');
}

bool step_parse(struct step *step, const char *line, struct fault *fault)
{
	struct tokens tokens;
	size_t at = 0;

	*step = (struct step){ .count = COUNT_ANY, .number = 128 };
	if (is_note(line))
		return parse_note(step, line, fault);
	if (!tokens_cut(&tokens, line, fault))
		return false;
	size_t arrow = find_arrow(&tokens), all = tokens.count;
	unsigned end = tokens.end;
	step->columns[0] = all > 0 ? tokens.list[0].column : 1;
	if (all > 0 && is_actor(&tokens.list[0]) && !take_actor(step, &tokens.list[at++], fault))
		return false;
	if (at >= arrow)
		return fault_set(fault, at < all ? tokens.list[at].column : tokens.end, "a step is missing, such as %s",
				 at > 0 ? "socket" : "a: socket s tcp4");
	if (!find_verb(step, &tokens.list[at], fault))
		return false;
	copy_source(step, line, tokens.list[0].offset, arrow < all ? tokens.list[arrow].offset : strlen(line));
	tokens.count = arrow;
	if (arrow < all)
		tokens.end = tokens.list[arrow].column;
	if (!take_arguments(step, &tokens, at + 1, fault))
		return false;
	tokens.count = all;
	tokens.end = end;
	return arrow == all || take_result(step, &tokens, arrow, fault);
}

void step_format(struct buf *out, const struct step *step)
{
	const struct verb_entry *verb = &verbs[step->verb];

	if (step->verb == VERB_NOTE) {
		buf_puts(out, step->source);
		return;
	}
	if (step->actor.text[0] != '\0')
		buf_printf(out, "%s: ", step->actor.text);
	buf_puts(out, verb->name);
	for (unsigned i = 0; i < ARGUMENTS_MAX && verb->arguments[i] != NULL; i++)
		verb->arguments[i]->add(out, step);
	if (step->remote.kind != ENDPOINT_NONE) {
		buf_putc(out, ' ');
		endpoint_format(out, &step->remote);
	}
}

bool step_allows(const struct step *step, const char *word, const char *value)
{
	char text[RESULT_BYTES_MAX + 1], *rest = text;

	if (!step->has_result)
		return !verbs[step->verb].must_succeed || strcmp(word, "ok") == 0;
	if (value != NULL && strcmp(step->result, value) == 0)
		return true;
	strcpy(text, step->result);
	while (rest != NULL) {
		const char *one = strsep(&rest, "|");

		if (strcmp(one, word) == 0 || (value != NULL && strcmp(one, value) == 0))
			return true;
	}
	return false;
}
