/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/transcript.h"

#include <string.h>

#include "base/text.h"
#include "out/json.h"
#include "out/sink.h"

/* Where results stand, how much is shown of a step that is longer, and how wide prose is. */
enum { STEP_WIDTH = 60, RESULT_COLUMN = 48, PREDICTION_COLUMN = 64, PROSE_WIDTH = 76 };

static void begin_text(struct buf *out, const char *file, const char *title, const char *about)
{
	struct buf line = BUF_INIT;

	text_clean(out, file);
	buf_puts(out, title[0] != '\0' ? ": " : "");
	text_clean(out, title);
	buf_putc(out, '\n');
	while (*about != '\0') {
		size_t length = strcspn(about, "\n");

		buf_clear(&line);
		buf_add(&line, about, length);
		text_wrap(out, line.data, PROSE_WIDTH, "  ");
		about += length + (about[length] == '\n' ? 1 : 0);
	}
	buf_fini(&line);
	buf_putc(out, '\n');
}

void transcript_begin(struct transcript *transcript, const char *file, const char *title, const char *about)
{
	transcript->file = file;
	transcript->title = title;
	if (transcript->format == TRANSCRIPT_TEXT)
		begin_text(&transcript->sink->buf, file, title, about);
	sink_flush(transcript->sink);
}

void transcript_note(struct transcript *transcript, const char *text)
{
	if (transcript->format == TRANSCRIPT_TEXT)
		text_wrap(&transcript->sink->buf, text, PROSE_WIDTH - 2, "  | ");
	sink_flush(transcript->sink);
}

/* Blanks up to the column, and one at least. */
static void fill_to(struct buf *out, size_t width, size_t column)
{
	buf_fill(out, ' ', width < column ? column - width : 1);
}

static size_t add_clean(struct buf *out, const char *text)
{
	size_t from = out->length;

	text_clean(out, text);
	return text_width(out->data + from);
}

void transcript_step_begin(struct transcript *transcript, const char *text)
{
	struct buf *out = &transcript->sink->buf, clean = BUF_INIT;

	if (transcript->format != TRANSCRIPT_TEXT)
		return;
	text_clean(&clean, text);
	buf_puts(out, "  ");
	size_t from = out->length;
	text_cut(out, buf_str(&clean), STEP_WIDTH);
	fill_to(out, 2 + text_width(out->data + from), RESULT_COLUMN);
	buf_fini(&clean);
	sink_flush(transcript->sink);
}

/* The words of a failure: what should have come out, and what was predicted. */
static void add_fault(struct buf *out, const struct transcript_step *step)
{
	buf_puts(out, "FAILED");
	if (step->mispredicted)
		buf_printf(out, ", predicted %s", step->predicted);
	if (step->expected != NULL) {
		buf_puts(out, ", expected ");
		text_clean(out, step->expected);
	}
	buf_printf(out, ", line %u", step->line);
}

static void end_text(struct buf *out, const struct transcript_step *step)
{
	size_t width = 0;
	bool told = step->why[0] != '\0';

	if (!step->quiet || !step->ok)
		width = add_clean(out, step->actual);
	if (!step->ok) {
		fill_to(out, width, PREDICTION_COLUMN - RESULT_COLUMN);
		add_fault(out, step);
	} else if (step->predicted != NULL) {
		fill_to(out, width, PREDICTION_COLUMN - RESULT_COLUMN);
		buf_printf(out, step->mispredicted ? "predicted %s" : "as predicted", step->predicted);
		told = told && (step->mispredicted || strcmp(step->predicted, "ok") != 0);
	}
	buf_putc(out, '\n');
	if (told && (step->predicted != NULL || !step->ok))
		text_wrap(out, step->why, PROSE_WIDTH - 4, "      ");
}

static void add_string(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, ",\"%s\":", name);
	if (text != NULL)
		json_string(out, text);
	else
		buf_puts(out, "null");
}

static void end_json(struct buf *out, const char *file, const struct transcript_step *step)
{
	buf_puts(out, "{\"type\":\"step\"");
	add_string(out, "file", file);
	buf_printf(out, ",\"line\":%u", step->line);
	add_string(out, "text", step->text);
	add_string(out, "predicted", step->predicted);
	add_string(out, "actual", step->actual);
	add_string(out, "expected", step->expected);
	buf_printf(out, ",\"ok\":%s", step->ok ? "true" : "false");
	add_string(out, "why", step->why[0] != '\0' ? step->why : NULL);
	buf_puts(out, ",\"blockers\":[");
	for (size_t i = 0; i < step->blocker_count; i++) {
		buf_printf(out, "%s{\"cookie\":", i > 0 ? "," : "");
		buf_uint(out, step->blockers[i].cookie);
		add_string(out, "local", step->blockers[i].local);
		add_string(out, "state", step->blockers[i].state);
		buf_putc(out, '}');
	}
	buf_puts(out, "]}\n");
}

/* What goes wrong stands before the line of its scenario, as a diagnostic. */
static void end_tap(struct buf *out, const char *file, const struct transcript_step *step)
{
	if (step->ok)
		return;
	buf_puts(out, "# ");
	text_clean(out, file);
	buf_printf(out, ":%u: ", step->line);
	text_clean(out, step->text);
	buf_puts(out, ": ");
	text_clean(out, step->actual);
	buf_puts(out, ", ");
	add_fault(out, step);
	if (step->why[0] != '\0') {
		buf_puts(out, ": ");
		text_clean(out, step->why);
	}
	buf_putc(out, '\n');
}

void transcript_step_end(struct transcript *transcript, const struct transcript_step *step)
{
	struct buf *out = &transcript->sink->buf;

	if (transcript->format == TRANSCRIPT_TEXT)
		end_text(out, step);
	else if (transcript->format == TRANSCRIPT_JSON)
		end_json(out, transcript->file, step);
	else
		end_tap(out, transcript->file, step);
	sink_flush(transcript->sink);
}

static const char *result_name(enum transcript_result result)
{
	static const char *const names[] = {
		[TRANSCRIPT_PASSED] = "passed",
		[TRANSCRIPT_FAILED] = "failed",
		[TRANSCRIPT_SKIPPED] = "skipped",
	};

	return names[result];
}

/* A # would begin a directive. */
static void add_tap_name(struct buf *out, const char *text)
{
	struct buf clean = BUF_INIT;

	text_clean(&clean, text);
	for (const char *c = buf_str(&clean); *c != '\0'; c++)
		buf_printf(out, *c == '#' ? "%%23" : "%c", *c);
	buf_fini(&clean);
}

static void end_scenario_tap(struct transcript *transcript, enum transcript_result result, const char *reason)
{
	struct buf *out = &transcript->sink->buf;

	buf_printf(out, "%sok %u - ", result == TRANSCRIPT_FAILED ? "not " : "",
		   transcript->passed + transcript->failed + transcript->skipped);
	add_tap_name(out, transcript->file);
	if (transcript->title[0] != '\0')
		buf_puts(out, ": ");
	add_tap_name(out, transcript->title);
	if (result == TRANSCRIPT_SKIPPED) {
		buf_puts(out, " # SKIP ");
		text_clean(out, reason);
	}
	buf_putc(out, '\n');
}

static void end_scenario_json(struct transcript *transcript, enum transcript_result result, unsigned steps, unsigned failed,
			      const char *reason)
{
	struct buf *out = &transcript->sink->buf;

	buf_puts(out, "{\"type\":\"scenario\"");
	add_string(out, "file", transcript->file);
	add_string(out, "title", transcript->title[0] != '\0' ? transcript->title : NULL);
	add_string(out, "result", result_name(result));
	buf_printf(out, ",\"steps\":%u,\"failed\":%u", steps, failed);
	add_string(out, "reason", reason[0] != '\0' ? reason : NULL);
	buf_puts(out, "}\n");
}

void transcript_end(struct transcript *transcript, enum transcript_result result, unsigned steps, unsigned failed,
		    const char *reason)
{
	struct buf *out = &transcript->sink->buf;

	transcript->passed += result == TRANSCRIPT_PASSED ? 1 : 0;
	transcript->failed += result == TRANSCRIPT_FAILED ? 1 : 0;
	transcript->skipped += result == TRANSCRIPT_SKIPPED ? 1 : 0;
	if (transcript->format == TRANSCRIPT_TAP) {
		end_scenario_tap(transcript, result, reason);
	} else if (transcript->format == TRANSCRIPT_JSON) {
		end_scenario_json(transcript, result, steps, failed, reason);
	} else {
		buf_printf(out, "  %s", result_name(result));
		if (result == TRANSCRIPT_FAILED)
			buf_printf(out, ": %u of %u steps", failed, steps);
		if (result == TRANSCRIPT_SKIPPED) {
			buf_puts(out, ": ");
			text_clean(out, reason);
		}
		buf_puts(out, "\n\n");
	}
	sink_flush(transcript->sink);
}

void transcript_finish(struct transcript *transcript)
{
	struct buf *out = &transcript->sink->buf;
	unsigned all = transcript->passed + transcript->failed + transcript->skipped;

	if (transcript->format == TRANSCRIPT_TAP)
		buf_printf(out, "1..%u\n# ", all);
	if (transcript->format != TRANSCRIPT_JSON)
		buf_printf(out, "%u %s: %u passed, %u failed, %u skipped\n", all, all == 1 ? "scenario" : "scenarios",
			   transcript->passed, transcript->failed, transcript->skipped);
	sink_flush(transcript->sink);
}
