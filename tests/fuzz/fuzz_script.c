/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a script of keys: its steps can be made, or there is one line that says why not.
 */
#include <string.h>

#include "base/buf.h"
#include "checks.h"
#include "fuzz.h"
#include "ui/script.h"

static void check_step(const struct script_step *step)
{
	must(step->kind <= STEP_STYLE);
	must(step->kind != STEP_KEY || step->key != INPUT_NONE);
	must(step->kind != STEP_RESIZE || (step->width - 1 < 1000 && step->height - 1 < 1000));
	must(step->kind != STEP_MOUSE || (step->mouse.x < 1000 && step->mouse.y < 1000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT, error = BUF_INIT;
	struct script script;

	use_utf8();
	buf_add(&text, data, size);
	buf_puts(&text, "");
	bool good = script_parse(&script, &text, "x.keys", &error);
	must_be_told(good, &error);
	for (size_t i = 0; good && i < script.count; i++)
		check_step(&script.steps[i]);
	script_fini(&script);
	buf_fini(&text);
	buf_fini(&error);
	return 0;
}
