/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the text of a filter to its tree:
 *
 *	whole     := [states] either | states
 *	either    := both { ("or" | "|" | "||") both }
 *	both      := part { ["and" | "&" | "&&"] part }
 *	part      := ("not" | "!") part | "(" whole ")" | states | condition | word
 *	states    := ("state" | "exclude") VALUE { ("state" | "exclude") VALUE }
 *	condition := FIELD [OPERATOR] VALUE | "autobound"
 */
#include "model/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/column.h"
#include "model/filter_lexer.h"
#include "model/filter_node.h"
#include "model/names.h"
#include "model/proto.h"

struct parser {
	struct lexer lexer;
	struct filter filter; /* so far */
	unsigned depth;       /* of what is nested */
	unsigned conditions;
	struct buf *error;
};

static void node_fini(struct filter_node *node)
{
	if (node->regex != NULL)
		regfree(node->regex);
	free(node->regex);
	free(node->ports);
	free(node->text);
}

void filter_fini(struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		node_fini(&filter->nodes[i]);
	free(filter->nodes);
	free(filter->text);
	*filter = (struct filter)FILTER_INIT;
}

/* Errors.  All of these are false, for the caller to return. */

static bool begin_error(struct parser *parser, size_t column)
{
	buf_printf(parser->error, "column %zu: ", column);
	return false;
}

/* Says that something else should stand there. */
static bool fail_token(struct parser *parser, const char *expected)
{
	const struct token *token = &parser->lexer.token;
	struct buf clean = BUF_INIT;

	begin_error(parser, token->column);
	if (token->kind == TOKEN_END) {
		buf_printf(parser->error, "the filter ends where there should be %s", expected);
		return false;
	}
	text_clean(&clean, buf_str(&token->text));
	if (token->kind == TOKEN_UNCLOSED)
		buf_puts(parser->error, "the quotation that begins here does not end");
	else
		buf_printf(parser->error, "\"%s\" stands where there should be %s", buf_str(&clean), expected);
	buf_fini(&clean);
	return false;
}

static bool fail_size(struct parser *parser, size_t column, const char *what, int most)
{
	begin_error(parser, column);
	buf_printf(parser->error, "%s; %d are the most", what, most);
	return false;
}

/* The tree. */

/* Those that are meant by name, or by that of a family that has no protocols of the internet. */
static uint32_t named_protos(const struct filter_node *node)
{
	uint32_t families = node->field == FIELD_FAMILY ? node->set & ~FAMILIES_INET : 0, named = 0;

	if (node->field == FIELD_PROTO)
		return node->set;
	if (node->field == FIELD_SRC || node->field == FIELD_DST)
		return node->text != NULL ? PROTOS_UNIX : 0;
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++)
		named |= (proto_entries[proto].families & families) != 0 ? UINT32_C(1) << proto : 0;
	return named;
}

static void add(struct parser *parser, const struct filter_node *node)
{
	struct filter *filter = &parser->filter;

	filter->nodes = xrealloc_array(filter->nodes, filter->count + 1, sizeof(filter->nodes[0]));
	filter->nodes[filter->count++] = *node;
	filter->needs |= node->needs;
	filter->asks |= node->asks;
	filter->protos |= node->kind == FILTER_CONDITION ? named_protos(node) : 0;
}

static uint16_t last(const struct parser *parser)
{
	return (uint16_t)(parser->filter.count - 1);
}

static void add_not(struct parser *parser)
{
	add(parser, &(struct filter_node){ .kind = FILTER_NOT, .left = last(parser) });
}

/* Joins what begins at the left node with the last one. */
static void join(struct parser *parser, enum filter_kind kind, uint16_t left)
{
	add(parser, &(struct filter_node){ .kind = (uint8_t)kind, .left = left, .right = last(parser) });
}

/* Conditions. */

static bool read_value(struct parser *parser, struct filter_node *node, const char *value, size_t column)
{
	struct buf why = BUF_INIT;
	bool good = filter_fields[node->field].value(node, value, &why);

	if (!good) {
		begin_error(parser, column);
		buf_puts(parser->error, buf_str(&why));
	}
	buf_fini(&why);
	return good;
}

/* Adds a condition whose operator may be one of the two that only say "not" of another one. */
static bool add_condition(struct parser *parser, enum filter_field field, unsigned op, const char *value, size_t column)
{
	struct filter_node node = {
		.kind = FILTER_CONDITION,
		.field = (uint8_t)field,
		.op = (uint8_t)(op == OP_DIFFERS ? OP_EQUAL : op == OP_MATCHES_NOT ? OP_MATCHES : op),
		.needs = filter_fields[field].needs,
		.asks = filter_fields[field].asks,
	};

	if (parser->conditions++ == FILTER_CONDITIONS_MAX)
		return fail_size(parser, column, "too many conditions", FILTER_CONDITIONS_MAX);
	bool good = read_value(parser, &node, value, column);
	if (good)
		add(parser, &node);
	else
		node_fini(&node);
	if (good && op != node.op)
		add_not(parser);
	return good;
}

/* Takes the operator, if there is one; OP_EQUAL stands for none. */
static bool take_op(struct parser *parser, enum filter_field field, unsigned *op)
{
	static const char *const names[OP_COUNT] = {
		[OP_EQUAL] = "=",     [OP_LESS] = "<",    [OP_AT_MOST] = "<=",   [OP_MORE] = ">",
		[OP_AT_LEAST] = ">=", [OP_MATCHES] = "~", [OP_DIFFERS] = "!=",   [OP_MATCHES_NOT] = "!~",
	};
	const struct filter_field_entry *entry = &filter_fields[field];
	const struct token *token = &parser->lexer.token;
	unsigned found = token->kind == TOKEN_OP ? token->op : OP_COUNT;

	if (token->kind == TOKEN_WORD)
		found = lexer_word_op(token->text.data);
	*op = found < OP_COUNT ? found : (entry->ops >> OP_EQUAL & 1) != 0 ? OP_EQUAL : OP_COUNT;
	if (*op < OP_COUNT && (entry->ops >> *op & 1) != 0) {
		if (found == OP_MATCHES || found == OP_MATCHES_NOT)
			lexer_next_pattern(&parser->lexer);
		else if (found < OP_COUNT)
			lexer_next(&parser->lexer);
		return true;
	}
	struct buf expected = BUF_INIT;
	buf_printf(&expected, "an operator for %s:", entry->name);
	for (unsigned i = 0; i < OP_COUNT; i++) {
		if (entry->ops >> i & 1)
			buf_printf(&expected, " %s", names[i]);
	}
	fail_token(parser, buf_str(&expected));
	buf_fini(&expected);
	return false;
}

static bool is_value(const struct parser *parser)
{
	return parser->lexer.token.kind == TOKEN_WORD || parser->lexer.token.kind == TOKEN_QUOTED;
}

/* The value of a field that is at hand; the name of the field has been taken. */
static bool parse_value(struct parser *parser, enum filter_field field, unsigned op)
{
	const struct token *token = &parser->lexer.token;
	struct buf expected = BUF_INIT;
	bool good = is_value(parser);

	if (good) {
		good = add_condition(parser, field, op, buf_str(&token->text), token->column);
	} else {
		buf_printf(&expected, "a value for %s: %s", filter_fields[field].name, filter_fields[field].expects);
		fail_token(parser, buf_str(&expected));
	}
	buf_fini(&expected);
	if (good)
		lexer_next(&parser->lexer);
	return good;
}

static bool parse_condition(struct parser *parser, enum filter_field field)
{
	size_t column = parser->lexer.token.column;
	unsigned op;

	lexer_next(&parser->lexer);
	if (filter_fields[field].ops == 0)
		return add_condition(parser, field, OP_EQUAL, "", column);
	return take_op(parser, field, &op) && parse_value(parser, field, op);
}

static bool is_exclude(const char *word)
{
	return strcmp(word, "exclude") == 0 || strcmp(word, "excl") == 0;
}

static bool is_state(const struct parser *parser)
{
	const struct token *token = &parser->lexer.token;

	return token->kind == TOKEN_WORD && (strcmp(token->text.data, "state") == 0 || is_exclude(token->text.data));
}

/*
 * As in ss(8) those that stand side by side make one set: "state time-wait state syn-recv" is either of them, and "state
 * connected exclude time-wait" all of the first but for the second.
 */
static bool parse_states(struct parser *parser)
{
	uint32_t set = is_exclude(parser->lexer.token.text.data) ? STATES_ALL : 0;

	for (;;) {
		bool excludes = is_exclude(parser->lexer.token.text.data);
		unsigned op;

		lexer_next(&parser->lexer);
		if (!take_op(parser, FIELD_STATE, &op) || !parse_value(parser, FIELD_STATE, OP_EQUAL))
			return false;
		struct filter_node *node = &parser->filter.nodes[parser->filter.count - 1];
		uint32_t named = op == OP_DIFFERS ? ~node->set : node->set;
		set = excludes ? set & ~named : set | named;
		node->set = set;
		if (!is_state(parser))
			return true;
		parser->filter.count--; /* a node of a state owns nothing */
	}
}

/* What was meant as ports, so that a mistake in it is told as such; "127.0.0", "9999x" and "::1" were not. */
static bool means_ports(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	if (digits > 0)
		return word[digits] == '\0' || word[digits] == ',' || word[digits] == '-';
	return word[0] == ':' && word[1] != ':';
}

static bool parse_word(struct parser *parser)
{
	const struct token *token = &parser->lexer.token;
	bool quoted = token->kind == TOKEN_QUOTED;
	size_t column = token->column;
	struct buf word = BUF_INIT;

	buf_puts(&word, buf_str(&token->text));
	lexer_next(&parser->lexer);
	bool good = quoted || token->kind != TOKEN_OP;
	if (!good) {
		begin_error(parser, column);
		text_fail_nearest(parser->error, buf_str(&word), "field", filter_field_name);
	}
	enum filter_field field = !quoted && means_ports(buf_str(&word)) ? FIELD_PORT : FIELD_WORD;
	good = good && add_condition(parser, field, OP_EQUAL, buf_str(&word), column);
	buf_fini(&word);
	return good;
}

static bool parse_whole(struct parser *parser);

static bool parse_group(struct parser *parser)
{
	size_t column = parser->lexer.token.column;

	lexer_next(&parser->lexer);
	if (!parse_whole(parser))
		return false;
	if (parser->lexer.token.kind != TOKEN_CLOSE) {
		struct buf expected = BUF_INIT;

		buf_printf(&expected, "a \")\" for the \"(\" in column %zu", column);
		fail_token(parser, buf_str(&expected));
		buf_fini(&expected);
		return false;
	}
	lexer_next(&parser->lexer);
	return true;
}

static bool parse_part(struct parser *parser);

static bool parse_not(struct parser *parser)
{
	lexer_next(&parser->lexer);
	if (!parse_part(parser))
		return false;
	add_not(parser);
	return true;
}

static bool parse_plain(struct parser *parser)
{
	const struct token *token = &parser->lexer.token;
	enum filter_field field = FIELD_WORD;

	if (!is_value(parser))
		return fail_token(parser, "a condition such as sport = :80, a port or a text");
	if (is_state(parser))
		return parse_states(parser);
	if (token->kind == TOKEN_WORD)
		field = filter_field_named(token->text.data, token->text.length);
	return field != FIELD_WORD ? parse_condition(parser, field) : parse_word(parser);
}

static bool parse_part(struct parser *parser)
{
	enum token_kind kind = parser->lexer.token.kind;

	if (parser->depth == FILTER_DEPTH_MAX)
		return fail_size(parser, parser->lexer.token.column, "nested too deep", FILTER_DEPTH_MAX);
	parser->depth++;
	bool good = kind == TOKEN_NOT ? parse_not(parser) : kind == TOKEN_OPEN ? parse_group(parser) : parse_plain(parser);
	parser->depth--;
	return good;
}

/* Nothing between two parts is an "and". */
static bool follow_both(struct parser *parser)
{
	for (;;) {
		enum token_kind kind = parser->lexer.token.kind;
		uint16_t left = last(parser);

		if (kind == TOKEN_END || kind == TOKEN_CLOSE || kind == TOKEN_OR)
			return true;
		if (kind == TOKEN_AND)
			lexer_next(&parser->lexer);
		if (!parse_part(parser))
			return false;
		join(parser, FILTER_AND, left);
	}
}

/* The rest of what has begun with a part. */
static bool follow_either(struct parser *parser)
{
	if (!follow_both(parser))
		return false;
	while (parser->lexer.token.kind == TOKEN_OR) {
		uint16_t left = last(parser);

		lexer_next(&parser->lexer);
		if (!parse_part(parser) || !follow_both(parser))
			return false;
		join(parser, FILTER_OR, left);
	}
	return true;
}

/* States that stand first, with no operator behind them, hold for all that follows, as in ss(8). */
static bool parse_whole(struct parser *parser)
{
	bool begins = is_state(parser);

	if (!parse_part(parser))
		return false;
	uint16_t left = last(parser);
	enum token_kind kind = parser->lexer.token.kind;
	if (!begins || kind == TOKEN_END || kind == TOKEN_CLOSE || kind == TOKEN_AND || kind == TOKEN_OR)
		return follow_either(parser);
	if (!parse_part(parser) || !follow_either(parser))
		return false;
	join(parser, FILTER_AND, left);
	return true;
}

static bool parse_all(struct parser *parser)
{
	if (parser->lexer.token.kind == TOKEN_END)
		return true;
	return parse_whole(parser) &&
	       (parser->lexer.token.kind == TOKEN_END || fail_token(parser, "the end: no \"(\" is open"));
}

bool filter_parse(struct filter *filter, const char *text, struct buf *error)
{
	struct parser parser = { .filter = FILTER_INIT, .error = error };

	lexer_init(&parser.lexer, text);
	bool good = parse_all(&parser);
	lexer_fini(&parser.lexer);
	if (!good) {
		filter_fini(&parser.filter);
		return false;
	}
	filter_fini(filter);
	*filter = parser.filter;
	filter->text = xstrdup(text);
	return true;
}
