/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/app.h"

#include "ui/action.h"
#include "ui/bars.h"
#include "ui/help_view.h"
#include "ui/screen.h"
#include "ui/table_view.h"
#include "ui/theme.h"

/* Lines of the screen that are not the table's: title and totals above, status and keys below. */
enum { LINES_ABOVE = 2, LINES_BELOW = 2 };

void app_init(struct app *app, const struct query *query)
{
	*app = (struct app){ .names = NAMES_INIT, .query = *query, .waiting = true };
	table_init(&app->table);
}

void app_fini(struct app *app)
{
	table_fini(&app->table);
	names_fini(&app->names);
	listing_fini(&app->listing);
	buf_fini(&app->entry);
	buf_fini(&app->notice);
	buf_fini(&app->message);
}

void app_relist(struct app *app)
{
	listing_make(&app->listing, &app->table, &app->query);
	table_view_follow(app);
}

void app_requery(struct app *app)
{
	table_retain(&app->table, &app->query);
	app_relist(app);
	app->wishes |= WISH_REFRESH;
}

void app_key(struct app *app, uint32_t key)
{
	const struct action *action = action_find(app->mode, key);

	/* Who typed a port and goes on with another key has accepted it. */
	if (action == NULL && app->mode == MODE_JUMP) {
		app->mode = MODE_TABLE;
		action = action_find(app->mode, key);
	}
	buf_clear(&app->message);
	if (action != NULL)
		action->act(app, key);
}

static void draw_too_small(struct screen *screen)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "ports needs %dx%d, this is %ux%u", APP_WIDTH_MIN, APP_HEIGHT_MIN, screen->width, screen->height);
	screen_put(screen, 0, 0, screen->width, FACE_NOTICE, buf_str(&text));
	buf_fini(&text);
}

void app_draw(struct app *app, struct screen *screen)
{
	for (unsigned y = 0; y < screen->height; y++)
		screen_fill(screen, 0, y, screen->width, FACE_TEXT);
	if (screen->width < APP_WIDTH_MIN || screen->height < APP_HEIGHT_MIN) {
		draw_too_small(screen);
		return;
	}
	const struct rect middle = {
		.y = LINES_ABOVE,
		.width = screen->width,
		.height = screen->height - LINES_ABOVE - LINES_BELOW,
	};
	bars_draw_title(app, 0, screen);
	bars_draw_totals(app, 1, screen);
	if (app->mode == MODE_HELP)
		help_view_draw(app, &middle, screen);
	else
		table_view_draw(app, &middle, screen);
	bars_draw_status(app, screen->height - 2, screen);
	bars_draw_keys(app, screen->height - 1, screen);
}
