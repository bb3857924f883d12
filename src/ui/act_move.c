/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/acts.h"

#include "ui/help_view.h"
#include "ui/pane_view.h"
#include "ui/prompt.h"
#include "ui/table_view.h"

void act_help(struct app *app, uint32_t key)
{
	(void)key;
	app->help_back = app->mode;
	app->mode = MODE_HELP;
	app->help_top = 0;
}

void act_help_leave(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = app->help_back;
}

void act_leave(struct app *app, uint32_t key)
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

void act_next_pane(struct app *app, uint32_t key)
{
	(void)key;
	pane_view_next(app);
}

void act_toggle_detail(struct app *app, uint32_t key)
{
	if (app_selected_group(app) != NULL) {
		act_fold(app, key);
		return;
	}
	app->pane = (struct pane_view){ .pane = app->pane.pane == PANE_DETAIL ? PANE_NONE : PANE_DETAIL };
}

void act_focus_pane(struct app *app, uint32_t key)
{
	(void)key;
	if (app->pane.pane == PANE_NONE)
		pane_view_next(app);
	app->pane.focused = !app->pane.focused;
}

/* Esc backs out of one layer. */
void act_back_out(struct app *app, uint32_t key)
{
	(void)key;
	if (!app->pane.focused)
		app->pane.pane = PANE_NONE;
	app->pane.focused = false;
}

void act_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 1, 0);
}

void act_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, 1);
}

void act_page_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, page(app), 0);
}

void act_page_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, page(app));
}

void act_half_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, (page(app) + 1) / 2, 0);
}

void act_half_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, (page(app) + 1) / 2);
}

void act_top(struct app *app, uint32_t key)
{
	(void)key;
	move(app, SIZE_MAX / 2, 0);
}

void act_bottom(struct app *app, uint32_t key)
{
	(void)key;
	move(app, 0, SIZE_MAX / 2);
}

void act_jump(struct app *app, uint32_t key)
{
	prompt_open(app, MODE_JUMP);
	prompt_takes(app, key);
}

void act_search(struct app *app, uint32_t key)
{
	(void)key;
	prompt_open(app, MODE_SEARCH);
}

void act_filter(struct app *app, uint32_t key)
{
	(void)key;
	prompt_open(app, MODE_FILTER);
}

void act_search_next(struct app *app, uint32_t key)
{
	(void)key;
	prompt_search_again(app, true);
}

void act_search_previous(struct app *app, uint32_t key)
{
	(void)key;
	prompt_search_again(app, false);
}

void act_erase(struct app *app, uint32_t key)
{
	(void)key;
	prompt_erase(app);
}

void act_clear(struct app *app, uint32_t key)
{
	(void)key;
	buf_clear(&app->entry);
}

void act_accept(struct app *app, uint32_t key)
{
	(void)key;
	prompt_accept(app);
}

void act_cancel(struct app *app, uint32_t key)
{
	(void)key;
	prompt_cancel(app);
}

void act_help_up(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top -= app->help_top > 0 ? 1 : 0;
}

void act_help_down(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top++; /* drawing keeps it within the text */
}

void act_help_page_up(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top -= app->help_top > page(app) ? page(app) : app->help_top;
}

void act_help_page_down(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top += page(app);
}

void act_help_top(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top = 0;
}

void act_help_bottom(struct app *app, uint32_t key)
{
	(void)key;
	app->help_top = SIZE_MAX / 2;
}
