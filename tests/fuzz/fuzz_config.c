/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the configuration file: it is applied, or there is one line that says why not; and a view that is saved in it
 * leaves all else as it is.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "checks.h"
#include "cli.h"
#include "cli_config.h"
#include "cli_view.h"
#include "fuzz.h"

static void apply(const struct buf *text)
{
	char program[] = "ports", no_file[] = "--no-config", *none[] = { program, no_file, NULL };
	struct buf error = BUF_INIT;
	struct settings settings;
	FILE *file = fmemopen(text->data, text->length, "r");

	must(file != NULL && cli_parse(&settings, 2, none, &error) && error.length == 0);
	must_be_told(config_apply_file(&settings, file, "config", &error), &error);
	fclose(file);
	cli_fini(&settings);
	buf_fini(&error);
}

/* Twice is as good as once. */
static void save(const struct buf *text)
{
	static const char lines[] = "extended\nsort=user\n";
	struct buf once = BUF_INIT, twice = BUF_INIT;

	view_rewrite(&once, text->data, text->length, lines);
	must(once.length >= sizeof(lines) - 1 && strstr(once.data, lines) != NULL);
	view_rewrite(&twice, once.data, once.length, lines);
	must(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
	buf_fini(&once);
	buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;

	use_utf8();
	if (size == 0)
		return 0; /* fmemopen(3) knows no empty file */
	buf_add(&text, data, size);
	apply(&text);
	if (strlen(text.data) == text.length)
		save(&text);
	buf_fini(&text);
	return 0;
}
