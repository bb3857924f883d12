/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/why.h"

#include <stdlib.h>

#include "base/die.h"
#include "model/remedy.h"
#include "model/table.h"
#include "model/unix_sock.h"

static bool is_candidate(const struct row *row, const struct bind_wish *wish)
{
	return row->life != ROW_GONE && rules_knows(&row->sock) && (wish->port == 0 || row->sock.local_port == wish->port);
}

static void reserve(struct why *why, size_t room)
{
	why->socks = xrealloc_array(NULL, room > 0 ? room : 1, sizeof(why->socks[0]));
	why->rows = xrealloc_array(NULL, room > 0 ? room : 1, sizeof(why->rows[0]));
}

static void collect_rows(struct why *why, const struct table *table)
{
	reserve(why, table->count);
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (!is_candidate(row, &why->wish))
			continue;
		why->socks[why->count] = rules_sock(&row->sock);
		why->rows[why->count++] = row;
	}
}

/* The holder of the path may know it by another name: relative to another directory, or through a link. */
static void collect_names(struct why *why, const struct unix_scene *scene)
{
	reserve(why, scene->count);
	for (size_t i = 0; i < scene->count; i++) {
		const struct unix_sock *sock = &scene->socks[i];
		struct bind_name own = { .text = sock->name, .length = sock->name_length, .abstract = sock->is_abstract };

		why->socks[why->count] = (struct bind_sock){
			.cookie = sock->cookie,
			.proto = sock->proto,
			.state = sock->state,
			.name = i == scene->holder ? why->wish.name : own,
		};
		why->rows[why->count++] = NULL;
	}
}

static void judge(const struct why *why, const struct bind_scene *scene, bool listens, struct bind_verdict *verdict)
{
	if (listens)
		rules_bind_listen(&why->wish, scene, verdict);
	else
		rules_bind(&why->wish, scene, verdict);
}

static bool can_listen(const struct bind_wish *wish)
{
	return wish->proto == BIND_TCP || wish->proto == BIND_MPTCP;
}

/* Who only asked for bind() is told, too, when the next step would fail. */
static void foresee_listen(struct why *why, const struct bind_scene *scene)
{
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	judge(why, scene, true, &verdict);
	why->listen_would_fail = verdict.outcome == BIND_FAILS;
	rules_verdict_fini(&verdict);
}

void why_judge(struct why *why, const struct bind_wish *wish, bool listens, const struct why_scene *scene)
{
	*why = (struct why){ .wish = *wish, .listens = listens, .host = scene->host, .names = scene->names };
	if (scene->names != NULL)
		collect_names(why, scene->names);
	else
		collect_rows(why, scene->table);
	const struct bind_scene around = { .socks = why->socks, .count = why->count, .host = why->host };
	judge(why, &around, listens, &why->verdict);
}

void why_make(struct why *why, const struct bind_wish *wish, bool listens, const struct why_scene *scene)
{
	why_judge(why, wish, listens, scene);
	const struct bind_scene around = { .socks = why->socks, .count = why->count, .host = why->host };
	if (why->verdict.outcome != BIND_OK)
		remedy_find(why, scene);
	else if (!listens && can_listen(wish))
		foresee_listen(why, &around);
}

void why_fini(struct why *why)
{
	free(why->socks);
	free(why->rows);
	rules_verdict_fini(&why->verdict);
	*why = (struct why){ .count = 0 };
}

const struct row *why_row(const struct why *why, const struct bind_blocker *blocker)
{
	return why->rows[blocker->index];
}
