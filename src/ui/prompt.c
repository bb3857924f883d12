/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/acts.h"
#include "ui/table_view.h"

enum { PORT_DIGITS = 5, TEXT_BYTES_MAX = 200 };

struct prompt {
	const char *label;
	size_t most_bytes; /* what is typed beyond them is not taken */
	bool (*takes)(uint32_t key);
	void (*changed)(struct app *app);
	void (*accepted)(struct app *app);
	void (*cancelled)(struct app *app);
	enum mode back; /* the mode that it was opened in */
};

static void say(struct app *app, const char *what)
{
	app_say(app, what);
	text_clean(&app->message, buf_str(&app->entry));
}

/* The first row of the listing with that local port, else with that foreign one; SIZE_MAX when there is none. */
static size_t find_port(const struct app *app)
{
	unsigned long port = strtoul(buf_str(&app->entry), NULL, 10);
	size_t foreign = SIZE_MAX;

	for (size_t i = 0; port > 0 && i < app->listing.count; i++) {
		const struct sock *sock = &app_row(app, i)->sock;

		if (sock->local_port == port)
			return i;
		if (sock->foreign_port == port && foreign == SIZE_MAX)
			foreign = i;
	}
	return foreign;
}

static bool takes_digit(uint32_t key)
{
	return key >= '0' && key <= '9';
}

static bool takes_text(uint32_t key)
{
	return key < 0x110000 && text_char_width(key) > 0;
}

/* To a row of the listing, or to the headline that it is folded under: nothing is unfolded before it is accepted. */
static void jump_changed(struct app *app)
{
	size_t at = find_port(app);

	table_view_select(app, at != SIZE_MAX ? groups_line_of(&app->groups, at) : app->entry_from);
	if (at == SIZE_MAX && app->entry.length > 0)
		buf_puts(&app->message, "No socket here has this port");
}

static void jump_accepted(struct app *app)
{
	size_t at = find_port(app);

	if (at != SIZE_MAX)
		table_view_reveal(app, at);
	else if (app->entry.length > 0)
		say(app, "No socket here has port ");
}

static void go_back(struct app *app)
{
	table_view_select(app, app->entry_from);
}

static void search_changed(struct app *app)
{
	search_change(app, groups_line(&app->groups, app->entry_from).at);
}

static void search_accepted(struct app *app)
{
	buf_clear(&app->sought);
	buf_puts(&app->sought, buf_str(&app->entry));
	if (app->entry.length > 0)
		search_accept(app, groups_line(&app->groups, app->view.at).at);
}

/* Kinds of sockets that the filter names are asked for as long as it does. */
static void widen(struct app *app)
{
	uint32_t chosen = app->query.protos & ~app->widened, protos = chosen | app->filter.protos;

	app->widened = protos & ~chosen;
	if (protos == app->query.protos)
		return;
	app->query.protos = protos;
	app_requery(app);
}

/* What cannot be a filter, or not yet, is said, and the one that holds goes on holding. */
static bool set_filter(struct app *app, const char *text)
{
	uint32_t needs = app->filter.needs;

	buf_clear(&app->message);
	if (!filter_parse(&app->filter, text, &app->message))
		return false;
	if (app->filter.needs != needs)
		app_recolumn(app);
	widen(app);
	app_refilter(app);
	return true;
}

static void filter_changed(struct app *app)
{
	set_filter(app, buf_str(&app->entry));
}

/* The prompt stays for what is not right. */
static void filter_accepted(struct app *app)
{
	if (!set_filter(app, buf_str(&app->entry))) {
		app->mode = MODE_FILTER;
		return;
	}
	buf_clear(&app->filter_text);
	buf_puts(&app->filter_text, buf_str(&app->entry));
	if ((app->filter.asks & ASKS_OWNERS) != 0 && !app->seeks_owners)
		app_say(app, "Processes are not looked for (--no-owners): nothing is known of them");
}

static void filter_cancelled(struct app *app)
{
	set_filter(app, buf_str(&app->filter_text));
}

/* What is typed for the playground takes effect when it is accepted. */
static void nothing(struct app *app)
{
	(void)app;
}

static const struct prompt prompts[MODE_COUNT] = {
	[MODE_JUMP] = { "Port: ", PORT_DIGITS, takes_digit, jump_changed, jump_accepted, go_back, MODE_TABLE },
	[MODE_SEARCH] = { "Search: ", TEXT_BYTES_MAX, takes_text, search_changed, search_accepted, go_back, MODE_TABLE },
	[MODE_FILTER] = { "Filter: ", TEXT_BYTES_MAX, takes_text, filter_changed, filter_accepted, filter_cancelled,
			  MODE_TABLE },
	[MODE_SEND] = { "Send: ", TEXT_BYTES_MAX, takes_text, nothing, play_send, nothing, MODE_PLAY },
	[MODE_OPTION] = { "Option (NAME VALUE sets, NAME gets): ", TEXT_BYTES_MAX, takes_text, nothing, play_set, nothing, MODE_PLAY },
	[MODE_SHUTDOWN] = { "Shut down (r, w or rw): ", TEXT_BYTES_MAX, takes_text, nothing, play_shutdown, nothing, MODE_PLAY },
	[MODE_SAVE] = { "Save as (.lab, .c, .py): ", TEXT_BYTES_MAX, takes_text, nothing, play_save, nothing, MODE_PLAY },
};

const char *prompt_label(enum mode mode)
{
	return prompts[mode].label;
}

/* A filter is changed, not typed anew. */
void prompt_open(struct app *app, enum mode mode)
{
	app->mode = mode;
	app->entry_from = app->view.at;
	app->search.typed = 0;
	buf_clear(&app->entry);
	if (mode == MODE_FILTER)
		buf_puts(&app->entry, buf_str(&app->filter_text));
}

bool prompt_takes(struct app *app, uint32_t key)
{
	const struct prompt *prompt = &prompts[app->mode];

	if (prompt->label == NULL || !prompt->takes(key))
		return false;
	if (app->entry.length < prompt->most_bytes) {
		text_encode(&app->entry, key);
		prompt->changed(app);
	}
	return true;
}

void prompt_erase(struct app *app)
{
	struct buf *entry = &app->entry;

	if (entry->length == 0) {
		prompt_cancel(app);
		return;
	}
	do
		entry->length--;
	while (entry->length > 0 && ((unsigned char)entry->data[entry->length] & 0xc0) == 0x80);
	entry->data[entry->length] = '\0';
	prompts[app->mode].changed(app);
}

void prompt_accept(struct app *app)
{
	const struct prompt *prompt = &prompts[app->mode];

	app->mode = prompt->back;
	prompt->accepted(app);
}

void prompt_cancel(struct app *app)
{
	const struct prompt *prompt = &prompts[app->mode];

	app->mode = prompt->back;
	prompt->cancelled(app);
}

void prompt_search_again(struct app *app, bool forward)
{
	size_t count = app->listing.count;

	buf_clear(&app->entry);
	buf_puts(&app->entry, buf_str(&app->sought));
	if (app->sought.length == 0) {
		say(app, "Nothing is searched for; ");
		keymap_name(&app->message, &app->keymap, "search");
		buf_puts(&app->message, " begins a search");
		return;
	}
	/* A headline stands before its first row. */
	const struct line line = groups_line(&app->groups, app->view.at);
	size_t from = line.at + (!forward ? count - 1 : line.headline ? 0 : 1);
	search_begin(app, from, forward, true);
}
