/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes into a playground from a text: lessons, and files of the same language.
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
	buf_puts(&play->title, buf_str(&lesson.title));
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
