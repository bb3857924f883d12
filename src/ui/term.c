/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "ui/input.h"
#include "ui/screen.h"
#include "ui/theme.h"

/* ncurses is global anyway. */
static struct {
	SCREEN *screen;
	struct termios before;  /* the settings that the shell left */
	enum depth depth;
	bool utf8;
	attr_t attributes[FACE_COUNT]; /* without the colours, which are pairs: face + 1 */
	attr_t selected[FACE_COUNT];   /* with FACE_SELECTED */
} term;

/* The sequences that undo what ncurses does at the start; empty ones for what the terminal lacks. */
static void arm_restore(bool mouse)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx", "rmcup" };
	struct buf bytes = BUF_INIT;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *sequence = tigetstr(names[i]);

		if (sequence != NULL && sequence != (const char *)-1)
			buf_puts(&bytes, sequence);
	}
	if (mouse)
		buf_puts(&bytes, "\033[?1006l\033[?1000l"); /* as in the XM of every terminal that has one */
	buf_puts(&bytes, "\r\n");
	die_restore_set(STDOUT_FILENO, &term.before, bytes.data, bytes.length);
	buf_fini(&bytes);
}

static enum depth find_depth(bool color)
{
	if (!color || !has_colors() || start_color() == ERR)
		return DEPTH_MONO;
	use_default_colors();
	return COLORS >= 1 << 24 ? DEPTH_TRUE : COLORS >= 256 ? DEPTH_256 : COLORS >= 8 ? DEPTH_8 : DEPTH_MONO;
}

static attr_t attributes_of(const struct style *style)
{
	return (style->bold ? A_BOLD : 0) | (style->dim ? A_DIM : 0) | (style->underline ? A_UNDERLINE : 0) |
	       (style->reverse ? A_REVERSE : 0);
}

void term_theme(enum theme theme)
{
	theme = theme_resolve(theme, getenv("COLORFGBG"));
	for (unsigned face = 0; face < FACE_COUNT; face++) {
		struct style style = theme_style(theme, term.depth, face);
		struct style selected = theme_style(theme, term.depth, face | FACE_SELECTED);

		term.attributes[face] = attributes_of(&style);
		term.selected[face] = attributes_of(&selected);
		if (term.depth != DEPTH_MONO)
			init_extended_pair((int)face + 1, style.color, -1);
	}
}

/* As term_open; what a terminal must be able to do: put the cursor somewhere. */
static int check_terminal(struct buf *why)
{
	const char *name = getenv("TERM");
	int error;

	if (name == NULL || name[0] == '\0') {
		buf_puts(why, "the variable TERM is not set, so how to draw on this terminal is not known");
		return -ENOTSUP;
	}
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK) {
		buf_puts(why, "the terminal database does not know TERM=");
		text_clean(why, name);
		return -ENOTSUP;
	}
	const char *move = tigetstr("cup");
	bool moves = move != NULL && move != (const char *)-1;
	del_curterm(cur_term); /* newterm() makes its own, and forgets this one */
	if (!moves) {
		buf_puts(why, "a terminal of TERM=");
		text_clean(why, name);
		buf_puts(why, " cannot place its cursor");
		return -ENOTSUP;
	}
	return 0;
}

int term_open(const struct term_options *options, struct buf *why)
{
	int error = check_terminal(why);

	if (error < 0)
		return error;
	tcgetattr(STDIN_FILENO, &term.before);
	term.screen = newterm(NULL, stdout, stdin);
	if (term.screen == NULL) {
		buf_puts(why, "ncurses cannot use this terminal");
		return -ENOTSUP;
	}
	term.utf8 = options->utf8;
	arm_restore(options->mouse);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	def_prog_mode();
	term.depth = find_depth(options->color);
	if (options->mouse) {
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
		mouseinterval(0); /* a press is one at once, not only when no second one came */
	}
	term_theme(options->theme);
	return 0;
}

/* A terminal without a second screen goes on where the bar of keys is: there the shell gets an empty line. */
static void leave(void)
{
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
}

void term_close(void)
{
	if (term.screen == NULL)
		return;
	leave();
	die_restore_set(-1, NULL, NULL, 0);
	delscreen(term.screen);
	term.screen = NULL;
}

void term_size(unsigned *width, unsigned *height)
{
	*width = (unsigned)COLS;
	*height = (unsigned)LINES;
}

void term_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0)
		resizeterm(size.ws_row, size.ws_col);
}

void term_suspend(void)
{
	leave();
	fflush(stdout);
}

void term_resume(void)
{
	reset_prog_mode(); /* after a SIGSTOP from elsewhere too, when there was no endwin() to undo */
	term_resize();
	clearok(stdscr, TRUE);
	refresh();
}

/* A terminal that does not take UTF-8 is sent a question mark in place of what it would garble, but for our own marks. */
static wchar_t printable(uint32_t c)
{
	static const struct {
		uint32_t c;
		wchar_t plain;
	} marks[] = {
		{ 0x2026, L'>' }, /* a text that was cut */
		{ 0x25b8, L'>' }, /* folded */
		{ 0x25be, L'v' }, /* unfolded */
	};

	if (term.utf8 || c < 0x7f)
		return (wchar_t)c;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (marks[i].c == c)
			return marks[i].plain;
	}
	return L'?';
}

static void blit_cell(unsigned x, unsigned y, const struct cell *cell)
{
	const wchar_t text[2] = { printable(cell->c), L'\0' };
	unsigned face = cell->face & ~(unsigned)FACE_SELECTED;
	attr_t attributes = (cell->face & FACE_SELECTED) != 0 ? term.selected[face] : term.attributes[face];
	cchar_t complex_char;

	if (cell->width == 0)
		return;
	setcchar(&complex_char, text, attributes, term.depth != DEPTH_MONO ? (short)(face + 1) : 0, NULL);
	mvadd_wch((int)y, (int)x, &complex_char);
	if (cell->width == 2 && text[0] != (wchar_t)cell->c)
		add_wch(&complex_char);
}

/* ncurses itself compares with what the terminal shows and sends the difference. */
void term_blit(const struct screen *screen, bool all)
{
	if (all)
		clearok(stdscr, TRUE);
	for (unsigned y = 0; y < screen->height && y < (unsigned)LINES; y++) {
		for (unsigned x = 0; x < screen->width && x < (unsigned)COLS; x++)
			blit_cell(x, y, &screen->cells[(size_t)y * screen->width + x]);
	}
	refresh();
}

static void add_base64(struct buf *out, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i < 3 ? length - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < left ? (unsigned char)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_putc(out, k <= left ? digits[bits >> (18 - 6 * k) & 0x3f] : '=');
	}
}

void term_copy(const char *text)
{
	struct buf sequence = BUF_INIT;

	buf_puts(&sequence, "\033]52;c;");
	add_base64(&sequence, text);
	buf_puts(&sequence, "\a");
	putp(sequence.data);
	fflush(stdout);
	buf_fini(&sequence);
}

static uint32_t translate_function_key(wint_t code)
{
	static const struct {
		wint_t code;
		uint32_t key;
	} keys[] = {
		{ KEY_UP, INPUT_UP },         { KEY_DOWN, INPUT_DOWN },       { KEY_LEFT, INPUT_LEFT },
		{ KEY_RIGHT, INPUT_RIGHT },   { KEY_PPAGE, INPUT_PAGE_UP },   { KEY_NPAGE, INPUT_PAGE_DOWN },
		{ KEY_HOME, INPUT_HOME },     { KEY_END, INPUT_END },         { KEY_ENTER, INPUT_ENTER },
		{ KEY_BACKSPACE, INPUT_BACKSPACE }, { KEY_MOUSE, INPUT_MOUSE },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].code == code)
			return keys[i].key;
	}
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return INPUT_F1 + (uint32_t)(code - KEY_F(1));
	return INPUT_NONE;
}

bool term_mouse(struct mouse *mouse)
{
	MEVENT event;

	if (getmouse(&event) != OK || event.x < 0 || event.y < 0)
		return false;
	mouse->x = (unsigned)event.x;
	mouse->y = (unsigned)event.y;
	mouse->button = event.bstate & BUTTON4_PRESSED ? MOUSE_WHEEL_UP
			: event.bstate & BUTTON5_PRESSED ? MOUSE_WHEEL_DOWN
							 : MOUSE_CLICK;
	return (event.bstate & (BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED)) != 0;
}

uint32_t term_key(void)
{
	wint_t code;

	for (;;) {
		int kind = get_wch(&code);

		if (kind == ERR)
			return INPUT_NONE;
		uint32_t key = kind == KEY_CODE_YES ? translate_function_key(code) : (uint32_t)code;
		if (key == '\n')
			return INPUT_ENTER;
		if (key == '\b')
			return INPUT_BACKSPACE;
		if (key != INPUT_NONE)
			return key; /* unknown function keys are passed over */
	}
}
