/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several entry points hold.
 */
#ifndef TESTS_FUZZ_CHECKS_H
#define TESTS_FUZZ_CHECKS_H

#include <stdbool.h>

struct buf;

/* From here on widths are those of UTF-8, as main() sees to it. */
void use_utf8(void);

/* Nothing is in the text that a terminal would not simply show, newlines excepted where there may be lines. */
void must_be_harmless(const struct buf *text, bool has_lines);

/* The answer of a parser: it is right and there is no fault, or there is one line that tells it. */
void must_be_told(bool good, const struct buf *error);

#endif
