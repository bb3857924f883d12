/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters that the kernel runs, against the same ones judged here: random filters over sockets of every kind that is easily had,
 * in a network namespace of their own.  FILTER_CASES says how many, FILTER_SEED which ones.
 */
#include "../unit/helpers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "kernel/diag_inet.h"
#include "kernel/nl.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"

enum { ROWS_MAX = 512, CASES = 3000, TEXT_MAX = 4096 };

/* What a dump told; rows own nothing. */
struct dump {
	struct row rows[ROWS_MAX];
	struct sock_info infos[ROWS_MAX];
	size_t count;
	unsigned proto; /* that is being dumped */
};

static struct arena arena;
static struct dump all, asked;
static struct nl nl;
static struct names names = NAMES_INIT;
static uint64_t seed;

static unsigned any(unsigned count)
{
	return (unsigned)(next_random(&seed) % count);
}

/* Sockets.  What is made stays open. */

static struct sockaddr_in6 address_of(int family, const char *host, uint16_t port)
{
	struct sockaddr_in6 address = { .sin6_family = (sa_family_t)family, .sin6_port = htons(port) };

	if (family == AF_INET6)
		assert_int_equal(inet_pton(AF_INET6, host, &address.sin6_addr), 1);
	else
		assert_int_equal(inet_pton(AF_INET, host, &((struct sockaddr_in *)&address)->sin_addr), 1);
	return address;
}

/* Bound where it is said; port 0: the kernel chooses; mark and device as they come. */
static int make_socket(int family, int kind, const char *host, uint16_t port)
{
	struct sockaddr_in6 address = address_of(family, host, port);
	int fd = socket(family, kind | SOCK_CLOEXEC, 0), one = 1;
	uint32_t mark = any(4);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (mark > 0)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)), 0);
	if (any(4) == 0)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int make_listener_at(int family, const char *host, uint16_t port)
{
	int fd = make_socket(family, SOCK_STREAM, host, port);

	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

/* To a port here; what becomes of the two ends goes round. */
static void make_connection(int listener, int family, const char *host, uint16_t port, unsigned fate)
{
	struct sockaddr_in6 address = address_of(family, host, port);
	int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	int server = fate > 0 ? accept(listener, NULL, NULL) : -1; /* 0: it waits to be accepted */
	assert_true(fate == 0 || server >= 0);
	if (fate == 2)
		shutdown(client, SHUT_WR); /* FIN_WAIT2 and CLOSE_WAIT */
	if (fate == 3) {
		close(client);
		close(server); /* TIME_WAIT */
	}
}

static void make_sockets(void)
{
	static const struct {
		int family;
		const char *bound, *host;
		uint16_t port;
	} servers[] = {
		{ AF_INET, "127.0.0.1", "127.0.0.1", 80 },  { AF_INET, "0.0.0.0", "127.0.0.2", 443 },
		{ AF_INET6, "::1", "::1", 80 },             { AF_INET6, "::", "::1", 22 },
		{ AF_INET6, "::ffff:127.0.0.3", NULL, 81 }, { AF_INET, "127.0.0.1", "127.0.0.1", 1000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
		int listener = make_listener_at(servers[i].family, servers[i].bound, servers[i].port);

		for (unsigned fate = 0; fate < 4 && servers[i].host != NULL; fate++)
			make_connection(listener, servers[i].family, servers[i].host, servers[i].port, fate);
		if (servers[i].port == 22)
			make_connection(listener, AF_INET, "127.0.0.1", 22, 1); /* mapped at one end */
	}
	make_socket(AF_INET, SOCK_STREAM, "127.0.0.1", 82); /* BOUND */
	for (unsigned i = 0; i < 6; i++) {
		make_socket(AF_INET, SOCK_DGRAM, "127.0.0.1", (uint16_t)(i < 3 ? 500 + i : 0));
		make_socket(AF_INET6, SOCK_DGRAM, "::1", (uint16_t)(i < 3 ? 600 + i : 0));
	}
}

/* Dumps. */

static void take(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	struct row *row = &dump->rows[dump->count];
	unsigned long malformed = 0;

	assert_true(dump->count < ROWS_MAX);
	*row = (struct row){ .info = &dump->infos[dump->count] };
	assert_true(diag_inet_parse(message, dump->proto, &row->sock, &malformed));
	diag_inet_parse_info(message, row->sock.proto, row->info, &malformed);
	assert_int_equal(malformed, 0);
	dump->count++;
}

/* All that the kernel sends, with nothing left out here. */
static void dump_all(struct dump *dump, const struct query *query)
{
	static _Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];

	dump->count = 0;
	for (dump->proto = PROTO_TCP; dump->proto <= PROTO_UDP; dump->proto++) {
		for (unsigned family = FAMILY_INET; family <= FAMILY_INET6; family++) {
			struct nlmsghdr *request = diag_inet_request(buffer, dump->proto, family, query);
			int ended = request != NULL ? nl_dump(&nl, request) : 1;

			assert_true(ended >= 0);
			while (ended == 0)
				ended = nl_step(&nl, take, dump);
			if (ended < 0)
				fail_msg("\"%s\" is refused: %s", query->filter != NULL ? query->filter->text : "", strerror(-ended));
		}
	}
}

static const struct row *find(const struct dump *dump, uint64_t cookie)
{
	for (size_t i = 0; i < dump->count; i++) {
		if (dump->rows[i].sock.cookie == cookie)
			return &dump->rows[i];
	}
	return NULL;
}

/* What is still under way may change between two dumps. */
static bool is_settled(const struct dump *dump)
{
	for (size_t i = 0; i < dump->count; i++) {
		unsigned state = dump->rows[i].sock.state;

		if (state == STATE_FIN_WAIT1 || state == STATE_LAST_ACK || state == STATE_CLOSING)
			return false;
	}
	return true;
}

static void dump_settled(struct dump *dump)
{
	struct query query;

	query_init(&query);
	query.needs = NEED_INFO;
	for (unsigned tries = 0; tries < 1000; tries++) {
		dump_all(dump, &query);
		if (is_settled(dump))
			return;
		poll(NULL, 0, 10);
	}
	fail_msg("connections do not come to rest");
}

static bool passes(const struct filter *filter, const struct row *row)
{
	const struct column_context context = { .names = &names };

	return filter_match(filter, row, &context);
}

/* Random filters. */

static void add_port(struct buf *out)
{
	const struct sock *sock = &all.rows[any((unsigned)all.count)].sock;

	buf_printf(out, ":%u", any(8) == 0 ? any(65536) : any(2) == 0 ? sock->local_port : sock->foreign_port);
}

static void add_ports(struct buf *out)
{
	static const char *const texts[] = { "80,443,1000-2000", "1-1023", "22", "1,3,5,7,9,80-90", "32768-65535" };

	buf_printf(out, "port %s%s", any(3) == 0 ? "!= " : "", texts[any(ARRAY_SIZE(texts))]);
}

static void add_side(struct buf *out)
{
	static const char *const ops[] = { "", "=", "!=", "<", "<=", ">", ">=", "eq", "ge" };

	buf_printf(out, "%s %s ", any(2) == 0 ? "sport" : "dport", ops[any(ARRAY_SIZE(ops))]);
	add_port(out);
}

static void add_host(struct buf *out)
{
	static const char *const fixed[] = { "0.0.0.0/0", "::/0", "127/8", "127.0.0.2/31", "[::1]/127",
					     "::ffff:127.0.0.0/104", "inet:", "inet6:" };
	const struct sock *sock = &all.rows[any((unsigned)all.count)].sock;
	bool local = any(2) == 0;

	buf_printf(out, "%s %s", local ? "src" : "dst", any(4) == 0 ? "!= " : "");
	if (any(3) == 0) {
		buf_puts(out, fixed[any(ARRAY_SIZE(fixed))]);
		return;
	}
	buf_puts(out, sock->family == FAMILY_INET6 ? "[" : "");
	address_format(out, sock->family, local ? sock->local : sock->foreign);
	if (any(3) == 0)
		buf_printf(out, "/%u", any(sock->family == FAMILY_INET6 ? 129 : 33));
	buf_puts(out, sock->family == FAMILY_INET6 ? "]" : "");
	if (any(2) == 0)
		add_port(out);
}

/* What the kernel compares just so. */
static void add_exact(struct buf *out)
{
	static const char *const fixed[] = { "proto tcp", "proto != tcp", "family inet", "dev lo", "dev != 1", "dev 0", "dev 7" };

	switch (any(4)) {
	case 0:
		add_ports(out);
		break;
	case 1:
		add_side(out);
		break;
	case 2:
		add_host(out);
		break;
	default:
		buf_puts(out, fixed[any(ARRAY_SIZE(fixed))]);
	}
}

/* And what it compares otherwise, or cannot, or cannot be known. */
static void add_any(struct buf *out)
{
	static const char *const fixed[] = {
		"state listening", "state connected exclude time-wait", "exclude established", "state bucket", "state bound", "state all",
		"autobound", "fwmark 1", "fwmark = 0x2/0x2", "fwmark != 3", "recvq > 0", "sendq = 64", "rtt > 1us", "comm x", "owner none",
		"timer timewait", "user 0", "user != 0", "127.0.0.1", "LISTEN", "80", "inode != 0", "cong cubic", "flags F", "dev ~ l",
	};

	if (any(2) == 0)
		add_exact(out);
	else
		buf_puts(out, fixed[any(ARRAY_SIZE(fixed))]);
}

static void add_filter(struct buf *out, void (*add)(struct buf *out), unsigned depth)
{
	static const char *const joins[] = { " and ", " or ", " ", " && ", " || " };

	if (any(4) == 0)
		buf_puts(out, any(2) == 0 ? "not " : "! ");
	if (depth == 0 || any(4) == 0) {
		add(out);
		return;
	}
	buf_puts(out, "( ");
	add_filter(out, add, depth - 1);
	buf_puts(out, joins[any(ARRAY_SIZE(joins))]);
	add_filter(out, add, depth - 1);
	buf_puts(out, " )");
}

/* A TIME_WAIT is over after a minute, which these tests may take where much else runs. */
static bool is_over(const struct row *row)
{
	static struct dump now;
	struct query query;

	query_init(&query);
	dump_all(&now, &query);
	return find(&now, row->sock.cookie) == NULL;
}

/* One filter; exact: what comes is what is meant, and nothing need be left out here. */
static void check(const char *text, bool exact)
{
	struct filter filter = FILTER_INIT;
	struct query query;

	set_filter(&filter, text);
	query_init(&query);
	query.filter = &filter;
	query.needs = NEED_INFO;
	dump_all(&asked, &query);
	for (size_t i = 0; i < all.count; i++) {
		const struct row *row = &all.rows[i], *came = find(&asked, row->sock.cookie);
		bool meant = passes(&filter, row), found = came != NULL && query_match(&query, &came->sock) && passes(&filter, came);

		if (meant && !found && !is_over(row))
			fail_msg("\"%s\" loses %u to %u", text, row->sock.local_port, row->sock.foreign_port);
		if (came != NULL && !meant && (exact || passes(&filter, came)))
			fail_msg("\"%s\" lets %u to %u through", text, row->sock.local_port, row->sock.foreign_port);
	}
	filter_fini(&filter);
}

static void check_many(void (*add)(struct buf *out), bool exact)
{
	const char *cases = getenv("FILTER_CASES");
	unsigned long count = cases != NULL ? strtoul(cases, NULL, 10) : CASES;
	struct buf text = BUF_INIT;

	for (unsigned long i = 0; i < count / 2; i++) {
		buf_clear(&text);
		add_filter(&text, add, any(4));
		check(text.data, exact);
	}
	buf_fini(&text);
}

static void what_the_kernel_compares_comes_and_nothing_else(void **state)
{
	(void)state;
	check_many(add_exact, true);
}

static void whatever_is_asked_the_rows_are_those_that_are_judged_so_here(void **state)
{
	(void)state;
	check_many(add_any, false);
}

/* An explicit port of the range that the kernel chooses from is not taken for one that it chose; the kernel knows that. */
static void a_port_that_was_named_is_not_autobound(void **state)
{
	int named = make_socket(AF_INET, SOCK_DGRAM, "127.0.0.1", 30000);
	struct filter filter = FILTER_INIT;
	struct query query;

	(void)state;
	set_filter(&filter, "autobound");
	query_init(&query);
	query.filter = &filter;
	dump_all(&asked, &query);
	assert_in_range(asked.count, 1, all.count);
	for (size_t i = 0; i < asked.count; i++)
		assert_int_not_equal(asked.rows[i].sock.local_port, 30000);
	filter_fini(&filter);
	close(named);
}

static int enter(void **state)
{
	const char *seed_text = getenv("FILTER_SEED"), *trouble = arena_enter(&arena);

	(void)state;
	seed = seed_text != NULL ? strtoull(seed_text, NULL, 10) | 1 : 1;
	if (trouble != NULL || nl_open(&nl, 0) < 0) {
		printf("# %s\n", trouble != NULL ? trouble : "there is no sock_diag here");
		return 0;
	}
	name_learn(&names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	make_sockets();
	dump_settled(&all);
	assert_in_range(all.count, 50, ROWS_MAX);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	if (nl.socket != NULL)
		nl_close(&nl);
	names_fini(&names);
	arena_leave(&arena);
	return 0;
}

static int need_arena(void **state)
{
	(void)state;
	if (all.count == 0)
		skip();
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, need_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_kernel_compares_comes_and_nothing_else),
		TEST(whatever_is_asked_the_rows_are_those_that_are_judged_so_here),
		TEST(a_port_that_was_named_is_not_autobound),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
