/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/json_scan.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

struct scan {
	const char *at;
	struct json_place place;
	json_take_fn *take;
	void *context;
	struct buf text; /* the string that was read last */
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* "\u00e9"; a half of a surrogate pair is what text_encode makes of it.  False: it is no such thing. */
static bool read_code(struct scan *scan)
{
	char digits[5] = { 0 };

	for (size_t i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)scan->at[1 + i]))
			return false;
		digits[i] = scan->at[1 + i];
	}
	uint32_t code = (uint32_t)strtoul(digits, NULL, 16);
	if (code != 0)
		text_encode(&scan->text, code);
	scan->at += 5;
	return true;
}

/* What is behind a backslash. */
static void read_escape(struct scan *scan)
{
	static const char letters[] = "bfnrt", means[] = "\b\f\n\r\t";

	if (*scan->at == '\0' || (*scan->at == 'u' && read_code(scan)))
		return;
	const char *letter = strchr(letters, *scan->at);
	buf_putc(&scan->text, letter != NULL ? means[letter - letters] : *scan->at);
	scan->at++;
}

/* From behind the opening quote to behind the closing one. */
static void read_string(struct scan *scan)
{
	buf_clear(&scan->text);
	while (*scan->at != '"' && *scan->at != '\0') {
		if (*scan->at++ != '\\')
			buf_putc(&scan->text, scan->at[-1]);
		else
			read_escape(scan);
	}
	scan->at += *scan->at == '"' ? 1 : 0;
	if (scan->text.length >= JSON_TEXT_MAX)
		scan->text.data[JSON_TEXT_MAX - 1] = '\0';
}

/* A string with a colon behind it is a key. */
static void take_string(struct scan *scan)
{
	struct json_place *place = &scan->place;

	read_string(scan);
	if (place->depth > JSON_DEPTH_MAX)
		return;
	if (*skip_blanks(scan->at) == ':')
		strcpy(place->keys[place->depth], buf_str(&scan->text));
	else
		scan->take(scan->context, place, buf_str(&scan->text));
}

static void begin(struct scan *scan, bool is_object)
{
	struct json_place *place = &scan->place;

	place->depth++;
	if (place->depth > JSON_DEPTH_MAX)
		return;
	place->keys[place->depth][0] = '\0';
	if (is_object)
		scan->take(scan->context, place, NULL);
}

void json_scan(const char *json, json_take_fn *take, void *context)
{
	struct scan scan = { .at = json, .take = take, .context = context };

	while (*scan.at != '\0') {
		char c = *scan.at++;

		if (c == '"')
			take_string(&scan);
		else if (c == '{' || c == '[')
			begin(&scan, c == '{');
		else if ((c == '}' || c == ']') && scan.place.depth > 0)
			scan.place.depth--;
	}
	buf_fini(&scan.text);
}
