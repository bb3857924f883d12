/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "made_app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "base/clock.h"

#define START_NS (100 * NS_PER_S)

/* A socket in words. */
struct spec {
	enum sock_proto proto;
	enum sock_state state;
	const char *local;
	uint16_t local_port;
	const char *foreign; /* NULL: none */
	uint16_t foreign_port;
	uint32_t inode;
	const char *comm;    /* NULL: its owner is not seen */
	unsigned flags;      /* that are set, which its owner says when it is asked */
};

static void set_address(struct sock *sock, uint8_t *into, const char *text)
{
	sock->family = strchr(text, ':') != NULL ? FAMILY_INET6 : FAMILY_INET;
	assert_int_equal(inet_pton(sock->family == FAMILY_INET6 ? AF_INET6 : AF_INET, text, into), 1);
}

static struct sock make_sock(const struct spec *spec, uint64_t cookie)
{
	struct sock sock = {
		.cookie = cookie,
		.proto = (uint8_t)spec->proto,
		.state = (uint8_t)spec->state,
		.local_port = spec->local_port,
		.foreign_port = spec->foreign_port,
		.inode = spec->inode,
		.have = HAVE_QUEUES | HAVE_COOKIE,
		.send_queue = spec->state == STATE_LISTEN ? 128 : 0,
	};

	set_address(&sock, sock.local, spec->local);
	if (spec->foreign != NULL)
		set_address(&sock, sock.foreign, spec->foreign);
	if (spec->proto == PROTO_TCP)
		sock.have |= HAVE_TIMER;
	if (spec->state == STATE_TIME_WAIT) {
		sock.timer = TIMER_TIMEWAIT;
		sock.timer_ms = 47012;
	} else {
		sock.have |= HAVE_UID;
		sock.uid = spec->inode % 2 == 0 ? 0 : 33;
	}
	return sock;
}

static const struct spec before[] = {
	{ PROTO_TCP, STATE_LISTEN, "0.0.0.0", 9999, NULL, 0, 100, "server", FLAG_REUSEADDR | FLAG_REUSEPORT },
	{ PROTO_TCP, STATE_LISTEN, "::", 9999, NULL, 0, 101, NULL, 0 },
	{ PROTO_TCP, STATE_BOUND, "127.0.0.1", 9998, NULL, 0, 102, "waits", 0 },
	{ PROTO_UDP, STATE_UNCONN, "0.0.0.0", 9999, NULL, 0, 103, "dns\033[2J", FLAG_REUSEPORT },
	{ PROTO_TCP, STATE_ESTABLISHED, "127.0.0.1", 9999, "127.0.0.1", 51238, 104, "server", FLAG_REUSEADDR },
	{ PROTO_TCP, STATE_ESTABLISHED, "127.0.0.1", 9999, "127.0.0.1", 51240, 106, "server", FLAG_REUSEADDR },
	{ PROTO_TCP, STATE_FIN_WAIT2, "127.0.0.1", 9999, "127.0.0.1", 51242, 108, "server", FLAG_REUSEADDR },
};

static const struct spec after[] = {
	{ PROTO_TCP, STATE_TIME_WAIT, "127.0.0.1", 9999, "127.0.0.1", 51238, 0, NULL, 0 },
	{ PROTO_TCP, STATE_SYN_RECV, "2001:db8:1234:5678:9abc:def0:1234:5678", 9999, "2001:db8::dead:beef", 40000, 0, NULL, 0 },
};

static void own(struct owner_scan *scan, struct map *wanted, const struct spec *spec)
{
	struct owner owner = { .pid = 4242, .fd = 3 };

	if (spec->inode != 0)
		map_put(wanted, spec->inode, 0);
	if (spec->comm == NULL)
		return;
	strncpy(owner.comm, spec->comm, sizeof(owner.comm) - 1);
	owner_scan_add(scan, spec->inode, &owner);
	/* The listener is a prefork server's. */
	for (owner.pid = 4243; spec->state == STATE_LISTEN && owner.pid < 4246; owner.pid++)
		owner_scan_add(scan, spec->inode, &owner);
}

static void find_owners(struct app *app)
{
	struct owner_scan scan = { .processes = 70, .refused = 12 };
	struct map wanted = MAP_INIT;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		const struct sock_flags flags = { FLAG_REUSEADDR | FLAG_REUSEPORT, (uint8_t)before[i].flags };

		own(&scan, &wanted, &before[i]);
		if (before[i].comm != NULL)
			owner_scan_add_answer(&scan, &(struct flags_answer){ i + 1, flags });
	}
	owner_scan_sort(&scan);
	table_take_owners(&app->table, &wanted, &scan);
	owner_scan_explain(&app->notice, &scan, table_hidden(&app->table), true);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

void make_app(struct app *app)
{
	struct query query;

	query_init(&query);
	portset_add(&query.ports, 9998, 9999);
	app_init(app, &query, 100);
	app->interval_ms = 1000;
	app->real_ns = MADE_APP_NS;
	app->waiting = false;
	app->hears_closings = true;
	name_learn(&app->names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&app->names.of[NAME_USER], name_number(33), "www-data", true, 0);
	name_learn(&app->names.of[NAME_HOST], name_address(FAMILY_INET, (uint8_t[16]){ 127, 0, 0, 1 }),
		   "a-host-with-a-long-name.example.com", true, 0);
	name_learn(&app->names.of[NAME_SERVICE], name_service(PROTO_TCP, 9999), "distinct", true, 0);
	table_begin(&app->table, START_NS);
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		table_see(&app->table, &(struct sock[]){ make_sock(&before[i], i + 1) }[0]);
	table_end(&app->table);
	find_owners(app);
	table_begin(&app->table, START_NS + NS_PER_S);
	for (size_t i = 0; i < 4; i++)
		table_see(&app->table, &(struct sock[]){ make_sock(&before[i], i + 1) }[0]);
	table_see(&app->table, &(struct sock[]){ make_sock(&after[0], 5) }[0]);
	table_see(&app->table, &(struct sock[]){ make_sock(&before[5], 6) }[0]);
	table_see(&app->table, &(struct sock[]){ make_sock(&after[1], 8) }[0]);
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++)
			table_end_class(&app->table, proto, family);
	}
	table_end(&app->table);
	app->now_ns = START_NS + NS_PER_S + NS_PER_S / 2;
	app_relist(app);
}
