/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session_fixture.h"

#include <string.h>

#include "model/owner.h"

#define START_NS UINT64_C(1000000000000)

/* What comes in one go. */
enum { SOCKS_AT_ONCE = 1000 };

/* The descriptor of every holder. */
enum { FD = 3 };

static void begin(struct source *source, const struct query *query)
{
	struct made *made = (struct made *)source;

	made->asked = *query;
	made->at = 0;
	source->running = true;
	source->sink.begin(source->sink.context, clock_now_ns(source->clock));
}

static void serve_snapshot(struct made *made)
{
	struct source *source = &made->source;
	const struct source_sink *sink = &source->sink;

	for (int i = 0; i < SOCKS_AT_ONCE && made->at < made->count; i++) {
		const struct sock *sock = &made->socks[made->at++];

		if (query_match(&made->asked, sock))
			sink->sock(sink->context, sock, NULL);
	}
	if (made->at < made->count)
		return;
	sink->class_end(sink->context, PROTO_TCP, FAMILY_INET, true);
	sink->class_end(sink->context, PROTO_TCP, FAMILY_INET6, true);
	source->running = false;
	sink->end(sink->context);
}

static bool seek(struct source *source, struct map *wanted, struct map *known)
{
	struct made *made = (struct made *)source;

	(void)known;
	if (source->seeking)
		return false;
	made->wanted = *wanted;
	*wanted = (struct map)MAP_INIT;
	made->scans++;
	return source->seeking = true;
}

static void serve_owners(struct made *made)
{
	struct source *source = &made->source;
	struct owner_scan scan = { .processes = 9 };
	struct map wanted = made->wanted;

	for (size_t i = 0; i < made->count; i++) {
		for (int j = 0; j < MADE_HOLDERS_MAX && made->holders[i][j] != 0 && made->socks[i].inode != 0; j++)
			owner_scan_add(&scan, made->socks[i].inode, &(struct owner){ .pid = made->holders[i][j], .fd = FD });
	}
	owner_scan_sort(&scan);
	made->wanted = (struct map)MAP_INIT;
	source->seeking = false;
	source->sink.owners(source->sink.context, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void serve(struct source *source, const struct pollfd *polled, size_t count)
{
	(void)polled;
	(void)count;
	if (source->running)
		serve_snapshot((struct made *)source);
	else if (source->seeking)
		serve_owners((struct made *)source);
}

static bool holds(const struct made *made, uint32_t inode, int32_t pid)
{
	for (size_t i = 0; i < made->count; i++) {
		for (int j = 0; j < MADE_HOLDERS_MAX && made->socks[i].inode == inode; j++) {
			if (made->holders[i][j] == pid)
				return true;
		}
	}
	return false;
}

static bool hold(struct source *source, const struct row *row, uint32_t most)
{
	struct made *made = (struct made *)source;
	uint32_t count = row->owner_count < most ? row->owner_count : most;
	bool all = true;

	made->looks += count;
	for (uint32_t i = 0; i < count; i++)
		all = all && holds(made, row->sock.inode, row_owner(row, i)->pid);
	return all;
}

static uint64_t processes(struct source *source)
{
	return ((struct made *)source)->processes;
}

static uint64_t due_ns(const struct source *source)
{
	return source->running || source->seeking ? 0 : UINT64_MAX;
}

static const struct source_ops ops = {
	.begin = begin,
	.seek = seek,
	.processes = processes,
	.hold = hold,
	.due_ns = due_ns,
	.serve = serve,
};

size_t made_add(struct made *made, int32_t first, int32_t second)
{
	size_t at = made->count++;

	made->socks[at] = make_listener(1 + at, (uint16_t)(1 + at));
	made->holders[at][0] = first;
	made->holders[at][1] = second;
	return at;
}

void session_fixture_serve(struct session_fixture *fixture, uint64_t until_ns)
{
	struct session *session = &fixture->session;
	struct pollfd polled[SESSION_FDS_MAX];
	uint64_t due = session_due_ns(session);
	size_t count = session_poll(session, polled);

	clock_wait(&fixture->clock, polled, count, due < until_ns ? due : until_ns);
	session_serve(session, polled, count);
	session_draw(session, &fixture->screen);
}

void session_fixture_pass(struct session_fixture *fixture, unsigned seconds)
{
	const struct source *source = &fixture->made.source;
	uint64_t until = clock_now_ns(&fixture->clock) + seconds * NS_PER_S;

	do
		session_fixture_serve(fixture, until);
	while (clock_now_ns(&fixture->clock) < until || source->running || source->seeking || app_is_busy(&fixture->session.app));
}

void session_fixture_begin(struct session_fixture *fixture)
{
	session_init(&fixture->session, &fixture->options);
	session_resize(&fixture->session, &fixture->screen, 80, 24);
	session_draw(&fixture->session, &fixture->screen);
	session_fixture_pass(fixture, 0);
}

int session_fixture_setup(void **state)
{
	static struct session_fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	clock_set(&fixture.clock, CLOCK_STILL, START_NS, START_NS);
	query_init(&fixture.query);
	column_list_usual(&fixture.columns, VIEW_LIVE);
	keymap_init(&fixture.keymap);
	fixture.made.source = (struct source){ .ops = &ops, .clock = &fixture.clock, .made_up = true };
	fixture.made.processes = 70;
	fixture.options = (struct ui_options){
		.source = &fixture.made.source,
		.clock = &fixture.clock,
		.query = &fixture.query,
		.columns = &fixture.columns,
		.keymap = &fixture.keymap,
		.interval_ms = UI_INTERVAL_MS,
		.linger_ns = NS_PER_S,
		.history_size = 10,
		.owners = true,
	};
	*state = &fixture;
	return 0;
}

int session_fixture_teardown(void **state)
{
	struct session_fixture *fixture = *state;

	session_fini(&fixture->session);
	screen_fini(&fixture->screen);
	map_fini(&fixture->made.wanted);
	return 0;
}
