/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was drawn, compared with tests/render/golden/NAME.txt; PORTS_GOLDEN=write (make golden) writes that instead.
 */
#ifndef TESTS_RENDER_GOLDEN_H
#define TESTS_RENDER_GOLDEN_H

struct buf;

void golden_compare(const struct buf *drawn, const char *name);

#endif
