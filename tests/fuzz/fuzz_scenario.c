/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a scenario: it is one or there is a fault to tell; and the one that its steps are written as is the same.
 */
#include <string.h>

#include "checks.h"
#include "fuzz.h"
#include "lab/scenario.h"

static void check_fault(const struct fault *fault)
{
	struct buf told = BUF_INIT;

	must(fault->text.length > 0);
	scenario_fault(&told, "x.lab", fault);
	must_be_harmless(&told, false);
	buf_fini(&told);
}

/* The step as it is written anew, its result with it, is read back as the same. */
static void check_step(const struct step *step, struct buf *line)
{
	struct fault fault = FAULT_INIT;
	struct buf again = BUF_INIT;
	struct step read;

	step_format(line, step);
	must(line_check(buf_str(line), &fault) && step_parse(&read, buf_str(line), &fault));
	step_format(&again, &read);
	must(strcmp(buf_str(line), buf_str(&again)) == 0);
	must(read.verb == step->verb && read.text_length == step->text_length);
	if (step->has_result) {
		buf_puts(line, " => ");
		token_quote(line, step->result, strlen(step->result));
	}
	buf_putc(line, '\n');
	buf_fini(&again);
}

/* Without the comments, and what every word is separated by. */
static void check_whole(const struct scenario *scenario)
{
	struct buf text = BUF_INIT, line = BUF_INIT;
	struct fault fault = FAULT_INIT;
	struct scenario again;
	bool fits = true;

	for (size_t i = 0; i < scenario->count; i++) {
		buf_clear(&line);
		check_step(&scenario->steps[i], &line);
		fits = fits && line.length <= LINE_BYTES_MAX; /* quoted, a result may be longer than it was */
		buf_puts(&text, buf_str(&line));
	}
	if (fits && text.length <= SCENARIO_BYTES_MAX) {
		must(scenario_parse(&again, "x.lab", buf_str(&text), text.length, &fault));
		must(again.count == scenario->count && again.capabilities == scenario->capabilities);
		scenario_fini(&again);
	}
	buf_fini(&text);
	buf_fini(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault fault = FAULT_INIT;
	struct scenario scenario;

	use_utf8();
	if (scenario_parse(&scenario, "x.lab", (const char *)data, size, &fault))
		check_whole(&scenario);
	else
		check_fault(&fault);
	scenario_fini(&scenario);
	fault_fini(&fault);
	return 0;
}
