/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "ui/screen.h"

#define BLANKS " \t\r"

/* What a step's words are made a step with. */
struct line {
	struct script *script;
	char *rest;        /* what stands behind the words that were read */
	struct buf *fault; /* what is wrong with it */
};

static struct script_step *add(struct line *line, enum step_kind kind)
{
	struct script *script = line->script;

	script->steps = xrealloc_array(script->steps, script->count + 1, sizeof(script->steps[0]));
	script->steps[script->count] = (struct script_step){ .kind = kind };
	return &script->steps[script->count++];
}

/* The next word, NULL when there is none. */
static char *next_word(struct line *line)
{
	char *word = line->rest + strspn(line->rest, BLANKS);
	size_t length = strcspn(word, BLANKS);

	if (length == 0)
		return NULL;
	line->rest = word + length;
	if (*line->rest != '\0')
		*line->rest++ = '\0';
	return word;
}

/* False; what: what is said of the word, which may be NULL. */
static bool fail(struct line *line, const char *word, const char *what)
{
	buf_putc(line->fault, '"');
	text_clean(line->fault, word != NULL ? word : "");
	buf_printf(line->fault, "\" %s", what);
	return false;
}

static bool parse_keys(struct line *line)
{
	const char *word = next_word(line);

	if (word == NULL)
		return fail(line, word, "is no key; such as j, Down, F4, ^L, Space and Esc are");
	for (; word != NULL; word = next_word(line)) {
		uint32_t key = input_named(word);

		if (key == INPUT_NONE)
			return text_fail_nearest(line->fault, word, "key", input_name);
		add(line, STEP_KEY)->key = key;
	}
	return true;
}

/* All that stands behind one blank, as it is. */
static bool parse_text(struct line *line)
{
	for (const char *at = line->rest; *at != '\0';) {
		const char *from = at;
		uint32_t c = text_decode(&at);

		if (c == TEXT_INVALID || c < ' ')
			return fail(line, from, "begins with what cannot be typed");
		add(line, STEP_KEY)->key = c;
	}
	line->rest += strlen(line->rest);
	return true;
}

static bool parse_wait(struct line *line)
{
	const char *word = next_word(line);
	double seconds;

	if (word == NULL || !text_number(word, 0, 86400, &seconds))
		return fail(line, word, "is no number of seconds from 0 to 86400");
	add(line, STEP_WAIT)->wait_ns = (uint64_t)(seconds * 1000 + 0.5) * NS_PER_MS;
	return true;
}

static bool parse_resize(struct line *line)
{
	struct script_step *step = add(line, STEP_RESIZE);
	const char *word = next_word(line);

	return (word != NULL && screen_parse_size(word, &step->width, &step->height)) ||
	       fail(line, word, "is no size such as 80x24, of 1 to 1000 each");
}

static bool parse_place(struct line *line, struct mouse *mouse)
{
	unsigned *const into[] = { &mouse->x, &mouse->y };

	for (size_t i = 0; i < 2; i++) {
		const char *word = next_word(line);
		double number;

		if (word == NULL || strchr(word, '.') != NULL || !text_number(word, 0, 999, &number))
			return fail(line, word, i == 0 ? "is no column from 0 to 999" : "is no line from 0 to 999");
		*into[i] = (unsigned)number;
	}
	return true;
}

static bool parse_click(struct line *line)
{
	struct script_step *step = add(line, STEP_MOUSE);

	step->mouse.button = MOUSE_CLICK;
	return parse_place(line, &step->mouse);
}

static bool parse_wheel(struct line *line)
{
	struct script_step *step = add(line, STEP_MOUSE);
	const char *word = next_word(line);
	bool up = word != NULL && strcmp(word, "up") == 0;

	if (!up && (word == NULL || strcmp(word, "down") != 0))
		return fail(line, word, "is neither \"up\" nor \"down\"");
	step->mouse.button = up ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
	return parse_place(line, &step->mouse);
}

static bool parse_print(struct line *line, enum step_kind kind)
{
	struct script_step *step = add(line, kind);
	const char *word = next_word(line);

	if (word == NULL)
		return true;
	step->name = xstrdup(word);
	return true;
}

static bool parse_screen(struct line *line)
{
	return parse_print(line, STEP_SCREEN);
}

static bool parse_style(struct line *line)
{
	return parse_print(line, STEP_STYLE);
}

static const struct {
	const char *name;
	bool (*parse)(struct line *line);
} verbs[] = {
	{ "key", parse_keys },     { "type", parse_text },     { "wait", parse_wait },   { "resize", parse_resize },
	{ "click", parse_click },  { "wheel", parse_wheel },   { "screen", parse_screen }, { "style", parse_style },
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

static const char *verb_name(size_t number)
{
	return number < VERB_COUNT ? verbs[number].name : NULL;
}

static bool parse_line(struct line *line)
{
	const char *verb = next_word(line);

	if (verb == NULL || verb[0] == '#')
		return true;
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i].name, verb) != 0)
			continue;
		if (!verbs[i].parse(line))
			return false;
		const char *more = next_word(line);
		return more == NULL || fail(line, more, "is one word too many");
	}
	return text_fail_nearest(line->fault, verb, "step", verb_name);
}

static bool fail_nul(struct line *line)
{
	buf_puts(line->fault, "a NUL byte is in it, which no script has");
	return false;
}

bool script_parse(struct script *script, struct buf *text, const char *path, struct buf *error)
{
	struct buf fault = BUF_INIT;
	unsigned number = 0;
	bool good = true;

	*script = (struct script){ .steps = NULL };
	for (char *at = text->data; good && at != NULL && at < text->data + text->length;) { /* NULL: the file is empty */
		size_t length = strcspn(at, "\n");
		char *next = at + length + (at[length] == '\n' ? 1 : 0);
		struct line line = { script, at, &fault };

		good = at[length] == '\n' || at + length == text->data + text->length || fail_nul(&line);
		at[length] = '\0';
		number++;
		good = good && parse_line(&line);
		at = next;
	}
	if (!good) {
		text_clean(error, path);
		buf_printf(error, ":%u: %s", number, fault.data);
	}
	buf_fini(&fault);
	return good;
}

/* 0 or -errno. */
static int read_all(int fd, struct buf *text)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			buf_add(text, chunk, (size_t)got);
	}
	return 0;
}

bool script_load(struct script *script, const char *path, struct buf *error)
{
	bool is_file = strcmp(path, "-") != 0;
	int fd = is_file ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	struct buf text = BUF_INIT;

	*script = (struct script){ .steps = NULL };
	int failed = fd < 0 ? -errno : read_all(fd, &text);
	if (is_file && fd >= 0)
		close(fd);
	if (failed < 0) {
		text_clean(error, path);
		buf_printf(error, " cannot be read: %s", strerror(-failed));
	}
	bool good = failed == 0 && script_parse(script, &text, is_file ? path : "standard input", error);
	buf_fini(&text);
	return good;
}

void script_fini(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		free(script->steps[i].name);
	free(script->steps);
	*script = (struct script){ .steps = NULL };
}
