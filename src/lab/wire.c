/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void wire_request(struct buf *out, uint32_t token, const struct step *step)
{
	buf_printf(out, "%u ", token);
	step_format(out, step);
}

void wire_reply(struct buf *out, const struct reply *reply)
{
	buf_printf(out, "%u %s cookie ", reply->token, reply->word);
	buf_uint(out, reply->cookie);
	buf_printf(out, " port %u", reply->port);
	if (reply->pid != 0)
		buf_printf(out, " pid %d", reply->pid);
	if (reply->has_value) {
		buf_puts(out, " value ");
		token_quote(out, reply->value, reply->value_length);
	}
}

/* A decimal number of at most so much in the whole text. */
static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 19 || strspn(text, "0123456789") != length)
		return false;
	*number = strtoull(text, NULL, 10);
	return *number <= most;
}

/* The message as a string that may be cut into words; false when it is none. */
static bool check_message(char line[LINE_BYTES_MAX + 1], const char *bytes, size_t length)
{
	struct fault fault = FAULT_INIT;

	if (length > LINE_BYTES_MAX || memchr(bytes, '\0', length) != NULL)
		return false;
	memcpy(line, bytes, length);
	line[length] = '\0';
	bool good = line_check(line, &fault);
	fault_fini(&fault);
	return good;
}

bool wire_parse_request(const char *bytes, size_t length, uint32_t *token, struct step *step)
{
	char line[LINE_BYTES_MAX + 1], *blank;
	struct fault fault = FAULT_INIT;
	uint64_t number;

	if (!check_message(line, bytes, length))
		return false;
	blank = strchr(line, ' ');
	if (blank == NULL)
		return false;
	*blank = '\0';
	if (!parse_number(line, UINT32_MAX, &number))
		return false;
	*token = (uint32_t)number;
	bool good = step_parse(step, blank + 1, &fault);
	fault_fini(&fault);
	return good && verb_has_actor(step->verb) && step->endpoint.port_of.text[0] == '\0';
}

static bool take_pair(struct reply *reply, const char *name, const struct token *value)
{
	uint64_t number;

	if (strcmp(name, "value") == 0) {
		/* A second one would stand on the remains of the first. */
		if (reply->has_value || !value->quoted || value->length > TEXT_BYTES_MAX)
			return false;
		memcpy(reply->value, value->text, value->length);
		reply->value_length = value->length;
		reply->has_value = true;
		return true;
	}
	if (strcmp(name, "cookie") == 0)
		return parse_number(value->text, UINT64_MAX, &reply->cookie);
	if (strcmp(name, "port") == 0 && parse_number(value->text, UINT16_MAX, &number)) {
		reply->port = (uint16_t)number;
		return true;
	}
	if (strcmp(name, "pid") == 0 && parse_number(value->text, INT32_MAX, &number)) {
		reply->pid = (int32_t)number;
		return true;
	}
	return false;
}

static bool is_word(const struct token *token)
{
	if (token->quoted || token->length == 0 || token->length > WORD_BYTES_MAX)
		return false;
	for (const char *c = token->text; *c != '\0'; c++) {
		if (!isalnum((unsigned char)*c))
			return false;
	}
	return true;
}

bool wire_parse_reply(const char *bytes, size_t length, struct reply *reply)
{
	char line[LINE_BYTES_MAX + 1];
	struct fault fault = FAULT_INIT;
	struct tokens tokens = { .count = 0 };
	uint64_t number;

	*reply = (struct reply){ .token = 0 };
	bool good = check_message(line, bytes, length) && tokens_cut(&tokens, line, &fault) && tokens.count >= 2 &&
		    tokens.count % 2 == 0 && parse_number(tokens.list[0].text, UINT32_MAX, &number) &&
		    is_word(&tokens.list[1]);
	fault_fini(&fault);
	if (!good)
		return false;
	reply->token = (uint32_t)number;
	strcpy(reply->word, tokens.list[1].text);
	for (size_t i = 2; good && i < tokens.count; i += 2)
		good = take_pair(reply, tokens.list[i].text, &tokens.list[i + 1]);
	return good;
}
