/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/text.h"

void scenario_fini(struct scenario *scenario)
{
	buf_fini(&scenario->title);
	buf_fini(&scenario->about);
	free(scenario->steps);
}

/* What stands behind the first word of the line, if that is the word; else NULL. */
static const char *behind_word(const char *line, const char *word)
{
	size_t length = strlen(word);

	line += strspn(line, " \t");
	if (strncmp(line, word, length) != 0 || (line[length] != '\0' && strchr(" \t", line[length]) == NULL))
		return NULL;
	line += length;
	return line + strspn(line, " \t");
}

static bool take_title(struct scenario *scenario, const char *title, struct fault *fault)
{
	if (scenario->title.length > 0)
		return fault_set(fault, 1, "a scenario has one title");
	if (title[0] == '\0')
		return fault_set(fault, 1, "the title is missing; the line is written title TEXT");
	buf_puts(&scenario->title, title);
	return true;
}

static struct step *add_step(struct scenario *scenario)
{
	if (scenario->count == scenario->capacity) {
		scenario->capacity = scenario->capacity > 0 ? 2 * scenario->capacity : 32;
		scenario->steps = xrealloc_array(scenario->steps, scenario->capacity, sizeof(scenario->steps[0]));
	}
	return &scenario->steps[scenario->count++];
}

static bool take_line(struct scenario *scenario, const char *line, unsigned number, struct fault *fault)
{
	const char *title, *about;

	if (!line_check(line, fault))
		return false;
	line += line[strspn(line, " \t")] == '\0' ? strlen(line) : 0;
	if (line[0] == '\0' || line[strspn(line, " \t")] == '#')
		return true;
	title = behind_word(line, "title");
	if (title != NULL)
		return take_title(scenario, title, fault);
	about = behind_word(line, "about");
	if (about != NULL) {
		buf_printf(&scenario->about, "%s\n", about);
		return true;
	}
	if (scenario->count == STEPS_MAX)
		return fault_set(fault, 1, "more than %d steps", STEPS_MAX);
	struct step *step = add_step(scenario);
	bool good = step_parse(step, line, fault);
	step->line = number;
	return good;
}

/* The line without its end, CR LF too, as a string of its own; false for one with a NUL in it. */
static bool cut_line(struct buf *line, const char *text, size_t length, struct fault *fault)
{
	buf_clear(line);
	if (length > 0 && text[length - 1] == '\r')
		length--;
	if (memchr(text, '\0', length) != NULL)
		return fault_set(fault, 0, "there is a NUL in the line: a scenario is text");
	buf_add(line, text, length);
	return true;
}

static bool take_lines(struct scenario *scenario, const char *text, size_t length, struct fault *fault)
{
	const char *end = text + length;
	struct buf line = BUF_INIT;
	bool good = true;

	for (fault->line = 1; good && text < end; fault->line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;

		good = cut_line(&line, text, (size_t)(stop - text), fault) &&
		       take_line(scenario, buf_str(&line), fault->line, fault);
		if (!good)
			break;
		text = stop + 1;
	}
	buf_fini(&line);
	return good;
}

bool scenario_parse(struct scenario *scenario, const char *file, const char *text, size_t length, struct fault *fault)
{
	*scenario = (struct scenario){ .file = file };
	if (length > SCENARIO_BYTES_MAX) {
		fault->line = 0;
		return fault_set(fault, 0, "larger than %d KiB: no scenario", SCENARIO_BYTES_MAX / 1024);
	}
	if (!take_lines(scenario, text, length, fault))
		return false;
	if (scenario->count == 0) {
		fault->line = 0;
		return fault_set(fault, 0, "there is no step in it");
	}
	return scenario_check(scenario, fault);
}

void scenario_fault(struct buf *out, const char *file, const struct fault *fault)
{
	text_clean(out, file);
	if (fault->line > 0)
		buf_printf(out, ":%u", fault->line);
	if (fault->line > 0 && fault->column > 0)
		buf_printf(out, ":%u", fault->column);
	buf_printf(out, ": %s", buf_str(&fault->text));
}
