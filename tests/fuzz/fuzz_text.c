/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a text from outside: what is made of it for a terminal is harmless and as wide as it says, and JSON and CSV have
 * all of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "checks.h"
#include "fuzz.h"
#include "model/names.h"
#include "out/csv.h"
#include "out/json.h"

static void check_cut(const struct buf *clean, size_t width)
{
	static void (*const cuts[])(struct buf *out, const char *clean, size_t width) = { text_cut, text_cut_middle };

	for (size_t i = 0; i < 2; i++) {
		struct buf cut = BUF_INIT;

		cuts[i](&cut, buf_str(clean), width);
		must_be_harmless(&cut, false);
		must(text_width(buf_str(&cut)) <= width);
		must(text_width(buf_str(clean)) > width || strcmp(buf_str(&cut), buf_str(clean)) == 0);
		buf_fini(&cut);
	}
}

static void check_clean(const char *text, size_t width)
{
	struct buf clean = BUF_INIT, again = BUF_INIT;

	text_clean(&clean, text);
	must_be_harmless(&clean, false);
	text_clean(&again, buf_str(&clean));
	must(strcmp(buf_str(&clean), buf_str(&again)) == 0);
	check_cut(&clean, width);
	buf_clear(&again);
	text_wrap(&again, text, width, "  ");
	must_be_harmless(&again, true);
	buf_fini(&clean);
	buf_fini(&again);
}

/* What a reader of CSV makes of the one field (RFC 4180). */
static void check_csv(const char *text)
{
	struct buf field = BUF_INIT, read = BUF_INIT;

	csv_text(&field, text);
	const char *at = field.data;
	bool quoted = *at == '"';
	must(quoted || at[strcspn(at, ",\"\r\n")] == '\0');
	for (at += quoted ? 1 : 0; *at != '\0'; at++) {
		if (quoted && *at == '"' && *++at != '"') {
			must(*at == '\0');
			break;
		}
		buf_putc(&read, *at);
	}
	must(strcmp(buf_str(&read), text) == 0);
	buf_fini(&field);
	buf_fini(&read);
}

static unsigned hex(const char *digits)
{
	char four[5] = { 0 };

	memcpy(four, digits, 4);
	return (unsigned)strtoul(four, NULL, 16);
}

/* "\u...." begins there.  As Python does with surrogateescape: lone halves from U+DC80 on are bytes; returns behind it. */
static const char *unescape_code(struct buf *out, const char *at)
{
	unsigned code = hex(at + 2);
	bool pair = code >= 0xd800 && code <= 0xdbff;

	if (pair) {
		must(strncmp(at + 6, "\\ud", 3) == 0);
		code = 0x10000 + ((code & 0x3ffu) << 10) + (hex(at + 8) & 0x3ffu);
	}
	if (code >= 0xdc80 && code <= 0xdcff)
		buf_putc(out, (char)(code & 0xff));
	else
		text_encode(out, code);
	return at + (pair ? 12 : 6);
}

/* What stands in the quotes is harmless as it is, and means the very bytes. */
static void check_json(const char *text)
{
	struct buf quoted = BUF_INIT, read = BUF_INIT;

	json_string(&quoted, text);
	must_be_harmless(&quoted, false);
	const char *at = quoted.data + 1, *end = quoted.data + quoted.length - 1;
	while (at < end) {
		if (*at != '\\') {
			buf_putc(&read, *at++);
		} else if (at[1] == 'u') {
			at = unescape_code(&read, at);
		} else {
			buf_putc(&read, at[1]);
			at += 2;
		}
	}
	must(at == end && *at == '"' && strcmp(buf_str(&read), text) == 0);
	buf_fini(&quoted);
	buf_fini(&read);
}

/* What may stand where an address did. */
static void check_host(const char *text)
{
	if (host_name_is_usable(text))
		must(text[0] != '\0' && text[strcspn(text, " :%[]")] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;

	use_utf8();
	if (size == 0)
		return 0;
	buf_add(&text, data + 1, size - 1);
	check_clean(buf_str(&text), data[0] % 32);
	check_csv(buf_str(&text));
	check_json(buf_str(&text));
	check_host(buf_str(&text));
	buf_fini(&text);
	return 0;
}
