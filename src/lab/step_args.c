/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/step_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "lab/step.h"
#include "model/sock.h"

/* A decimal number in the whole text from 0 to most. */
static bool parse_uint(const char *text, uint32_t most, uint32_t *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 10 || strspn(text, "0123456789") != length)
		return false;
	unsigned long long value = strtoull(text, NULL, 10);
	*number = (uint32_t)value;
	return value <= most;
}

static bool take_name(struct lab_name *name, const struct token *token, const char *what, struct fault *fault)
{
	if (!name_is_good(token->text) || strlen(token->text) != token->length)
		return fault_word(fault, token, "%s is named with a small letter first, then small letters, digits, _ and -, "
						"%d at most", what, NAME_BYTES_MAX);
	strcpy(name->text, token->text);
	return true;
}

static bool take_user(struct step *step, const struct token *token, struct fault *fault)
{
	char text[32] = "", *gid;

	if (token->length < sizeof(text))
		strcpy(text, token->text);
	gid = strchr(text, ':');
	if (gid != NULL)
		*gid++ = '\0';
	if (!parse_uint(text, UINT32_MAX - 1, &step->uid) || !parse_uint(gid != NULL ? gid : text, UINT32_MAX - 1, &step->gid))
		return fault_word(fault, token, "a user is written in numbers, UID or UID:GID");
	return true;
}

static void add_user(struct buf *out, const struct step *step)
{
	buf_printf(out, " %u:%u", step->uid, step->gid);
}

static bool take_socket(struct step *step, const struct token *token, struct fault *fault)
{
	return take_name(&step->sock, token, "a socket", fault);
}

static void add_socket(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", step->sock.text);
}

static bool take_new_socket(struct step *step, const struct token *token, struct fault *fault)
{
	return take_name(&step->other, token, "a socket", fault);
}

static bool take_child(struct step *step, const struct token *token, struct fault *fault)
{
	return take_name(&step->other, token, "an actor", fault);
}

static void add_other(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", step->other.text);
}

static const char *kind_name(size_t i)
{
	return i < SOCKET_KIND_COUNT ? socket_kinds[i].name : NULL;
}

/* The number of the name; -1, and the fault is set, when there is none of it. */
static int find_name(const struct token *token, const char *what, text_name_fn *name_of, struct fault *fault)
{
	for (size_t i = 0; name_of(i) != NULL; i++) {
		if (strcmp(name_of(i), token->text) == 0)
			return (int)i;
	}
	fault_word(fault, token, "no %s; the nearest is %s", what, text_nearest(token->text, name_of));
	return -1;
}

static bool take_kind(struct step *step, const struct token *token, struct fault *fault)
{
	int kind = find_name(token, "kind of socket", kind_name, fault);

	step->kind = (uint8_t)kind;
	return kind >= 0;
}

static void add_kind(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", socket_kinds[step->kind].name);
}

static bool take_option(struct step *step, const struct token *token, struct fault *fault)
{
	int option = find_name(token, "socket option", lab_option_name, fault);

	step->option = (uint8_t)option;
	return option >= 0;
}

static void add_option(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", lab_option_name(step->option));
}

static bool take_value(struct step *step, const struct token *token, struct fault *fault)
{
	return option_value_parse(&step->value, step->option, token, fault);
}

static void add_value(struct buf *out, const struct step *step)
{
	struct buf text = BUF_INIT;

	option_value_format(&text, step->option, &step->value);
	buf_putc(out, ' ');
	token_add(out, text.data, text.length);
	buf_fini(&text);
}

static bool take_endpoint(struct step *step, const struct token *token, struct fault *fault)
{
	return endpoint_parse(&step->endpoint, token, fault);
}

static void add_endpoint(struct buf *out, const struct step *step)
{
	buf_putc(out, ' ');
	endpoint_format(out, &step->endpoint);
}

static bool take_backlog(struct step *step, const struct token *token, struct fault *fault)
{
	return parse_uint(token->text, INT32_MAX, &step->number) ||
	       fault_word(fault, token, "a backlog is a number of connections");
}

static void add_backlog(struct buf *out, const struct step *step)
{
	buf_printf(out, " %u", step->number);
}

static bool take_text(struct step *step, const struct token *token, struct fault *fault)
{
	if (token->length > TEXT_BYTES_MAX)
		return fault_set(fault, token->column, "the text has %zu bytes, and %d are the most", token->length,
				 TEXT_BYTES_MAX);
	memcpy(step->text, token->text, token->length);
	step->text_length = token->length;
	step->has_text = true;
	return true;
}

static void add_text(struct buf *out, const struct step *step)
{
	if (!step->has_text)
		return;
	buf_putc(out, ' ');
	token_quote(out, step->text, step->text_length);
}

static const char *how_name(size_t i)
{
	static const char *const names[] = { "r", "w", "rw" }; /* SHUT_RD, SHUT_WR, SHUT_RDWR: 0, 1, 2 */

	return i < 3 ? names[i] : NULL;
}

static bool take_how(struct step *step, const struct token *token, struct fault *fault)
{
	for (size_t i = 0; how_name(i) != NULL; i++) {
		step->how = (int)i;
		if (strcmp(how_name(i), token->text) == 0)
			return true;
	}
	return fault_word(fault, token, "what is shut down is r, w or rw");
}

static void add_how(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", how_name((size_t)step->how));
}

static const char *state_by_number(size_t i)
{
	return state_name((unsigned)i + 1); /* 0 is none */
}

static bool take_state(struct step *step, const struct token *token, struct fault *fault)
{
	int state = find_name(token, "state", state_by_number, fault);

	step->state = (uint16_t)(state + 1);
	return state >= 0;
}

static void add_state(struct buf *out, const struct step *step)
{
	buf_printf(out, " %s", state_name(step->state));
}

static bool take_count(struct step *step, const struct token *token, struct fault *fault)
{
	uint32_t count;

	if (!parse_uint(token->text + 1, 10000, &count))
		return fault_word(fault, token, "behind the x stands how many there are, 0 to 10000");
	step->count = (int)count;
	return true;
}

static void add_count(struct buf *out, const struct step *step)
{
	if (step->count != COUNT_ANY)
		buf_printf(out, " x%d", step->count);
}

static bool take_actors(struct step *step, const struct token *token, struct fault *fault)
{
	char text[(NAME_BYTES_MAX + 1) * SEEN_ACTORS_MAX], *rest = text;

	if (strcmp(token->text, "-") == 0)
		return true;
	if (token->length >= sizeof(text))
		return fault_word(fault, token, "more than %d actors", SEEN_ACTORS_MAX);
	strcpy(text, token->text);
	while (rest != NULL) {
		const char *name = strsep(&rest, ",");

		if (!name_is_good(name) || step->actor_count == SEEN_ACTORS_MAX)
			return fault_word(fault, token, "here stand actors with commas between, %d at most, or - for none",
					  SEEN_ACTORS_MAX);
		strcpy(step->actors[step->actor_count++].text, name);
	}
	return true;
}

static void add_actors(struct buf *out, const struct step *step)
{
	buf_puts(out, step->actor_count == 0 ? " -" : "");
	for (unsigned i = 0; i < step->actor_count; i++)
		buf_printf(out, "%c%s", i > 0 ? ',' : ' ', step->actors[i].text);
}

/* Whole or broken, to the millisecond. */
static bool take_seconds(struct step *step, const struct token *token, struct fault *fault)
{
	const char *dot = strchr(token->text, '.');
	char digits[4] = "000", whole[8] = "";
	size_t before = dot != NULL ? (size_t)(dot - token->text) : token->length;
	size_t behind = dot != NULL ? strlen(dot + 1) : 0;
	uint32_t seconds = 0, ms = 0;

	if (before < sizeof(whole))
		memcpy(whole, token->text, before);
	if (behind <= 3 && dot != NULL)
		memcpy(digits, dot + 1, behind);
	step->number = 0;
	if (!parse_uint(whole, WAIT_SECONDS_MAX - 1, &seconds) || !parse_uint(digits, 999, &ms) || behind > 3 ||
	    (dot != NULL && behind == 0))
		return fault_word(fault, token, "a time is a number of seconds below %d, such as 1 or 0.5", WAIT_SECONDS_MAX);
	step->number = seconds * 1000 + ms;
	return true;
}

static void add_seconds(struct buf *out, const struct step *step)
{
	buf_printf(out, " %u.%03u", step->number / 1000, step->number % 1000);
}

static bool take_unit(struct step *step, const struct token *token, struct fault *fault)
{
	(void)step;
	return strcmp(token->text, "s") == 0 || fault_word(fault, token, "the unit is s");
}

static void add_unit(struct buf *out, const struct step *step)
{
	(void)step;
	buf_puts(out, " s");
}

const struct argument argument_user = { "UID[:GID]", take_user, add_user };
const struct argument argument_socket = { "SOCKET", take_socket, add_socket };
const struct argument argument_kind = { "KIND", take_kind, add_kind };
const struct argument argument_option = { "OPTION", take_option, add_option };
const struct argument argument_value = { "VALUE", take_value, add_value };
const struct argument argument_endpoint = { "ADDRESS:PORT", take_endpoint, add_endpoint };
const struct argument argument_backlog = { "BACKLOG", take_backlog, add_backlog };
const struct argument argument_new_socket = { "NEW-SOCKET", take_new_socket, add_other };
const struct argument argument_text = { "\"TEXT\"", take_text, add_text };
const struct argument argument_how = { "r|w|rw", take_how, add_how };
const struct argument argument_child = { "NEW-ACTOR", take_child, add_other };
const struct argument argument_state = { "STATE", take_state, add_state };
const struct argument argument_count = { "xN", take_count, add_count };
const struct argument argument_actors = { "ACTORS", take_actors, add_actors };
const struct argument argument_seconds = { "N", take_seconds, add_seconds };
const struct argument argument_unit = { "s", take_unit, add_unit };
