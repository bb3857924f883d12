/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever happens to a table, and in whatever order it is listed: the listing that is kept up is the one made at once. */
#include "helpers.h"

#include <stdio.h>
#include <string.h>

#include "model/column.h"
#include "model/filter.h"
#include "model/group.h"
#include "model/lister.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/table.h"

enum { SOCKETS = 6000, PROCESSES = 40, CGROUPS = 12, ROUNDS = 250 };

#define STEP_NS UINT64_C(400000000)

/* What is true of a socket now; the table learns it from a snapshot, or from a scan. */
struct truth_of {
	struct sock sock;
	struct sock_info info;
	bool open;
	int32_t pid; /* 0: nobody has it that may be seen */
};

struct fixture {
	uint64_t random;
	bool tells;                   /* what owners run is asked for */
	struct truth_of socks[SOCKETS];
	unsigned programs[PROCESSES]; /* what each process runs */
	struct table table;
	struct query query;
	struct filter filter;
	struct names names;
	struct listing listing; /* that is kept up */
	struct listing anew;    /* the same, made at once */
	struct groups groups, groups_anew;
	struct lister lister;
};

static struct fixture fixture;

static unsigned any(unsigned below)
{
	return (unsigned)(next_random(&fixture.random) % below);
}

static void setup(uint64_t seed)
{
	memset(&fixture, 0, sizeof(fixture));
	fixture.random = seed;
	fixture.tells = seed % 2 == 0;
	table_init(&fixture.table);
	query_init(&fixture.query);
	names_init(&fixture.names);
	fixture.table.changes.kept = true;
	fixture.listing.names = &fixture.names;
	fixture.listing.filter = &fixture.filter;
	fixture.lister = (struct lister){ .listing = &fixture.listing, .table = &fixture.table, .query = &fixture.query };
}

static void teardown(void)
{
	lister_fini(&fixture.lister);
	listing_fini(&fixture.listing);
	listing_fini(&fixture.anew);
	groups_fini(&fixture.groups);
	groups_fini(&fixture.groups_anew);
	table_fini(&fixture.table);
	names_fini(&fixture.names);
	filter_fini(&fixture.filter);
}

/* Many have an address and a port in common, so that the order is decided late. */
static void open_one(struct truth_of *truth)
{
	uint64_t cookie = truth->sock.cookie != 0 && any(4) == 0 ? truth->sock.cookie : next_random(&fixture.random) >> 34;

	truth->sock = any(4) == 0 ? make_listener(cookie, (uint16_t)(1 + any(50)))
				  : make_sock(cookie, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.2:9");
	truth->sock.foreign_port = truth->sock.state == STATE_LISTEN ? 0 : (uint16_t)any(3000);
	truth->info = (struct sock_info){ .have = INFO_TCP | INFO_BYTES | INFO_CGROUP, .cgroup = 1 + any(CGROUPS) };
	truth->open = true;
	truth->pid = (int32_t)any(PROCESSES);
}

static void change_one(struct truth_of *truth)
{
	struct sock *sock = &truth->sock;

	sock->timer_ms = any(9000);
	if (any(3) == 0)
		return;
	sock->recv_queue = any(6);
	sock->send_queue = any(6);
	sock->ifindex = any(4);
	sock->uid = any(5);
	sock->timer = any(2) == 0 ? TIMER_OFF : TIMER_KEEPALIVE;
	truth->info.rtt_us = any(5);
	truth->info.received_bytes += any(3) * 10000u;
	if (any(3) == 0)
		truth->pid = (int32_t)any(PROCESSES);
	if (sock->state != STATE_ESTABLISHED || any(4) != 0)
		return;
	sock->state = STATE_TIME_WAIT;
	sock->inode = sock->have = 0;
	sock->have = HAVE_COOKIE;
}

static void change_some(unsigned count)
{
	while (count-- > 0) {
		struct truth_of *truth = &fixture.socks[any(SOCKETS)];
		unsigned what = any(3);

		if (what == 0 || !truth->open)
			open_one(truth);
		else if (what == 1)
			change_one(truth);
		else
			truth->open = false;
	}
}

static void take_snapshot(void)
{
	struct table *table = &fixture.table;
	bool tells = any(2) == 0;

	table_begin(table, table->now_ns + 1 + any(4) * STEP_NS);
	for (size_t i = 0; i < SOCKETS; i++) {
		const struct truth_of *truth = &fixture.socks[i];

		if (truth->open && query_match(&fixture.query, &truth->sock))
			table_see_info(table, &truth->sock, tells ? &truth->info : NULL);
	}
	if (any(8) != 0)
		table_end_class(table, PROTO_TCP, FAMILY_INET);
	table_end(table);
}

static void tell_process(struct owner_scan *scan, const struct map *known, const struct owner *owner)
{
	char command[32];

	if (map_get(known, process_key(owner->pid, owner->start_ticks)) == process_name_sum(owner->comm))
		return;
	for (size_t i = 0; i < scan->told.count; i++) {
		if (scan->told.all[i].pid == owner->pid)
			return;
	}
	struct process *told = process_list_add(&scan->told);
	snprintf(command, sizeof(command), "%s --all", owner->comm);
	told->pid = owner->pid;
	told->start_ticks = owner->start_ticks;
	memcpy(told->comm, owner->comm, sizeof(told->comm));
	told->command_line = strdup(command);
}

/* A look through /proc, as the kernel's side does it. */
static void seek_owners(bool all)
{
	struct map wanted = MAP_INIT, known = MAP_INIT;
	struct owner_scan scan = { .processes = PROCESSES };

	table_want_owners(&fixture.table, all, &wanted);
	process_store_known(&fixture.table.processes, &known);
	for (size_t i = 0; i < SOCKETS; i++) {
		const struct truth_of *truth = &fixture.socks[i];
		struct owner owner = { .pid = truth->pid, .fd = 3, .start_ticks = 7 };

		if (!truth->open || truth->pid == 0 || map_get(&wanted, truth->sock.inode) == MAP_NONE)
			continue;
		snprintf(owner.comm, sizeof(owner.comm), "p%u", fixture.programs[truth->pid]);
		owner_scan_add(&scan, truth->sock.inode, &owner);
		if (fixture.tells)
			tell_process(&scan, &known, &owner);
	}
	owner_scan_sort(&scan);
	table_take_owners(&fixture.table, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
	map_fini(&known);
}

/* What the user does is listed anew from the beginning. */
static void relist(void)
{
	lister_update(&fixture.lister);
	lister_begin(&fixture.lister);
}

static void change_filter(void)
{
	static const char *const filters[] = {
		"", "", "recvq < 4", "state established", "age > 2s", "comm p3", "pid 7", "owner known", "owner hidden",
		"command ~ \"p[5-9]\"", "unit = c3.service", "not sport 80 or dport < 1000", "in-rate > 100",
	};

	set_filter(&fixture.filter, filters[any(ARRAY_SIZE(filters))]);
	relist();
}

static void change_query(void)
{
	query_init(&fixture.query);
	if (any(2) == 0)
		portset_add(&fixture.query.ports, 1, (uint16_t)(80 + any(2000)));
	table_retain(&fixture.table, &fixture.query);
	relist();
}

/* Those are chosen more often that put rows in another order of which nothing was told. */
static void change_sort(void)
{
	static const unsigned odd[] = { COLUMN_TIMER, COLUMN_COMMAND, COLUMN_UNIT };
	unsigned column = any(2) == 0 ? odd[any(ARRAY_SIZE(odd))] : any(COLUMN_COUNT + 3);

	fixture.listing.sort = column < COLUMN_COUNT && columns[column].compare != NULL ? &columns[column] : NULL;
	fixture.listing.inverted = any(2) == 0;
	relist();
}

static void learn_name(void)
{
	uint64_t cgroup = 1 + any(CGROUPS);
	char path[32];

	snprintf(path, sizeof(path), "/c%u.service", any(CGROUPS));
	name_learn(&fixture.names.of[NAME_CGROUP], name_number(cgroup), path, true, 0);
	if (cgroup_store_learn(&fixture.table.cgroups, &fixture.names))
		relist();
}

/* The user may do that at any time. */
static void press_key(void)
{
	static void (*const keys[])(void) = { change_filter, change_query, change_sort, change_sort, learn_name };

	keys[any(ARRAY_SIZE(keys))]();
}

/* This happens only while nothing is put in order. */
static void let_pass(void)
{
	static const unsigned counts[] = { 0, 1, 20, 300, 8000 };
	struct table *table = &fixture.table;

	switch (any(4)) {
	case 0:
		table_expire(table, table->now_ns + any(12) * STEP_NS);
		break;
	case 1:
		fixture.programs[any(PROCESSES)] = any(20); /* exec(2) */
		seek_owners(any(2) == 0);
		break;
	default:
		change_some(counts[any(ARRAY_SIZE(counts))]);
		take_snapshot();
		break;
	}
	lister_update(&fixture.lister);
}

/* What is listed while it is put in order is not up to date, but it is there, and once. */
static void check_rows(void)
{
	static bool listed[8 * SOCKETS];

	memset(listed, 0, sizeof(listed));
	for (size_t i = 0; i < fixture.listing.count; i++) {
		uint32_t row = fixture.listing.rows[i];

		assert_true(row < fixture.table.count && row < ARRAY_SIZE(listed));
		assert_false(listed[row]);
		listed[row] = true;
	}
}

static void check_groups(void)
{
	struct groups *kept = &fixture.groups, *anew = &fixture.groups_anew;

	kept->by = anew->by = any(GROUP_BY_COUNT);
	groups_make(kept, &fixture.listing, &fixture.table);
	groups_make(anew, &fixture.anew, &fixture.table);
	assert_int_equal(kept->count, anew->count);
	assert_int_equal(kept->lines, anew->lines);
	for (size_t i = 0; i < anew->count; i++)
		assert_memory_equal(&kept->all[i], &anew->all[i], sizeof(anew->all[i]));
}

static void check(void)
{
	const struct listing *kept = &fixture.listing;
	struct listing *anew = &fixture.anew;

	anew->sort = kept->sort;
	anew->inverted = kept->inverted;
	anew->filter = kept->filter;
	anew->names = kept->names;
	listing_make(anew, &fixture.table, &fixture.query);
	assert_int_equal(kept->count, anew->count);
	assert_int_equal(kept->fresh, anew->fresh);
	assert_int_equal(kept->gone, anew->gone);
	assert_int_equal(kept->asked, anew->asked);
	assert_memory_equal(kept->states, anew->states, sizeof(anew->states));
	assert_memory_equal(kept->rows, anew->rows, anew->count * sizeof(anew->rows[0]));
	check_groups();
}

static void live_through(uint64_t seed)
{
	size_t listed = 0;

	setup(seed);
	for (int round = 0; round < ROUNDS; round++) {
		if (any(4) == 0)
			press_key();
		else if (!fixture.lister.busy)
			let_pass();
		for (unsigned steps = any(6); steps > 0 && fixture.lister.busy; steps--)
			lister_step(&fixture.lister);
		check_rows();
		if (!fixture.lister.busy)
			check();
		listed += fixture.listing.count;
	}
	assert_true(listed > ROUNDS * 100);
	teardown();
}

static void a_listing_that_is_kept_up_is_the_one_that_is_made_at_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		live_through(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listing_that_is_kept_up_is_the_one_that_is_made_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
