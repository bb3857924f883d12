/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes out of a playground as a text: the steps that were made, as a scenario or as a program.
 */
#include <string.h>

#include "base/text.h"
#include "lab/check.h"
#include "lab/export.h"
#include "lab/playground.h"

/* A reply as the language writes results; nothing where it has no word for it. */
static void put_result(struct buf *out, const struct play_step *step)
{
	const struct reply *reply = &step->reply;

	if (step->step.verb == VERB_RECV && reply->has_value)
		return; /* the text stands in the step */
	buf_puts(out, " => ");
	if (reply->has_value)
		token_quote(out, reply->value, reply->value_length);
	else
		buf_puts(out, reply->word);
}

static void put_line(struct buf *out, const struct play_step *step)
{
	struct step plain = step->step;

	if (plain.verb == VERB_RECV && step->reply.has_value && step->reply.value_length > 0) {
		plain.has_text = true;
		plain.text_length = step->reply.value_length;
		memcpy(plain.text, step->reply.value, step->reply.value_length + 1);
	}
	step_format(out, &plain);
	if (!step->lost && verb_has_actor(plain.verb))
		put_result(out, step);
}

/*
 * By hand more can be tried than a scenario may say, such as closing a socket twice, and a step may have no result because its
 * process died.  Such steps are kept as comments, so that what is saved can be opened and run.
 */
static void put_step(struct buf *out, struct check *check, const struct play_step *step)
{
	struct buf line = BUF_INIT;
	struct fault fault = FAULT_INIT;
	struct step parsed;

	put_line(&line, step);
	bool good = step_parse(&parsed, buf_str(&line), &fault);
	parsed.line = 1; /* any, but some: what was closed or has ended is known by the line */
	if (step->lost)
		buf_puts(out, "# without a result: ");
	else if (!good || !check_step(check, &parsed, &fault))
		buf_puts(out, "# no step of a scenario: ");
	buf_puts(out, buf_str(&line));
	buf_putc(out, '\n');
	fault_fini(&fault);
	buf_fini(&line);
}

static void put_scenario(const struct playground *play, const char *use, struct buf *out)
{
	struct scenario needs = { .count = 0 };
	struct check *check = check_new(&needs);

	buf_printf(out, "title  %s\n", play->title.length > 0 ? play->title.data : "Made in the playground");
	buf_printf(out, "about  Each step has the result that it had in the playground.%s\n\n", use);
	for (size_t i = 0; i < play->done; i++)
		put_step(out, check, &play->steps[i]);
	check_free(check);
}

static bool put_program(const struct playground *play, const char *name, enum export_language language, struct buf *out,
			struct buf *why)
{
	struct buf text = BUF_INIT;
	struct fault fault = FAULT_INIT;
	struct scenario scenario;

	put_scenario(play, "", &text);
	bool good = scenario_parse(&scenario, name, buf_str(&text), text.length, &fault);
	if (good)
		export_scenario(out, &scenario, language);
	else
		buf_printf(why, "No program is made of these steps: %s", buf_str(&fault.text)); /* there are too many */
	scenario_fini(&scenario);
	fault_fini(&fault);
	buf_fini(&text);
	return good;
}

bool playground_save(const struct playground *play, const char *name, struct buf *out, struct buf *why)
{
	if (text_ends_with(name, ".c"))
		return put_program(play, name, EXPORT_C, out, why);
	if (text_ends_with(name, ".py"))
		return put_program(play, name, EXPORT_PYTHON, out, why);
	if (text_ends_with(name, SCENARIO_ENDING)) {
		put_scenario(play, " ports lab FILE runs it, and ports --playground FILE opens it again.", out);
		return true;
	}
	buf_puts(why, "The name is to end in .lab, .c or .py");
	return false;
}
