/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <netdb.h>

#include "base/clock.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/filter_node.h"
#include "model/names.h"
#include "model/table.h"

static struct owner server = { .pid = 4242, .fd = 3, .comm = "Server" };

/* A connection of 4242/Server, owned by root; on the device lo. */
static struct row make_row(void)
{
	struct row row = {
		.sock = make_sock(7, STATE_ESTABLISHED, "127.0.0.1:9999", "10.0.0.1:51240"),
		.owner = server,
		.owner_count = 1,
	};

	row.sock.ifindex = 1;
	return row;
}

/* How the row is judged, by so much of what is known. */
static enum truth judge_row(const struct row *row, const char *text, unsigned known)
{
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names, .now_ns = 100 * NS_PER_S };
	struct filter filter = FILTER_INIT;

	name_learn(&names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	name_learn(&names.of[NAME_DEVICE], name_device(4026532281, 1), "red0", true, 0);
	name_learn(&names.of[NAME_NETNS], name_number(4026532281), "red", true, 0);
	set_filter(&filter, text);
	enum truth result = filter_judge(&filter, row, &context, known);
	assert_int_equal(result == TRUTH_TRUE, known == KNOWN_ALL ? filter_match(&filter, row, &context) : result == TRUTH_TRUE);
	filter_fini(&filter);
	names_fini(&names);
	return result;
}

static bool matches(const char *text)
{
	const struct row row = make_row();

	return judge_row(&row, text, KNOWN_ALL) == TRUTH_TRUE;
}

struct judgement {
	const char *text;
	enum truth truth;
};

static void check_judgements(const struct row *row, const struct judgement *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum truth truth = judge_row(row, cases[i].text, KNOWN_ALL);

		if (truth != cases[i].truth)
			fail_msg("\"%s\" is judged %d", cases[i].text, truth);
	}
}

#define CHECK(row, cases) check_judgements((row), (cases), ARRAY_SIZE(cases))
#define NO TRUTH_FALSE
#define PERHAPS TRUTH_UNKNOWN
#define YES TRUTH_TRUE

static void words_match_what_columns_say(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "", true },
		{ "   ", true },
		{ "server", true },
		{ "SERV", true },
		{ "estab", true },
		{ "root", true },
		{ "127.0.0", true },
		{ "%lo", true },
		{ "4242/", true },
		{ "tcp", true },
		{ "udp", false },
		{ "listen", false },
		{ "nginx", false },
		{ "tcp root server", true },
		{ "  tcp   root ", true },
		{ "tcp root nginx", false },
		{ "nginx tcp", false },
		{ "tcp root", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (matches(cases[i].text) != cases[i].matches)
			fail_msg("\"%s\" is wrong", cases[i].text);
	}
}

/* A number is a port, and no part of anything else. */
static void words_of_ports_match_ports(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "9999", true },
		{ ":9999", true },
		{ "51240", true },
		{ "999", false },
		{ "4242", false },
		{ "127", false },
		{ "9990-9999", true },
		{ "80,51240", true },
		{ "80,443", false },
		{ "9999 51240", true },
		{ "9999 80", false },
		{ "9999 estab", true },
		{ "9999 listen", false },
		{ "9999x", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (matches(cases[i].text) != cases[i].matches)
			fail_msg("\"%s\" is wrong", cases[i].text);
	}
}

static void a_service_is_a_port_only_behind_a_colon(void **state)
{
	struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.2:5") };

	(void)state;
	if (getservbyname("http", "tcp") == NULL)
		skip();
	assert_int_equal(judge_row(&row, ":http", KNOWN_ALL), YES);
	assert_int_equal(judge_row(&row, "http", KNOWN_ALL), NO);
	assert_int_equal(judge_row(&row, "sport http", KNOWN_ALL), YES);
}

static void a_second_text_replaces_the_first_unless_it_is_none(void **state)
{
	struct filter filter = FILTER_INIT;
	struct buf error = BUF_INIT;

	(void)state;
	set_filter(&filter, "one 80 rtt > 1s");
	assert_string_equal(filter.text, "one 80 rtt > 1s");
	assert_int_equal(filter.needs, NEED_TCP);
	assert_false(filter_parse(&filter, "four (", &error));
	assert_string_equal(filter.text, "one 80 rtt > 1s");
	set_filter(&filter, "four");
	assert_int_equal(filter.count, 1);
	assert_int_equal(filter.needs, 0);
	set_filter(&filter, " ");
	assert_int_equal(filter.count, 0);
	filter_fini(&filter);
	buf_fini(&error);
}

static void namespaces_are_known_where_others_are_looked_at(void **state)
{
	static const struct judgement own[] = {
		{ "netns own", PERHAPS }, { "netns != red", PERHAPS }, { "netns 4026532281", PERHAPS }, { "dev lo", YES }, { "dev red0", NO },
	};
	static const struct judgement there[] = {
		{ "netns red", YES }, { "netns = 4026532281", YES }, { "netns ~ ^r", YES }, { "netns != red", NO }, { "netns blue", NO },
		{ "netns 4026532282", NO }, { "red", YES }, { "dev red0", YES }, { "dev lo", NO }, { "dev 1", YES },
	};
	struct row row = make_row();

	(void)state;
	check_judgements(&row, own, ARRAY_SIZE(own));
	row.sock.netns = 4026532281;
	check_judgements(&row, there, ARRAY_SIZE(there));
}

/* The row: tcp 127.0.0.1:9999 to 10.0.0.1:51240, ESTABLISHED. */
static void conditions_are_about_the_socket(void **state)
{
	static const struct judgement cases[] = {
		{ "state established", YES }, { "state = ESTABLISHED", YES }, { "state listening", NO }, { "state LISTEN,established", YES },
		{ "exclude time-wait", YES }, { "excl established", NO }, { "state != established", NO },
		{ "state all", YES }, { "state connected", YES }, { "state synchronized", YES }, { "state bucket", NO }, { "state big", YES },
		{ "state time-wait state established", YES }, { "state connected exclude established", NO },
		{ "exclude established state established", YES }, { "state time-wait and state established", NO },
		{ "state syn_recv or state established", YES },
		{ "proto tcp", YES }, { "proto = udp", NO }, { "proto != udp", YES }, { "proto udp,tcp", YES },
		{ "family inet", YES }, { "family inet6", NO }, { "family ipv4", YES },
		{ "sport = :9999", YES }, { "sport 9999", YES }, { "sport eq :9999", YES }, { "sport == 9999", YES }, { "sport :51240", NO },
		{ "sport != :9999", NO }, { "sport ne 80", YES }, { "sport neq 80", YES },
		{ "sport >= :9999", YES }, { "sport ge 10000", NO }, { "sport geq 9998", YES }, { "sport > :9998", YES }, { "sport gt 9999", NO },
		{ "sport <= :9999", YES }, { "sport le 9998", NO }, { "sport leq 9999", YES }, { "sport < :10000", YES }, { "sport lt 9999", NO },
		{ "sport < 0", NO }, { "sport > 65535", NO }, { "sport >= 0", YES }, { "sport <= 65535", YES }, { "dport = :0", NO },
		{ "sport = :*", YES }, { "sport != :*", NO },
		{ "sport = :80,:9999", YES }, { "sport 9000-10000", YES }, { "sport != 80,443", YES },
		{ "dport 51240", YES }, { "dport < :1024", NO }, { "port 51240", YES }, { "port = 80,9999", YES }, { "port < 1024", NO },
		{ "port != 9999", NO },
		{ "src 127.0.0.1", YES }, { "src = 127.0.0.1:9999", YES }, { "src 127.0.0.1:80", NO }, { "src != 127.0.0.2", YES },
		{ "src 127/8", YES }, { "src 127.0.0/24:9999", YES }, { "src 126.0.0.0/7", YES }, { "src 128.0.0.0/1", NO },
		{ "src 127.0.0.1:", YES }, { "src 127.0.0.1:*", YES }, { "src 127.0.0.1/32", YES }, { "src [127.0.0.1]:9999", YES },
		{ "src *:9999", YES }, { "src :9999", YES }, { "src *", YES }, { "src any", YES }, { "src 0.0.0.0/0", YES },
		{ "src inet:127.0.0.1", YES }, { "src inet6:", NO }, { "src inet:", YES }, { "src [::1]", NO }, { "src ::/0", NO },
		{ "src 127.0.0.1:80,9999", YES },
		{ "dst 10.0.0.0/8", YES }, { "dst 10.0.0.2/31", NO }, { "dst 10.0.0.0/31", YES }, { "dst 10.0.0.1:51240", YES },
		{ "dev lo", YES }, { "dev = 1", YES }, { "dev != lo", NO }, { "dev eth0", NO }, { "dev ~ ^l", YES }, { "dev 2", NO },
		{ "user root", YES }, { "user 0", YES }, { "user != 0", NO }, { "user nobody", NO }, { "user ~ oo", YES },
		{ "timer off", YES }, { "timer on", NO }, { "timer != keepalive,on", YES },
		{ "recvq = 0", YES }, { "recvq>0", NO }, { "sendq < 1k", YES }, { "inode 1007", YES }, { "cookie = 7", YES },
	};
	const struct row row = make_row();

	(void)state;
	CHECK(&row, cases);
}

static void addresses_of_ipv6_are_compared_by_bits(void **state)
{
	static const struct judgement cases[] = {
		{ "src [fe80::1]:22", YES }, { "src [fe80::1]", YES }, { "src fe80::1", YES }, { "src fe80::1:22", YES }, { "src ::1", NO },
		{ "src fe80::/10", YES }, { "src [fe80::/10]:22", YES }, { "src [fe80::]/10:22", YES }, { "src [fe80::]/10:23", NO },
		{ "src inet6:fe80::1", YES }, { "src 0.0.0.0/0", NO }, { "src inet:", NO },
		{ "dst 10.1.2.3", YES }, { "dst 10/8", YES }, { "dst ::ffff:10.1.2.3", YES }, { "dst [::ffff:10.1.2.0]/120:5", YES },
		{ "dst inet:10.1.2.3", NO }, { "dst 10.1.2.4", NO }, { "dst :5", YES }, { "family inet6", YES },
	};
	const struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "[fe80::1]:22", "[::ffff:10.1.2.3]:5") };

	(void)state;
	CHECK(&row, cases);
}

static void and_or_and_not_join_conditions(void **state)
{
	static const struct judgement cases[] = {
		{ "sport 9999 and dport 51240", YES }, { "sport 9999 dport 1", NO }, { "sport 9999 & dport 51240", YES },
		{ "sport 1 or dport 51240", YES }, { "sport 1 | dport 1", NO }, { "sport 1 || sport 9999", YES },
		{ "sport 9999 or sport 1 and sport 2", YES }, { "(sport 9999 or sport 1) and sport 2", NO },
		{ "sport 2 and sport 1 or sport 9999", YES }, { "sport 9999 or sport 1 sport 2", YES },
		{ "not sport 1", YES }, { "!sport 9999", NO }, { "! sport 1 && ! sport 2", YES }, { "not not sport 9999", YES },
		{ "not sport 1 or sport 9999", YES }, { "not (sport 1 or sport 9999)", NO }, { "!(sport 1 sport 9999)", YES },
		{ "(((sport 9999)))", YES }, { "( sport = :9999 or sport = :1 ) dst 10.0.0.1", YES },
		{ "state listening sport 1 or sport 9999", NO }, { "state established sport 1 or sport 9999", YES },
		{ "(state listening sport 1) or sport 9999", YES }, { "state listening and sport 1 or sport 9999", YES },
		{ "state listening or sport 9999", YES }, { "sport 1 or (state listening sport 1 or sport 9999)", NO },
		{ "server or 1", YES }, { "not nginx", YES }, { "!server", NO }, { "9999 and server", YES }, { "(9999|1)server", YES },
		{ "\"and\"", NO }, { "\"server\"", YES }, { "'4242/server'", YES }, { "\"9999\"", YES }, { "\"4242\"", YES },
	};
	const struct row row = make_row();

	(void)state;
	CHECK(&row, cases);
}

static void owners_are_found_by_pid_and_name(void **state)
{
	static const struct judgement cases[] = {
		{ "pid 4242", YES }, { "pid = 1", NO }, { "pid != 1", YES }, { "pid != 4242", NO }, { "pid 5", YES },
		{ "comm = Server", YES }, { "comm Server", YES }, { "comm server", NO }, { "comm != x", YES }, { "comm helper", YES },
		{ "comm ~ ^S.*r$", YES }, { "comm !~ e", NO }, { "(comm ~ ^(Ser|x)ver$)", YES }, { "comm ~ \"S e\"", NO }, { "comm =~ x|p", YES },
		{ "owner known", YES }, { "owner none", NO }, { "owner hidden", NO }, { "owner none,known", YES }, { "owner != none", YES },
	};
	static struct owner two[] = { { .pid = 5, .fd = 3, .comm = "helper" }, { .pid = 4242, .fd = 3, .comm = "Server" } };
	struct row row = make_row();

	(void)state;
	give_owners(&row, two, 2);
	CHECK(&row, cases);
}

/* Who held it is remembered, and found; but nobody has it. */
static void a_former_owner_is_found_and_holds_nothing(void **state)
{
	static const struct judgement cases[] = {
		{ "comm Server", YES }, { "pid 4242", YES }, { "owner none", YES }, { "owner former", YES }, { "owner known", NO },
		{ "owner hidden", NO },
	};
	struct row row = { .sock = make_sock(7, STATE_TIME_WAIT, "127.0.0.1:9", "127.0.0.1:8"), .owner = server, .owner_count = 1,
			   .owners_former = true };

	(void)state;
	CHECK(&row, cases);
}

static void what_is_not_known_is_neither_so_nor_not_so(void **state)
{
	static const struct judgement cases[] = {
		{ "comm x", PERHAPS }, { "comm != x", PERHAPS }, { "not comm x", PERHAPS }, { "not (pid 1 or pid 2)", PERHAPS },
		{ "owner hidden", YES }, { "owner none", NO }, { "flags A", PERHAPS }, { "not flags A", PERHAPS }, { "flags 6", NO },
		{ "not flags 6", YES }, { "rtt > 1ms", PERHAPS }, { "not rtt > 1ms", PERHAPS }, { "rtt <= 1ms", PERHAPS },
		{ "fwmark 1", PERHAPS }, { "cong cubic", PERHAPS }, { "mem > 0", PERHAPS }, { "unit x", PERHAPS }, { "command x", PERHAPS },
		{ "user nobody", PERHAPS }, { "user 1", NO },
		/* One part may settle it. */
		{ "rtt > 1ms or sport 9", YES }, { "rtt > 1ms and sport 8", NO }, { "rtt > 1ms and sport 9", PERHAPS },
		{ "rtt > 1ms or sport 8", PERHAPS }, { "not (rtt > 1ms and sport 8)", YES }, { "not (rtt > 1ms or sport 9)", NO },
	};
	static const struct judgement timewait[] = {
		{ "user root", PERHAPS }, { "user != root", PERHAPS }, { "not user 0", PERHAPS }, { "comm x", NO }, { "comm != x", YES },
		{ "owner none", YES }, { "owner former", NO }, { "owner hidden", NO },
	};
	struct row row = { .sock = make_sock(7, STATE_ESTABLISHED, "127.0.0.1:9", "127.0.0.1:7"), .owners_sought = true };
	const struct row old = { .sock = make_sock(7, STATE_TIME_WAIT, "127.0.0.1:9", "127.0.0.1:7") };

	(void)state;
	row.sock.uid = 77;
	CHECK(&row, cases);
	CHECK(&old, timewait);
}

static void what_tcp_measured_is_compared(void **state)
{
	static const struct judgement cases[] = {
		{ "rtt > 100ms", YES }, { "rtt > 0.15s", NO }, { "rtt = 150ms", YES }, { "rtt >= 150000us", YES }, { "rtt < 1m", YES },
		{ "retrans > 2", YES }, { "cwnd 10", YES }, { "in >= 1k", YES }, { "in = 1500", YES }, { "in > 1.5k", NO }, { "out 0", YES },
		{ "in-rate > 0", PERHAPS }, { "cong cubic", YES }, { "cong ~ ^cu", YES }, { "drops > 0", YES }, { "mem > 1M", YES },
		{ "fwmark 3", YES }, { "fwmark 0x1/0x1", YES }, { "fwmark = 1", NO }, { "fwmark != 0/4", NO }, { "fwmark 03", YES },
	};
	struct sock_info info = {
		.have = INFO_TCP | INFO_BYTES | INFO_CONGESTION | INFO_MEMORY | INFO_DROPS | INFO_MARK,
		.rtt_us = 150000, .retransmitted = 3, .congestion_window = 10, .received_bytes = 1500, .congestion = "cubic",
		.drops = 1, .memory_bytes = 2000000, .mark = 3,
	};
	struct row row = make_row();

	(void)state;
	row.info = &info;
	CHECK(&row, cases);
}

/* The time is 100 s. */
static void an_age_is_known_of_what_was_seen_to_be_opened(void **state)
{
	static const struct judgement opened[] = {
		{ "age > 30s", YES }, { "age > 1m", NO }, { "age < 1m", YES }, { "age >= 40s", YES }, { "age <= 39s", NO }, { "age < 0", NO },
	};
	static const struct judgement found[] = {
		{ "age > 30s", YES }, { "age > 1m", PERHAPS }, { "age < 1m", PERHAPS }, { "age < 30s", NO }, { "age >= 40s", YES },
		{ "age <= 39s", NO }, { "age <= 40s", PERHAPS },
	};
	struct row row = make_row();

	(void)state;
	row.first_ns = 60 * NS_PER_S;
	CHECK(&row, found);
	row.opened = true;
	CHECK(&row, opened);
}

static void flags_are_known_one_by_one(void **state)
{
	static const struct judgement cases[] = {
		{ "flags A", YES }, { "flags P", NO }, { "flags AP", NO }, { "flags F", PERHAPS }, { "flags AF", PERHAPS },
		{ "flags PF", NO }, { "flags != P", YES },
	};
	struct row row = make_row();

	(void)state;
	row.sock.flags = (struct sock_flags){ FLAG_REUSEADDR | FLAG_REUSEPORT, FLAG_REUSEADDR };
	CHECK(&row, cases);
}

/* A word may still come with the owners. */
static void names_that_are_still_asked_for_may_have_the_word(void **state)
{
	const struct row row = { .sock = make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:4000") };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct filter filter = FILTER_INIT;

	(void)state;
	set_filter(&filter, "nowhere");
	assert_int_equal(filter_judge(&filter, &row, &context, KNOWN_ALL & ~(unsigned)KNOWN_NAMES), TRUTH_UNKNOWN);
	assert_int_equal(filter_judge(&filter, &row, &context, KNOWN_ALL & ~(unsigned)KNOWN_OWNERS), TRUTH_FALSE);
	filter_fini(&filter);
}

static void owners_that_are_still_looked_for_may_have_the_word(void **state)
{
	struct row row = make_row();
	const unsigned known = KNOWN_ALL & ~(unsigned)KNOWN_OWNERS;

	(void)state;
	row.owner_count = 0;
	assert_int_equal(judge_row(&row, "nginx", known), PERHAPS);
	assert_int_equal(judge_row(&row, "not nginx", known), PERHAPS);
	assert_int_equal(judge_row(&row, "127.0.0.1", known), YES);
	assert_int_equal(judge_row(&row, "not nginx", KNOWN_ALL), YES);
	row.owners_sought = true;
	assert_int_equal(judge_row(&row, "not nginx", known), YES);
}

static void what_changes_does_not_keep_a_socket_from_being_asked_for(void **state)
{
	static const struct {
		const char *text;
		unsigned known;
		bool admits;
	} cases[] = {
		{ "recvq > 5", KNOWN_ALL, true }, { "comm x", KNOWN_ALL, true }, { "nginx", KNOWN_ALL, true }, { "age > 1d", KNOWN_ALL, true },
		{ "sport 80", KNOWN_ALL, false }, { "sport 80", KNOWN_CLASS | KNOWN_STATE, true }, { "state listening", KNOWN_ALL, false },
		{ "state listening", KNOWN_CLASS | KNOWN_ENDS, true }, { "proto udp", KNOWN_CLASS, false }, { "dst [::1]", KNOWN_CLASS, false },
		{ "dev 7", KNOWN_ENDS, false }, { "dev eth0", KNOWN_ALL, true }, { "sport 80 or comm x", KNOWN_ALL, true },
		{ "sport 80 and comm x", KNOWN_ALL, false },
	};
	const struct row row = make_row();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filter filter = FILTER_INIT;

		set_filter(&filter, cases[i].text);
		if (filter_admits(&filter, &row.sock, cases[i].known) != cases[i].admits)
			fail_msg("\"%s\" is wrong", cases[i].text);
		filter_fini(&filter);
	}
	assert_true(filter_admits(NULL, &row.sock, KNOWN_ALL));
}

static void a_filter_knows_what_it_must_be_told(void **state)
{
	static const struct {
		const char *text;
		uint32_t needs, asks;
	} cases[] = {
		{ "sport 80 state listening user root recvq > 0 80", 0, 0 }, { "nginx", 0, ASKS_TEXT },
		{ "rtt > 1ms or retrans > 0", NEED_TCP, 0 }, { "cong cubic", NEED_CONGESTION, 0 }, { "drops > 0", NEED_MEMORY, 0 },
		{ "pid 1", 0, ASKS_OWNERS }, { "comm x", 0, ASKS_OWNERS }, { "flags A", NEED_FLAGS, ASKS_OWNERS }, { "flags 6FT", 0, 0 },
		{ "owner none", 0, 0 }, { "owner hidden", 0, ASKS_OWNERS }, { "unit x", NEED_WHOSE, ASKS_OWNERS },
		{ "age > 5m", 0, ASKS_AGE }, { "fwmark 1", NEED_MARK, 0 }, { "in-rate > 1k", NEED_TCP, ASKS_RATES },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filter filter = FILTER_INIT;

		set_filter(&filter, cases[i].text);
		if (filter.needs != cases[i].needs || filter.asks != cases[i].asks)
			fail_msg("\"%s\" needs %#x and asks %#x", cases[i].text, filter.needs, filter.asks);
		filter_fini(&filter);
	}
}

static void a_field_that_is_called_as_a_column_needs_what_the_column_needs(void **state)
{
	struct buf error = BUF_INIT;
	unsigned both = 0;

	(void)state;
	for (size_t i = 0; i < FIELD_WORD; i++) {
		const struct column *column = column_named(filter_fields[i].name, &error);

		both += column != NULL ? 1 : 0;
		if (column == &columns[COLUMN_CGROUP])
			continue; /* ss's field is about the socket's own alone */
		if (column != NULL && column->needs != filter_fields[i].needs)
			fail_msg("%s needs %#x as a field, and %#x as a column", column->id, filter_fields[i].needs, column->needs);
	}
	assert_int_equal(both, COLUMN_COUNT - 7); /* local, foreign, device, backlog, owners, file and mptcp have ss's words, or others */
	buf_fini(&error);
}

/* It is what the screen shows that is searched: the escapes of a hostile name, and no bytes of it. */
static void what_is_found_is_what_is_shown(void **state)
{
	struct owner evil = { .pid = 1, .comm = "a\033[2J" };
	struct row row = make_row();
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };

	(void)state;
	row.owner = evil;
	assert_true(filter_finds("\\X1B[2j", &row, &context));
	assert_false(filter_finds("\033", &row, &context));
	assert_true(filter_finds("", &row, &context));
}

/* Who sees "localhost:http" looks for that, and who knows that it is 127.0.0.1 for that. */
static void names_are_found_while_they_are_shown_and_numbers_always(void **state)
{
	struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.2:5") };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };

	(void)state;
	name_learn(&names.of[NAME_HOST], name_address(FAMILY_INET, row.sock.local), "localhost", true, 0);
	assert_false(filter_finds("localhost", &row, &context));
	assert_true(filter_finds("127.0.0.1:80", &row, &context));
	names.resolve = true;
	assert_true(filter_finds("localhost:80", &row, &context));
	assert_true(filter_finds("127.0.0.1:80", &row, &context));
	names_fini(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_match_what_columns_say),
		cmocka_unit_test(words_of_ports_match_ports),
		cmocka_unit_test(a_service_is_a_port_only_behind_a_colon),
		cmocka_unit_test(a_second_text_replaces_the_first_unless_it_is_none),
		cmocka_unit_test(namespaces_are_known_where_others_are_looked_at),
		cmocka_unit_test(conditions_are_about_the_socket),
		cmocka_unit_test(addresses_of_ipv6_are_compared_by_bits),
		cmocka_unit_test(and_or_and_not_join_conditions),
		cmocka_unit_test(owners_are_found_by_pid_and_name),
		cmocka_unit_test(a_former_owner_is_found_and_holds_nothing),
		cmocka_unit_test(what_is_not_known_is_neither_so_nor_not_so),
		cmocka_unit_test(what_tcp_measured_is_compared),
		cmocka_unit_test(an_age_is_known_of_what_was_seen_to_be_opened),
		cmocka_unit_test(flags_are_known_one_by_one),
		cmocka_unit_test(names_that_are_still_asked_for_may_have_the_word),
		cmocka_unit_test(owners_that_are_still_looked_for_may_have_the_word),
		cmocka_unit_test(what_changes_does_not_keep_a_socket_from_being_asked_for),
		cmocka_unit_test(a_filter_knows_what_it_must_be_told),
		cmocka_unit_test(a_field_that_is_called_as_a_column_needs_what_the_column_needs),
		cmocka_unit_test(what_is_found_is_what_is_shown),
		cmocka_unit_test(names_are_found_while_they_are_shown_and_numbers_always),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
