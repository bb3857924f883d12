/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/acts.h"

#include "ui/chooser.h"
#include "ui/namer.h"
#include "ui/table_view.h"

void act_suspend(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_SUSPEND;
}

void act_redraw(struct app *app, uint32_t key)
{
	(void)key;
	table_view_reset_widths(app);
	app->wishes |= WISH_REDRAW;
}

/* Some of the bits go off and on; never all, because a table of nothing helps nobody. */
static void toggle(uint32_t *set, uint32_t bits, uint32_t all)
{
	uint32_t others = *set & ~bits;

	*set = (*set & bits) == 0 ? *set | bits : others == 0 ? all : others;
}

static void toggle_protos(struct app *app, uint32_t protos)
{
	toggle(&app->query.protos, protos, PROTOS_USUAL);
	app->widened &= ~protos;
	app_requery(app);
}

static void toggle_family(struct app *app, unsigned family)
{
	toggle(&app->query.families, 1u << family, FAMILIES_INET);
	app_requery(app);
}

void act_toggle_tcp(struct app *app, uint32_t key)
{
	(void)key;
	toggle_protos(app, 1u << PROTO_TCP);
}

void act_toggle_udp(struct app *app, uint32_t key)
{
	(void)key;
	toggle_protos(app, 1u << PROTO_UDP);
}

void act_toggle_unix(struct app *app, uint32_t key)
{
	(void)key;
	toggle_protos(app, PROTOS_UNIX);
}

void act_toggle_kinds(struct app *app, uint32_t key)
{
	(void)key;
	app->query.protos = app->query.protos == PROTOS_ALL ? PROTOS_USUAL : PROTOS_ALL;
	app->widened = 0;
	app_requery(app);
}

void act_toggle_ipv4(struct app *app, uint32_t key)
{
	(void)key;
	toggle_family(app, FAMILY_INET);
}

void act_toggle_ipv6(struct app *app, uint32_t key)
{
	(void)key;
	toggle_family(app, FAMILY_INET6);
}

void act_toggle_listening(struct app *app, uint32_t key)
{
	(void)key;
	app->query.states = app->query.states == STATES_ALL ? STATES_LISTENING : STATES_ALL;
	app_requery(app);
}

void act_toggle_extended(struct app *app, uint32_t key)
{
	(void)key;
	app->extended = !app->extended;
	column_list_extend(&app->columns, app->extended);
	if (app->listing.sort != NULL && app->listing.sort->extended && !app->extended)
		app_unsort(app, app->listing.sort);
	app_recolumn(app);
}

/* Numbers are narrower; and a filter finds names only while they are shown. */
void act_toggle_names(struct app *app, uint32_t key)
{
	(void)key;
	app->names.resolve = !app->names.resolve;
	table_view_reset_widths(app);
	app_refilter(app);
	buf_clear(&app->message);
	if (app->names.resolve && app->pace != PACE_INTERVAL)
		buf_puts(&app->message, "Names are those that were looked up while this was recorded");
	else if (app->names.resolve)
		namer_explain(&app->message);
}

void act_show_all(struct app *app, uint32_t key)
{
	const struct netns_wish *netns = app->query.netns;

	(void)key;
	query_init(&app->query);
	app->widened = 0;
	app->query.netns = netns; /* that is where it is looked, and leaves nothing out of there */
	filter_fini(&app->filter);
	app_recolumn(app);
	buf_clear(&app->filter_text);
	app_requery(app);
}

void act_pause_table(struct app *app, uint32_t key)
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
	if (app->pace != PACE_INTERVAL) {
		buf_puts(&app->message, "A recording goes at its own pace");
		return;
	}
	buf_printf(&app->message, "Every %u.%u s", app->interval_ms / 1000, app->interval_ms % 1000 / 100);
	app->wishes |= WISH_REFRESH;
}

void act_slower(struct app *app, uint32_t key)
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

void act_faster(struct app *app, uint32_t key)
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

static void say_order(struct app *app)
{
	const struct listing *listing = &app->listing;

	buf_clear(&app->message);
	buf_printf(&app->message, "Sorted by %s%s", listing->sort != NULL ? listing->sort->title : "state and port",
		   listing->inverted ? ", the other way round" : "");
}

/* The columns that are shown, and before them the usual order, in a ring. */
static void sort_by(struct app *app, int step)
{
	const struct column *const *shown = app->columns.all;
	size_t count = app->columns.count, at = 0;

	for (size_t i = 0; i < count; i++)
		at = shown[i] == app->listing.sort ? i + 1 : at;
	at = (at + count + 1 + (size_t)step) % (count + 1);
	app->listing.sort = at > 0 ? shown[at - 1] : NULL;
	say_order(app);
	app_relist(app);
}

void act_sort_next(struct app *app, uint32_t key)
{
	(void)key;
	sort_by(app, 1);
}

void act_sort_previous(struct app *app, uint32_t key)
{
	(void)key;
	sort_by(app, -1);
}

void act_invert(struct app *app, uint32_t key)
{
	(void)key;
	app->listing.inverted = !app->listing.inverted;
	say_order(app);
	app_relist(app);
}

void act_next_theme(struct app *app, uint32_t key)
{
	(void)key;
	app->theme = (app->theme + 1) % THEME_COUNT;
	app->wishes |= WISH_THEME | WISH_REDRAW;
	buf_clear(&app->message);
	buf_printf(&app->message, "Theme: %s", theme_name(app->theme));
}

void act_columns(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_COLUMNS;
	app->chooser_at = 0;
}

void act_columns_up(struct app *app, uint32_t key)
{
	(void)key;
	chooser_move(app, 1, 0);
}

void act_columns_down(struct app *app, uint32_t key)
{
	(void)key;
	chooser_move(app, 0, 1);
}

void act_columns_toggle(struct app *app, uint32_t key)
{
	(void)key;
	chooser_toggle(app);
}

void act_columns_earlier(struct app *app, uint32_t key)
{
	(void)key;
	chooser_shift(app, false);
}

void act_columns_later(struct app *app, uint32_t key)
{
	(void)key;
	chooser_shift(app, true);
}
