/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/action.h"

#include <string.h>

#include "ui/help_view.h"
#include "ui/input.h"
#include "ui/pane_view.h"
#include "ui/prompt.h"
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

static void toggle_detail(struct app *app, uint32_t key)
{
	(void)key;
	app->pane = (struct pane_view){ .pane = app->pane.pane == PANE_DETAIL ? PANE_NONE : PANE_DETAIL };
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
	filter_fini(&app->filter);
	buf_clear(&app->filter_text);
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

static void jump(struct app *app, uint32_t key)
{
	prompt_open(app, MODE_JUMP);
	prompt_takes(app, key);
}

static void search(struct app *app, uint32_t key)
{
	(void)key;
	prompt_open(app, MODE_SEARCH);
}

static void filter(struct app *app, uint32_t key)
{
	(void)key;
	prompt_open(app, MODE_FILTER);
}

static void search_next(struct app *app, uint32_t key)
{
	(void)key;
	prompt_search_again(app, true);
}

static void search_previous(struct app *app, uint32_t key)
{
	(void)key;
	prompt_search_again(app, false);
}

static void erase(struct app *app, uint32_t key)
{
	(void)key;
	prompt_erase(app);
}

static void accept(struct app *app, uint32_t key)
{
	(void)key;
	prompt_accept(app);
}

static void cancel(struct app *app, uint32_t key)
{
	(void)key;
	prompt_cancel(app);
}

/* The columns that are shown, and before them the usual order, in a ring. */
static void sort_by(struct app *app, int step)
{
	const struct column *shown[COLUMN_COUNT];
	size_t count = columns_select(app->extended, shown), at = 0;

	for (size_t i = 0; i < count; i++)
		at = shown[i] == app->listing.sort ? i + 1 : at;
	at = (at + count + 1 + (size_t)step) % (count + 1);
	app->listing.sort = at > 0 ? shown[at - 1] : NULL;
	buf_clear(&app->message);
	buf_printf(&app->message, "Sorted by %s", at > 0 ? shown[at - 1]->title : "state and port");
	app_relist(app);
}

static void sort_next(struct app *app, uint32_t key)
{
	(void)key;
	sort_by(app, 1);
}

static void sort_previous(struct app *app, uint32_t key)
{
	(void)key;
	sort_by(app, -1);
}

static void invert(struct app *app, uint32_t key)
{
	(void)key;
	app->listing.inverted = !app->listing.inverted;
	app_relist(app);
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
	{ "jump", "Port", "type a port to go to its first socket", { INPUT_DIGIT }, MODE_TABLE, jump },
	{ "search", "Search", "find rows by what stands in any column", { F(3), '/' }, MODE_TABLE, search },
	{ "search-next", NULL, "the next row found", { 'n' }, MODE_TABLE, search_next },
	{ "search-previous", NULL, "the row found before", { 'N' }, MODE_TABLE, search_previous },
	{ "filter", "Filter", "show only rows that match: ports, or words that stand in any column", { F(4), '\\' }, MODE_TABLE, filter },
	{ "sort-next", "Sort", "sort by the next column", { F(6), '>' }, MODE_TABLE, sort_next },
	{ "sort-previous", NULL, "sort by the column before", { '<' }, MODE_TABLE, sort_previous },
	{ "invert", NULL, "the last row comes first", { 'I' }, MODE_TABLE, invert },
	{ "tcp", "TCP", "TCP on and off", { 't' }, MODE_TABLE, toggle_tcp },
	{ "udp", "UDP", "UDP on and off", { 'u' }, MODE_TABLE, toggle_udp },
	{ "listening", "Listen", "only sockets without a peer, or all", { 'l' }, MODE_TABLE, toggle_listening },
	{ "extended", "Extra", "inode and cookie on and off", { 'e' }, MODE_TABLE, toggle_extended },
	{ "all", "All", "every socket: no port, protocol or state left out", { 'a' }, MODE_TABLE, show_all },
	{ "pause", "Pause", "stop and go on; what is shown stays as it was", { 'p', 'Z' }, MODE_TABLE, pause_table },
	{ "detail", "Detail", "all about the selected row, or away with it", { INPUT_ENTER }, MODE_TABLE, toggle_detail },
	{ "pane", "Pane", "open the next pane below the table, and after the last one none", { INPUT_TAB }, MODE_TABLE, next_pane },
	{ "focus", NULL, "the keys that move go to the pane, or back to the table", { 'o' }, MODE_TABLE, focus_pane },
	{ "back", NULL, "back to the table, then close the pane", { INPUT_ESCAPE }, MODE_TABLE, back_out },
	{ "save-history", NULL, "write the history to a file, one JSON object a line", { 'w' }, MODE_TABLE, save_history },
	{ "slower", NULL, "refresh less often", { '+', '=' }, MODE_TABLE, slower },
	{ "faster", NULL, "refresh more often", { '-' }, MODE_TABLE, faster },
	{ "redraw", NULL, "draw the screen again, columns as narrow as they can be", { INPUT_CTRL('L') }, MODE_TABLE, redraw },
	{ "suspend", NULL, "back to the shell; fg returns", { INPUT_CTRL('Z') }, MODE_TABLE, suspend },
	{ "jump-erase", NULL, "take the last digit back", { INPUT_BACKSPACE }, MODE_JUMP, erase },
	{ "jump-accept", "Stay", "stay at that socket", { INPUT_ENTER }, MODE_JUMP, accept },
	{ "jump-cancel", "Back", "back to where it was", { INPUT_ESCAPE }, MODE_JUMP, cancel },
	{ "search-erase", NULL, "take the last character back", { INPUT_BACKSPACE }, MODE_SEARCH, erase },
	{ "search-accept", "Stay", "stay at the row that was found", { INPUT_ENTER }, MODE_SEARCH, accept },
	{ "search-cancel", "Back", "back to where it was", { INPUT_ESCAPE }, MODE_SEARCH, cancel },
	{ "filter-erase", NULL, "take the last character back", { INPUT_BACKSPACE }, MODE_FILTER, erase },
	{ "filter-accept", "Keep", "keep this filter; an empty one shows all", { INPUT_ENTER }, MODE_FILTER, accept },
	{ "filter-cancel", "Back", "back to the filter that was", { INPUT_ESCAPE }, MODE_FILTER, cancel },
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
