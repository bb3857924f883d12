/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes into a playground from a text and out of it into one: lessons, and files of the same language.
 */
#include <string.h>

#include "lab/playground.h"

bool playground_load(struct playground *play, const char *name, const char *text, size_t length, struct fault *fault)
{
	struct scenario lesson;

	if (!scenario_parse(&lesson, name, text, length, fault)) {
		scenario_fini(&lesson);
		return false;
	}
	playground_clear(play);
	play->lesson = lesson;
	return true;
}

void playground_leave_lesson(struct playground *play)
{
	scenario_fini(&play->lesson);
	play->lesson = (struct scenario){ .count = 0 };
	play->lesson_at = 0;
	buf_fini(&play->lesson_note);
	play->lesson_note = (struct buf)BUF_INIT;
}

/* Notes are said, and a pause is one already: the next step comes when it is asked for. */
static bool is_said(const struct step *step)
{
	return step->verb == VERB_NOTE || step->verb == VERB_PAUSE;
}

static size_t skip_notes(const struct scenario *lesson, size_t at)
{
	while (at < lesson->count && is_said(&lesson->steps[at]))
		at++;
	return at;
}

const struct step *playground_upcoming(const struct playground *play)
{
	size_t at = skip_notes(&play->lesson, play->lesson_at);

	return at < play->lesson.count ? &play->lesson.steps[at] : NULL;
}

/* The notes that stand before the step behind this one are what is to be read then. */
static void take_notes(struct playground *play)
{
	size_t end = skip_notes(&play->lesson, play->lesson_at);

	if (end > play->lesson_at)
		buf_clear(&play->lesson_note);
	for (; play->lesson_at < end; play->lesson_at++) {
		const struct step *step = &play->lesson.steps[play->lesson_at];

		if (step->verb == VERB_NOTE)
			buf_printf(&play->lesson_note, "%s%s", play->lesson_note.length > 0 ? " " : "",
				   step->source + strlen("note "));
		playground_add(play, step);
	}
}

bool playground_next(struct playground *play)
{
	take_notes(play);
	if (play->lesson_at == play->lesson.count)
		return false;
	return playground_add(play, &play->lesson.steps[play->lesson_at++]);
}

/* A reply as the language writes results; nothing where it has no word for it. */
static void save_result(struct buf *out, const struct play_step *step)
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

static void save_step(struct buf *out, const struct play_step *step)
{
	struct step plain = step->step;
	bool received = plain.verb == VERB_RECV && step->reply.has_value && step->reply.value_length > 0;

	if (step->lost)
		buf_puts(out, "# without a result: ");
	if (received) {
		plain.has_text = true;
		plain.text_length = step->reply.value_length;
		memcpy(plain.text, step->reply.value, step->reply.value_length + 1);
	}
	step_format(out, &plain);
	if (!step->lost && verb_has_actor(plain.verb))
		save_result(out, step);
	buf_putc(out, '\n');
}

void playground_save(const struct playground *play, struct buf *out)
{
	const char *title = buf_str(&play->lesson.title);

	buf_printf(out, "title  %s\n", title[0] != '\0' ? title : "Made in the playground");
	buf_puts(out, "about  Each step has the result that it had. To be run with ports lab FILE, or opened again with "
		      "ports --playground FILE.\n\n");
	for (size_t i = 0; i < play->done; i++)
		save_step(out, &play->steps[i]);
}
