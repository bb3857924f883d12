/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_rights.h"

#include <stdio.h>

#include "base/buf.h"
#include "cli.h"
#include "cli_format.h"
#include "kernel/privileges.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/query.h"
#include "model/sock.h"

static bool keep(unsigned rights)
{
	struct buf why = BUF_INIT;
	bool good = privileges_keep(rights);

	if (!good) {
		privileges_fail(&why);
		fprintf(stderr, "ports: %s\n", why.data);
	}
	buf_fini(&why);
	return good;
}

/* What is asked beyond what the view shows, mostly by a filter. */
static unsigned rights_of_query(const struct query *query)
{
	bool asks_owners = query->filter != NULL && (query->filter->asks & ASKS_OWNERS) != 0;

	return (query->needs & NEED_MARK ? privileges_of("told") : 0) |
	       (query->needs & (NEED_FILE | NEED_CGROUP) ? privileges_of("paths") : 0) | (asks_owners ? RIGHT_OWNERS : 0) |
	       (query->netns != NULL ? privileges_of("netns") : 0);
}

bool cli_keep_rights(const char *command, const struct query *query, bool no_owners)
{
	unsigned rights = privileges_of(command) | (query != NULL ? rights_of_query(query) : 0);

	return keep(no_owners ? rights & ~(unsigned)RIGHT_OWNERS : rights);
}

/* Nothing is asked of this host. */
static unsigned rights_elsewhere(const struct settings *settings, bool live)
{
	return live && !settings->readonly ? privileges_of("files") : 0;
}

static unsigned rights_of_list(const struct settings *settings)
{
	bool shows_token = (format_columns(settings) & COLUMN_BIT(COLUMN_TOKEN)) != 0;

	return (format_wants_owners(settings) ? privileges_of("list") : 0) | (shows_token ? privileges_of("told") : 0) |
	       rights_of_query(&settings->query);
}

static unsigned rights_of_live(const struct settings *settings)
{
	const char *view = settings->readonly ? "readonly" : settings->private_network ? "private" : "live";
	unsigned rights = privileges_of(view) | (settings->query.netns != NULL ? privileges_of("netns") : 0);

	return settings->no_owners ? rights & ~(unsigned)RIGHT_OWNERS : rights;
}

bool cli_keep_view_rights(const struct settings *settings, bool live)
{
	bool is_elsewhere = settings->replay != NULL || settings->synthetic;
	bool names_files = settings->record != NULL || settings->replay != NULL || settings->script != NULL;
	unsigned rights = is_elsewhere ? rights_elsewhere(settings, live) :
			  live	       ? rights_of_live(settings) :
					 rights_of_list(settings);

	if (settings->task != TASK_SHOW)
		return keep(0);
	return keep(rights | (names_files ? privileges_of("files") : 0));
}
