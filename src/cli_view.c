/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_view.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli_config.h"
#include "model/proto.h"
#include "ui/app.h"
#include "ui/pane_view.h"
#include "ui/ui.h"

/* What only the filter asks for is in the filter. */
static uint32_t chosen(const struct app *app)
{
	return app->query.protos & ~app->widened;
}

static bool put_tcp(const struct app *app, struct buf *value)
{
	(void)value;
	return chosen(app) == 1u << PROTO_TCP;
}

static bool put_udp(const struct app *app, struct buf *value)
{
	(void)value;
	return chosen(app) == 1u << PROTO_UDP;
}

static bool put_query(const struct app *app, struct buf *value)
{
	proto_set_format(value, chosen(app));
	return chosen(app) != PROTOS_USUAL && !put_tcp(app, value) && !put_udp(app, value);
}

static bool put_ipv4(const struct app *app, struct buf *value)
{
	(void)value;
	return app->query.families == 1u << FAMILY_INET;
}

static bool put_ipv6(const struct app *app, struct buf *value)
{
	(void)value;
	return app->query.families == 1u << FAMILY_INET6;
}

static bool put_listening(const struct app *app, struct buf *value)
{
	(void)value;
	return app->query.states == STATES_LISTENING;
}

static bool put_extended(const struct app *app, struct buf *value)
{
	(void)value;
	return app->extended;
}

static bool put_resolve(const struct app *app, struct buf *value)
{
	(void)value;
	return app->names.resolve;
}

static bool are_alike(const struct column_list *a, const struct column_list *b)
{
	return a->count == b->count && memcmp(a->all, b->all, a->count * sizeof(a->all[0])) == 0;
}

/* The one that comes by itself with -N is none of the view's. */
static bool put_columns(const struct app *app, struct buf *value)
{
	struct column_list usual, own = app->columns;

	column_list_usual(&usual, app->extended ? VIEW_EXTENDED : VIEW_LIVE);
	if (app->tours && own.count > 1)
		column_list_remove(&own, &columns[COLUMN_NETNS]);
	for (size_t i = 0; i < own.count; i++)
		buf_printf(value, "%s%s", i > 0 ? "," : "", own.all[i]->id);
	return !are_alike(&usual, &own);
}

static bool put_sort(const struct app *app, struct buf *value)
{
	const struct column *sort = app->listing.sort;

	buf_printf(value, "%s%s", app->listing.inverted ? "-" : "", sort != NULL ? sort->id : SORT_USUAL);
	return sort != NULL || app->listing.inverted;
}

static bool put_group(const struct app *app, struct buf *value)
{
	buf_puts(value, group_by_name(app->groups.by));
	return app->groups.by != GROUP_BY_NONE;
}

static bool put_pane(const struct app *app, struct buf *value)
{
	buf_puts(value, pane_view_name(app->pane.pane));
	return app->pane.pane != PANE_NONE;
}

static void put_seconds(struct buf *out, uint64_t ms)
{
	buf_printf(out, "%llu.%03u", (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));
	while (out->data[out->length - 1] == '0')
		out->data[--out->length] = '\0';
	if (out->data[out->length - 1] == '.')
		out->data[--out->length] = '\0';
}

static bool put_interval(const struct app *app, struct buf *value)
{
	put_seconds(value, app->interval_ms);
	return app->interval_ms != UI_INTERVAL_MS;
}

static bool put_linger(const struct app *app, struct buf *value)
{
	put_seconds(value, app->table.linger_ns / NS_PER_MS);
	return app->table.linger_ns != TABLE_LINGER_NS;
}

static bool put_theme(const struct app *app, struct buf *value)
{
	buf_puts(value, theme_name(app->theme));
	return app->theme != THEME_AUTO;
}

/* In the order in which they must stand: --extended begins the columns anew. */
static const struct {
	const char *option;
	/* Appends the option's value, for one that has any; false when the option is not to stand there. */
	bool (*put)(const struct app *app, struct buf *value); /* NULL: never; another one says the same */
} parts[] = {
	{ "tcp", put_tcp },
	{ "udp", put_udp },
	{ "query", put_query },
	{ "udplite", NULL },
	{ "sctp", NULL },
	{ "mptcp", NULL },
	{ "dccp", NULL },
	{ "raw", NULL },
	{ "icmp", NULL },
	{ "unix", NULL },
	{ "packet", NULL },
	{ "netlink", NULL },
	{ "vsock", NULL },
	{ "xdp", NULL },
	{ "tipc", NULL },
	{ "ipv4", put_ipv4 },
	{ "ipv6", put_ipv6 },
	{ "listening", put_listening },
	{ "all", NULL },
	{ "extended", put_extended },
	{ "info", NULL },
	{ "memory", NULL },
	{ "columns", put_columns },
	{ "sort", put_sort },
	{ "group", put_group },
	{ "pane", put_pane },
	{ "interval", put_interval },
	{ "linger", put_linger },
	{ "theme", put_theme },
	{ "resolve", put_resolve },
	{ "numeric", NULL },
};

bool view_has(const char *option)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].option, option) == 0)
			return true;
	}
	return false;
}

void view_format(struct buf *out, const struct app *app)
{
	struct buf value = BUF_INIT;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_clear(&value);
		if (parts[i].put != NULL && parts[i].put(app, &value))
			buf_printf(out, "%s%s%s\n", parts[i].option, value.length > 0 ? "=" : "", buf_str(&value));
	}
	buf_fini(&value);
}

static bool is_part(const char *line, size_t length)
{
	struct buf copy = BUF_INIT;
	char *name, *value;

	buf_add(&copy, line, length);
	bool part = config_split(copy.data, &name, &value) && view_has(name);
	buf_fini(&copy);
	return part;
}

void view_rewrite(struct buf *out, const char *text, size_t length, const char *lines)
{
	const char *end = text + length;
	bool placed = false;

	for (const char *next; text < end; text = next) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		next = newline != NULL ? newline + 1 : end;
		if (!is_part(text, (size_t)(next - text))) {
			buf_add(out, text, (size_t)(next - text));
		} else if (!placed) {
			buf_puts(out, lines);
			placed = true;
		}
	}
	if (placed)
		return;
	if (lines[0] != '\0' && out->length > 0 && out->data[out->length - 1] != '\n')
		buf_putc(out, '\n');
	buf_puts(out, lines);
}
