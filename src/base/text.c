/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"

static bool continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The valid range of the first character of each sequence length, which rules out overlong forms (RFC 3629). */
static uint32_t decode_sequence(const unsigned char *s, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = s[0] & (0xffu >> (length + 1));

	for (size_t i = 1; i < length; i++) {
		if (!continues(s[i]))
			return TEXT_INVALID;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return TEXT_INVALID;
	return c;
}

static size_t sequence_length(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

uint32_t text_decode(const char **at)
{
	const unsigned char *s = (const unsigned char *)*at;

	if (s[0] < 0x80) {
		*at += 1;
		return s[0];
	}
	size_t length = sequence_length(s[0]);
	uint32_t c = length > 0 ? decode_sequence(s, length) : TEXT_INVALID;
	*at += c == TEXT_INVALID ? 1 : length;
	return c;
}

/*
 * Characters that wcwidth may give a width but that steer the text around them (UAX 9, U+2028), or show nothing: what Unicode has
 * as Default_Ignorable_Code_Point, and the marks of annotations.
 */
static bool is_format(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0xad, 0xad },       { 0x34f, 0x34f },     { 0x61c, 0x61c },   { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i].first; i++) {
		if (c <= ranges[i].last)
			return true;
	}
	return false;
}

int text_char_width(uint32_t c)
{
	if (c < 0x20 || c == 0x7f || c == TEXT_INVALID)
		return 0;
	if (c < 0x7f)
		return 1;
	if (is_format(c))
		return 0;
	int width = wcwidth((wchar_t)c);
	return width > 0 ? width : 0;
}

/* How many bytes from there on are characters of ASCII that take a column each; most texts are nothing else. */
static size_t plain_length(const char *text)
{
	size_t length = 0;

	while (text[length] >= 0x20 && text[length] < 0x7f)
		length++;
	return length;
}

size_t text_width(const char *clean)
{
	size_t width = plain_length(clean);

	clean += width;
	while (*clean != '\0')
		width += (size_t)text_char_width(text_decode(&clean));
	return width;
}

static void escape(struct buf *out, uint32_t c, unsigned char byte)
{
	if (c == TEXT_INVALID || c < 0x80)
		buf_printf(out, "\\x%02x", byte);
	else if (c > 0xffff)
		buf_printf(out, "\\U%08x", c);
	else
		buf_printf(out, "\\u%04x", c);
}

void text_clean(struct buf *out, const char *text)
{
	size_t plain = plain_length(text);

	buf_add(out, text, plain);
	text += plain;
	while (*text != '\0') {
		const char *from = text;
		uint32_t c = text_decode(&text);

		if (text_char_width(c) > 0)
			buf_add(out, from, (size_t)(text - from));
		else
			escape(out, c, (unsigned char)*from);
	}
}

/* Where the first width columns of the text end; a wide character that does not fit whole is not among them. */
static const char *skip_columns(const char *clean, size_t width)
{
	for (const char *next = clean; *next != '\0'; clean = next) {
		size_t taken = (size_t)text_char_width(text_decode(&next));
		if (taken > width)
			break;
		width -= taken;
	}
	return clean;
}

/* Where the locale has no such character, neither has the terminal. */
static const char *ellipsis(void)
{
	return text_char_width(0x2026) > 0 ? "\u2026" : ">";
}

void text_cut(struct buf *out, const char *clean, size_t width)
{
	bool too_long = text_width(clean) > width;
	const char *end = skip_columns(clean, too_long && width > 0 ? width - 1 : width);

	buf_add(out, clean, (size_t)(end - clean));
	if (too_long && width > 0)
		buf_puts(out, ellipsis());
}

void text_cut_middle(struct buf *out, const char *clean, size_t width)
{
	size_t full = text_width(clean);

	if (full <= width || width < 3) {
		text_cut(out, clean, width);
		return;
	}
	size_t tail = (width - 1) / 2, head = width - 1 - tail;
	const char *head_end = skip_columns(clean, head);
	const char *tail_start = skip_columns(clean, full - tail);
	if (text_width(tail_start) > tail)
		text_decode(&tail_start); /* began with the half of a wide character */
	buf_add(out, clean, (size_t)(head_end - clean));
	buf_puts(out, ellipsis());
	buf_puts(out, tail_start);
}

bool text_ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), tail = strlen(ending);

	return length > tail && strcmp(text + length - tail, ending) == 0;
}

size_t text_distance(const char *a, const char *b)
{
	enum { MOST = 64 };
	size_t row[MOST + 1], length = strnlen(b, MOST);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; i < MOST && a[i] != '\0'; i++) {
		size_t diagonal = row[0]++;

		for (size_t k = 0; k < length; k++) {
			size_t replaced = diagonal + (a[i] != b[k] ? 1 : 0);
			size_t shifted = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + 1;

			diagonal = row[k + 1];
			row[k + 1] = replaced < shifted ? replaced : shifted;
		}
	}
	return row[length];
}

const char *text_nearest(const char *word, text_name_fn *name)
{
	const char *nearest = name(0);
	size_t least = SIZE_MAX;

	for (size_t i = 0; name(i) != NULL; i++) {
		size_t distance = text_distance(word, name(i));

		nearest = distance < least ? name(i) : nearest;
		least = distance < least ? distance : least;
	}
	return nearest;
}

bool text_fail_nearest(struct buf *error, const char *word, const char *kind, text_name_fn *name)
{
	enum { QUOTED_WIDTH = 40 };
	struct buf clean = BUF_INIT;

	text_clean(&clean, word);
	buf_putc(error, '"');
	text_cut(error, buf_str(&clean), QUOTED_WIDTH);
	buf_printf(error, "\" is no %s; the nearest is \"%s\"", kind, text_nearest(word, name));
	buf_fini(&clean);
	return false;
}

void text_encode(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length; i-- > 1; c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(first[length] | c);
	buf_add(out, bytes, length);
}

bool text_number(const char *text, double least, double most, double *value)
{
	bool decimal = text[0] != '\0' && text[strspn(text, "0123456789.")] == '\0';
	char *end;

	*value = strtod(text, &end);
	return decimal && *end == '\0' && *value >= least && *value <= most;
}

void text_wrap(struct buf *out, const char *text, size_t width, const char *margin)
{
	struct buf clean = BUF_INIT, line = BUF_INIT;
	char *rest, *word;

	text_clean(&clean, text);
	buf_putc(&clean, ' ');
	rest = clean.data;
	while ((word = strsep(&rest, " ")) != NULL) {
		if (word[0] == '\0')
			continue;
		if (line.length > 0 && text_width(buf_str(&line)) + 1 + text_width(word) > width) {
			buf_printf(out, "%s%s\n", margin, buf_str(&line));
			buf_clear(&line);
		}
		buf_printf(&line, "%s%s", line.length > 0 ? " " : "", word);
	}
	if (line.length > 0)
		buf_printf(out, "%s%s\n", margin, buf_str(&line));
	buf_fini(&line);
	buf_fini(&clean);
}

bool text_duration(const char *text, uint64_t least_ns, uint64_t most_ns, uint64_t *ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {
		{ "", 1e9 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 },
	};
	size_t digits = strspn(text, "0123456789.");
	char number[32] = { 0 };
	double value;

	if (digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + digits, units[i].name) != 0)
			continue;
		if (!text_number(number, (double)least_ns / units[i].ns, (double)most_ns / units[i].ns, &value))
			return false;
		*ns = (uint64_t)(value * units[i].ns + 0.5);
		return true;
	}
	return false;
}
