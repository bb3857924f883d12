/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/action.h"

#include <stdlib.h>
#include <string.h>

#include "ui/help_view.h"
#include "ui/input.h"
#include "ui/pane_view.h"
#include "ui/table_view.h"

static void quit(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_QUIT;
}

static void suspend(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_SUSPEND;
}

static void redraw(struct app *app, uint32_t key)
{
	(void)key;
	table_view_reset_widths(app);
	app->wishes |= WISH_REDRAW;
}

static void help(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_HELP;
	app->help_top = 0;
}

static void leave(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_TABLE;
}

/* The selection, by so many rows, as far as there are any; or the pane, if it has the keys. */
static void move(struct app *app, size_t up, size_t down)
{
	size_t at = app->view.at;

	if (app->pane.focused) {
		pane_view_scroll(app, up, down);
		return;
	}
	table_view_select(app, at + down > up ? at + down - up : 0);
}

static size_t page(const struct app *app)
{
	size_t height = app->pane.focused ? app->pane.height : app->view.height;

	return height > 1 ? height - 1 : 1;
}

static void next_pane(struct app *app, uint32_t key)
{
	(void)key;
	pane_view_next(app);
}

static void focus_pane(struct app *app, uint32_t key)
{
	(void)key;
	if (app->pane.pane == PANE_NONE)
		pane_view_next(app);
	app->pane.focused = !app->pane.focused;
}

/* Esc backs out of one layer. */
static void back_out(struct app *app, uint32_t key)
{
	(void)key;
	if (!app->pane.focused)
		app->pane.pane = PANE_NONE;
	app->pane.focused = false;
}

static void save_history(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_SAVE_HISTORY;
}

static void up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 1, 0);
}

static void down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, 1);
}

static void page_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, page(app), 0);
}

static void page_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, page(app));
}

static void half_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, (page(app) + 1) / 2, 0);
}

static void half_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, (page(app) + 1) / 2);
}

static void top(struct app *app, uint32_t key)
{
	(void)key;
	move(app, SIZE_MAX / 2, 0);
}

static void bottom(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, SIZE_MAX / 2);
}

/* One protocol of two goes off and on; never both, because a table of nothing helps nobody. */
static void toggle_proto(struct app *app, unsigned proto)
{
	uint32_t others = app->query.protos & ~(1u << proto);

	if (others == 0)
		app->query.protos = (1u << PROTO_COUNT) - 1;
	else
		app->query.protos ^= 1u << proto;
	app_requery(app);
}

static void toggle_tcp(struct app *app, uint32_t key)
{
	(void)key;
	toggle_proto(app, PROTO_TCP);
}

static void toggle_udp(struct app *app, uint32_t key)
{
	(void)key;
	toggle_proto(app, PROTO_UDP);
}

static void toggle_listening(struct app *app, uint32_t key)
{
	(void)key;
	app->query.states = app->query.states == STATES_ALL ? STATES_LISTENING : STATES_ALL;
	app_requery(app);
}

static void toggle_extended(struct app *app, uint32_t key)
{
	(void)key;
	app->extended = !app->extended;
}

static void show_all(struct app *app, uint32_t key)
{
	(void)key;
	query_init(&app->query);
	app_requery(app);
}

static void pause_table(struct app *app, uint32_t key)
{
	(void)key;
	app->paused = !app->paused;
	app->wishes |= app->paused ? 0 : WISH_REFRESH;
}

/* The intervals that + and - go through; others are possible with -c. */
static const uint32_t intervals_ms[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };

enum { INTERVAL_COUNT = sizeof(intervals_ms) / sizeof(intervals_ms[0]) };

static void say_interval(struct app *app)
{
	buf_clear(&app->message);
	buf_printf(&app->message, "Every %u.%u s", app->interval_ms / 1000, app->interval_ms % 1000 / 100);
	app->wishes |= WISH_REFRESH;
}

static void slower(struct app *app, uint32_t key)
{
	(void)key;
	for (size_t i = 0; i < INTERVAL_COUNT; i++) {
		if (intervals_ms[i] > app->interval_ms) {
			app->interval_ms = intervals_ms[i];
			break;
		}
	}
	say_interval(app);
}

static void faster(struct app *app, uint32_t key)
{
	(void)key;
	for (size_t i = INTERVAL_COUNT; i-- > 0;) {
		if (intervals_ms[i] < app->interval_ms) {
			app->interval_ms = intervals_ms[i];
			break;
		}
	}
	say_interval(app);
}

/* The first row with that local port, else with that foreign one; SIZE_MAX when there is none. */
static size_t find_port(const struct app *app, uint32_t port)
{
	size_t foreign = SIZE_MAX;

	for (size_t i = 0; i < app->listing.count; i++) {
		const struct sock *sock = &app->table.rows[app->listing.rows[i]].sock;

		if (sock->local_port == port)
			return i;
		if (sock->foreign_port == port && foreign == SIZE_MAX)
			foreign = i;
	}
	return foreign;
}

static void jump_to_entry(struct app *app)
{
	size_t at = find_port(app, (uint32_t)strtoul(buf_str(&app->entry), NULL, 10));

	table_view_select(app, at != SIZE_MAX ? at : app->entry_from);
}

enum { PORT_DIGITS = 5 };

static void jump_digit(struct app *app, uint32_t key)
{
	if (app->mode != MODE_JUMP) {
		app->mode = MODE_JUMP;
		app->entry_from = app->view.at;
		buf_clear(&app->entry);
	}
	if (app->entry.length < PORT_DIGITS)
		buf_putc(&app->entry, (char)key);
	jump_to_entry(app);
}

static void jump_erase(struct app *app, uint32_t key)
{
	(void)key;
	if (app->entry.length > 1) {
		app->entry.data[--app->entry.length] = '\0';
		jump_to_entry(app);
		return;
	}
	table_view_select(app, app->entry_from);
	app->mode = MODE_TABLE;
}

static void jump_accept(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_TABLE;
	if (find_port(app, (uint32_t)strtoul(buf_str(&app->entry), NULL, 10)) == SIZE_MAX) {
		buf_clear(&app->message);
		buf_printf(&app->message, "No socket here has port %s", buf_str(&app->entry));
	}
}

static void jump_cancel(struct app *app, uint32_t key)
{
	(void)key;
	table_view_select(app, app->entry_from);
	app->mode = MODE_TABLE;
}

static void help_up(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top -= app->help_top > 0 ? 1 : 0;
}

static void help_down(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top++; /* drawing keeps it within the text */
}

static void help_page_up(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top -= app->help_top > page(app) ? page(app) : app->help_top;
}

static void help_page_down(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top += page(app);
}

#define F(number) (INPUT_F1 + (number) - 1)

const struct action actions[] = {
	{ "help", "Help", "this help", { F(1), '?', 'h' }, MODE_TABLE, help },
	{ "quit", "Quit", "end the program", { F(10), 'q', INPUT_CTRL('C') }, MODE_TABLE, quit },
	{ "up", NULL, "one row up", { INPUT_UP, 'k' }, MODE_TABLE, up },
	{ "down", NULL, "one row down", { INPUT_DOWN, 'j' }, MODE_TABLE, down },
	{ "page-up", NULL, "one screen up", { INPUT_PAGE_UP, INPUT_CTRL('B') }, MODE_TABLE, page_up },
	{ "page-down", NULL, "one screen down", { INPUT_PAGE_DOWN, INPUT_CTRL('F') }, MODE_TABLE, page_down },
	{ "half-up", NULL, "half a screen up", { INPUT_CTRL('U') }, MODE_TABLE, half_up },
	{ "half-down", NULL, "half a screen down", { INPUT_CTRL('D') }, MODE_TABLE, half_down },
	{ "top", NULL, "the first row", { 'g', INPUT_HOME }, MODE_TABLE, top },
	{ "bottom", NULL, "the last row", { 'G', INPUT_END }, MODE_TABLE, bottom },
	{ "jump", "Port", "type a port to go to its first socket", { INPUT_DIGIT }, MODE_TABLE, jump_digit },
	{ "tcp", "TCP", "TCP on and off", { 't' }, MODE_TABLE, toggle_tcp },
	{ "udp", "UDP", "UDP on and off", { 'u' }, MODE_TABLE, toggle_udp },
	{ "listening", "Listen", "only sockets without a peer, or all", { 'l' }, MODE_TABLE, toggle_listening },
	{ "extended", "Extra", "inode and cookie on and off", { 'e' }, MODE_TABLE, toggle_extended },
	{ "all", "All", "every socket: no port, protocol or state left out", { 'a' }, MODE_TABLE, show_all },
	{ "pause", "Pause", "stop and go on; what is shown stays as it was", { 'p', 'Z' }, MODE_TABLE, pause_table },
	{ "pane", "Pane", "open the next pane below the table, and after the last one none", { INPUT_TAB }, MODE_TABLE, next_pane },
	{ "focus", NULL, "the keys that move go to the pane, or back to the table", { 'o' }, MODE_TABLE, focus_pane },
	{ "back", NULL, "back to the table, then close the pane", { INPUT_ESCAPE }, MODE_TABLE, back_out },
	{ "save-history", NULL, "write the history to a file, one JSON object a line", { 'w' }, MODE_TABLE, save_history },
	{ "slower", NULL, "refresh less often", { '+', '=' }, MODE_TABLE, slower },
	{ "faster", NULL, "refresh more often", { '-' }, MODE_TABLE, faster },
	{ "redraw", NULL, "draw the screen again, columns as narrow as they can be", { INPUT_CTRL('L') }, MODE_TABLE, redraw },
	{ "suspend", NULL, "back to the shell; fg returns", { INPUT_CTRL('Z') }, MODE_TABLE, suspend },
	{ "jump-digit", NULL, "the next digit", { INPUT_DIGIT }, MODE_JUMP, jump_digit },
	{ "jump-erase", NULL, "take the last digit back", { INPUT_BACKSPACE }, MODE_JUMP, jump_erase },
	{ "jump-accept", "Stay", "stay at that socket", { INPUT_ENTER }, MODE_JUMP, jump_accept },
	{ "jump-cancel", "Back", "back to where it was", { INPUT_ESCAPE }, MODE_JUMP, jump_cancel },
	{ "help-leave", "Back", "back to the table", { INPUT_ESCAPE, 'q', F(1), '?' }, MODE_HELP, leave },
	{ "help-up", NULL, "one line up", { INPUT_UP, 'k' }, MODE_HELP, help_up },
	{ "help-down", NULL, "one line down", { INPUT_DOWN, 'j' }, MODE_HELP, help_down },
	{ "help-page-up", NULL, "one screen up", { INPUT_PAGE_UP }, MODE_HELP, help_page_up },
	{ "help-page-down", NULL, "one screen down", { INPUT_PAGE_DOWN, ' ' }, MODE_HELP, help_page_down },
	{ "help-quit", "Quit", "end the program", { F(10), INPUT_CTRL('C') }, MODE_HELP, quit },
	{ .name = NULL },
};

static bool has_key(const struct action *action, uint32_t key)
{
	for (size_t i = 0; i < ACTION_KEYS_MAX; i++) {
		if (action->keys[i] == key)
			return true;
	}
	return false;
}

const struct action *action_find(enum mode mode, uint32_t key)
{
	uint32_t named = key >= '0' && key <= '9' ? INPUT_DIGIT : key;

	for (const struct action *action = actions; key != INPUT_NONE && action->name != NULL; action++) {
		if (action->mode == mode && has_key(action, named))
			return action;
	}
	return NULL;
}

const struct action *action_named(const char *name)
{
	for (const struct action *action = actions; action->name != NULL; action++) {
		if (strcmp(action->name, name) == 0)
			return action;
	}
	return NULL;
}
