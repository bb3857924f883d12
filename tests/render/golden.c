/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"

static void read_file(struct buf *out, const char *path)
{
	char chunk[4096];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail_msg("%s is missing: make golden", path);
	for (size_t got; (got = fread(chunk, 1, sizeof(chunk), file)) > 0;)
		buf_add(out, chunk, got);
	fclose(file);
}

static void write_file(const struct buf *text, const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
	assert_int_equal(fclose(file), 0);
}

void golden_compare(const struct buf *drawn, const char *name)
{
	const char *source = getenv("PORTS_SRCDIR");
	struct buf golden = BUF_INIT, path = BUF_INIT;

	buf_printf(&path, "%s/tests/render/golden/%s.txt", source != NULL ? source : ".", name);
	if (getenv("PORTS_GOLDEN") != NULL) {
		write_file(drawn, path.data);
	} else {
		read_file(&golden, path.data);
		assert_string_equal(drawn->data, golden.data);
	}
	buf_fini(&golden);
	buf_fini(&path);
}
