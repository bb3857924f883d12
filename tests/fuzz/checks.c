/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks.h"

#include <locale.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "fuzz.h"

void use_utf8(void)
{
	must(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
}

void must_be_harmless(const struct buf *text, bool has_lines)
{
	const char *at = buf_str(text), *end = at + text->length;

	while (at < end) {
		uint32_t c = text_decode(&at);

		must(text_char_width(c) > 0 || (c == '\n' && has_lines));
	}
}

void must_be_told(bool good, const struct buf *error)
{
	must(good == (error->length == 0));
	must_be_harmless(error, false);
}
