/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as what a container's runtime wrote down: its texts stand at places that there are, and fit.
 */
#include <string.h>

#include "base/buf.h"
#include "fuzz.h"
#include "kernel/json_scan.h"

static void take(void *context, const struct json_place *place, const char *text)
{
	size_t *taken = context;

	must(place->depth <= JSON_DEPTH_MAX && (text == NULL || strlen(text) < JSON_TEXT_MAX));
	for (unsigned depth = 1; depth <= place->depth; depth++)
		must(memchr(place->keys[depth], '\0', JSON_TEXT_MAX) != NULL);
	*taken += 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;
	size_t taken = 0;

	buf_add(&text, data, size);
	json_scan(buf_str(&text), take, &taken);
	must(taken <= size);
	buf_fini(&text);
	return 0;
}
