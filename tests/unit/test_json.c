/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "base/clock.h"
#include "model/column.h"
#include "model/history.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"
#include "out/json.h"
#include "out/sink.h"

static void check_socket(const struct row *row, const struct names *names, const char *expected)
{
	const struct column_context context = { .names = names };
	struct buf out = BUF_INIT;

	json_socket(&out, row, &context);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void a_socket_of_which_everything_is_known(void **state)
{
	struct owner owners[] = { { .pid = 4242, .fd = 3, .comm = "server" }, { .pid = 4243, .fd = 10, .comm = "a\"b" } };
	struct names names = NAMES_INIT;
	struct row row = { .owners = owners, .owner_count = 2 };

	(void)state;
	row.sock = make_sock(464403, STATE_LISTEN, "[::1]:9999", NULL);
	row.sock.flags.known = FLAG_REUSEADDR | FLAG_REUSEPORT | FLAG_V6ONLY | FLAG_FREEBIND | FLAG_TRANSPARENT | FLAG_NO_PORT;
	row.sock.flags.set = FLAG_REUSEADDR | FLAG_V6ONLY | FLAG_TRANSPARENT;
	row.sock.ifindex = 1;
	row.sock.recv_queue = 2;
	row.sock.send_queue = 128;
	row.sock.timer = TIMER_KEEPALIVE;
	row.sock.timer_ms = 47012;
	row.sock.retrans = 3;
	name_learn(&names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	check_socket(&row, &names,
		     "{\"proto\":\"tcp\",\"family\":\"inet6\",\"state\":\"LISTEN\","
		     "\"local\":{\"addr\":\"::1\",\"port\":9999,\"dev\":\"lo\"},"
		     "\"remote\":{\"addr\":\"::\",\"port\":0},\"recvq\":2,\"sendq\":128,\"uid\":0,\"user\":\"root\","
		     "\"inode\":465403,\"cookie\":464403,\"netns\":null,\"netns_name\":null,"
		     "\"timer\":{\"kind\":\"keepalive\",\"ms\":47012,\"retrans\":3},"
		     "\"options\":{\"reuseaddr\":true,\"reuseport\":false,\"v6only\":true,"
		     "\"freebind\":false,\"transparent\":true,\"bind_address_no_port\":false},"
		     "\"owners\":[{\"pid\":4242,\"fd\":3,\"comm\":\"server\"},{\"pid\":4243,\"fd\":10,\"comm\":\"a\\\"b\"}],"
		     "\"former_owners\":false}");
	names_fini(&names);
}

static void a_socket_of_which_nothing_is_known(void **state)
{
	struct names names = NAMES_INIT;
	struct row row = { .sock = make_sock(UINT64_MAX, STATE_UNCONN, "0.0.0.0:53", NULL) };

	(void)state;
	row.sock.have = 0;
	row.sock.inode = 7;
	row.sock.ifindex = 9;
	check_socket(&row, &names,
		     "{\"proto\":\"udp\",\"family\":\"inet\",\"state\":\"UNCONN\","
		     "\"local\":{\"addr\":\"0.0.0.0\",\"port\":53,\"dev\":\"9\"},"
		     "\"remote\":{\"addr\":\"0.0.0.0\",\"port\":0},\"recvq\":null,\"sendq\":null,\"uid\":null,\"user\":null,"
		     "\"inode\":7,\"cookie\":null,\"netns\":null,\"netns_name\":null,\"timer\":null,"
		     "\"options\":{\"reuseaddr\":null,\"reuseport\":null,\"v6only\":null,"
		     "\"freebind\":null,\"transparent\":null,\"bind_address_no_port\":null},"
		     "\"owners\":null,\"former_owners\":false}");
	names_fini(&names);
}

/* No descriptor refers to it: that it has no owners is known.  The owners that it had are former ones. */
static void a_socket_in_time_wait(void **state)
{
	struct owner owner = { .pid = 4242, .fd = 3, .comm = "server" };
	struct names names = NAMES_INIT;
	struct row row = { .sock = make_sock(5, STATE_TIME_WAIT, "127.0.0.1:9999", "127.0.0.1:51238") };
	static const char before[] =
		"{\"proto\":\"tcp\",\"family\":\"inet\",\"state\":\"TIME_WAIT\","
		"\"local\":{\"addr\":\"127.0.0.1\",\"port\":9999,\"dev\":null},"
		"\"remote\":{\"addr\":\"127.0.0.1\",\"port\":51238},\"recvq\":0,\"sendq\":0,\"uid\":null,\"user\":null,"
		"\"inode\":0,\"cookie\":5,\"netns\":null,\"netns_name\":null,\"timer\":{\"kind\":\"timewait\",\"ms\":1,\"retrans\":0},"
		"\"options\":{\"reuseaddr\":true,\"reuseport\":null,\"v6only\":false,"
		"\"freebind\":null,\"transparent\":null,\"bind_address_no_port\":null},";
	struct buf expected = BUF_INIT;

	(void)state;
	row.sock.timer = TIMER_TIMEWAIT;
	row.sock.timer_ms = 1;
	row.sock.flags = (struct sock_flags){ .known = FLAG_REUSEADDR | FLAG_V6ONLY, .set = FLAG_REUSEADDR };
	buf_printf(&expected, "%s\"owners\":[],\"former_owners\":false}", before);
	check_socket(&row, &names, expected.data);
	give_owners(&row, &owner, 1);
	row.owners_former = true;
	buf_clear(&expected);
	buf_printf(&expected, "%s\"owners\":[{\"pid\":4242,\"fd\":3,\"comm\":\"server\"}],\"former_owners\":true}", before);
	check_socket(&row, &names, expected.data);
	buf_fini(&expected);
	names_fini(&names);
}

/* Only where names were asked for: then they are members beside the numbers. */
static void names_of_hosts_are_members_of_their_own(void **state)
{
	struct names names = { .resolve = true };
	const struct column_context context = { .names = &names };
	struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "192.0.2.1:5") };
	struct buf out = BUF_INIT;

	(void)state;
	name_learn(&names.of[NAME_HOST], name_address(FAMILY_INET, row.sock.local), "a\033\"\xff", true, 0);
	name_learn(&names.of[NAME_SERVICE], name_service(PROTO_TCP, 80), "http", true, 0);
	json_socket(&out, &row, &context);
	assert_non_null(strstr(buf_str(&out), "\"local\":{\"addr\":\"127.0.0.1\",\"port\":80,\"dev\":null,"
					      "\"name\":\"a\\u001b\\\"\\udcff\"},"
					      "\"remote\":{\"addr\":\"192.0.2.1\",\"port\":5,\"name\":null},"));
	buf_fini(&out);
	names_fini(&names);
}

/* Finds the member in the object of a socket, and compares the text behind its name. */
static void check_member(const struct row *row, const char *member, const char *expected)
{
	const struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct buf out = BUF_INIT;

	json_socket(&out, row, &context);
	const char *at = strstr(buf_str(&out), member);
	assert_non_null(at);
	assert_memory_equal(at + strlen(member), expected, strlen(expected));
	buf_fini(&out);
}

static void a_timer_that_is_off_has_no_time(void **state)
{
	struct row row = { .sock = make_sock(5, STATE_ESTABLISHED, "127.0.0.1:1", "127.0.0.1:2") };

	(void)state;
	check_member(&row, "\"timer\":", "{\"kind\":\"off\",\"ms\":null,\"retrans\":0}");
	row.sock.timer = 77;
	row.sock.timer_ms = 5;
	check_member(&row, "\"timer\":", "{\"kind\":\"unknown\",\"ms\":5,\"retrans\":0}");
}

static void an_unknown_state_is_its_number(void **state)
{
	struct row row = { .sock = make_listener(5, 80) };

	(void)state;
	row.sock.state = STATE_RAW + 13;
	check_member(&row, "\"state\":", "\"13\"");
}

static void a_user_without_a_name_is_null(void **state)
{
	struct row row = { .sock = make_listener(5, 80) };

	(void)state;
	row.sock.uid = UINT32_MAX;
	check_member(&row, "\"uid\":", "4294967295,\"user\":null");
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "server", "\"server\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\001\b\t\n\r\033\037 ", "\"\\u0001\\u0008\\u0009\\u000a\\u000d\\u001b\\u001f \"" },
		{ "~\x7f\xc2\x80\xc2\x9f\xc2\xa0", "\"~\\u007f\\u0080\\u009f\xc2\xa0\"" },
		{ "\xe4\xb8\xad\xf0\x9f\x98\x80", "\"\xe4\xb8\xad\xf0\x9f\x98\x80\"" },
		{ "a\xe2\x80\xae" "b\xe2\x80\x8b\xe2\x80\xa8", "\"a\\u202eb\\u200b\\u2028\"" },
		{ "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" },
		{ "\x80\xff", "\"\\udc80\\udcff\"" },
		{ "a\xc3", "\"a\\udcc3\"" },
		{ "\xe2\x82z", "\"\\udce2\\udc82z\"" },
		{ "\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"" },
		{ "\xc0\xaf", "\"\\udcc0\\udcaf\"" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_string(&out, cases[i].text);
		assert_text(&out, cases[i].json);
	}
	buf_fini(&out);
}

/* Two listeners, in a table and a listing. */
struct fixture {
	struct table table;
	struct listing listing;
	struct names names;
	struct column_context context;
	struct sink sink;
	struct buf first, second, out;
};

static int setup(void **state)
{
	static struct fixture fixture;
	struct query query;

	fixture = (struct fixture){ .names = NAMES_INIT, .context = { .names = &fixture.names } };
	query_init(&query);
	table_init(&fixture.table);
	table_begin(&fixture.table, 1);
	for (uint16_t i = 1; i <= 2; i++) {
		struct sock sock = make_listener(i, 8000 + i);

		table_see(&fixture.table, &sock);
		json_socket(i == 1 ? &fixture.first : &fixture.second, &fixture.table.rows[i - 1], &fixture.context);
	}
	listing_make(&fixture.listing, &fixture.table, &query);
	sink_init(&fixture.sink, memory_file());
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	sink_fini(&fixture->sink);
	buf_fini(&fixture->first);
	buf_fini(&fixture->second);
	buf_fini(&fixture->out);
	return 0;
}

static void check_written(struct fixture *fixture, const char *expected)
{
	struct buf written = BUF_INIT;

	assert_int_equal(sink_flush(&fixture->sink), 0);
	read_back(fixture->sink.fd, &written);
	assert_text(&written, expected);
	buf_fini(&written);
}

static void lines_have_a_socket_each(void **state)
{
	struct fixture *fixture = *state;

	json_write_lines(&fixture->sink, &fixture->table, &fixture->listing, &fixture->context);
	buf_printf(&fixture->out, "%s\n%s\n", fixture->first.data, fixture->second.data);
	check_written(fixture, fixture->out.data);
}

static void a_document_has_the_time_and_all_sockets(void **state)
{
	const struct json_head head = { .hidden = 3, .hidden_flags = 2 };
	struct fixture *fixture = *state;

	fixture->context.time = "2024-02-28T23:59:59.007Z";
	json_write_document(&fixture->sink, &fixture->table, &fixture->listing, &fixture->context, &head);
	buf_printf(&fixture->out,
		   "{\"schema\":1,\"time\":\"2024-02-28T23:59:59.007Z\",\"sockets\":[\n%s,\n%s\n],\"hidden\":{\"owners\":3,\"flags\":2}}\n",
		   fixture->first.data, fixture->second.data);
	check_written(fixture, fixture->out.data);
}

static void a_document_without_sockets_is_one(void **state)
{
	const struct json_head head = { .hidden = 0 };
	struct fixture *fixture = *state;

	fixture->listing.count = 0;
	json_write_document(&fixture->sink, &fixture->table, &fixture->listing, &fixture->context, &head);
	check_written(fixture,
		      "{\"schema\":1,\"time\":null,\"sockets\":[\n],\"hidden\":{\"owners\":0,\"flags\":0}}\n");
}

static void the_history_has_an_entry_a_line_the_oldest_first(void **state)
{
	struct fixture *fixture = *state;
	const struct row *row = &fixture->table.rows[0];
	struct history_entry changed = history_of_row(row), closed = history_of_row(row);
	struct history history;

	history_init(&history, 10);
	changed.kind = HISTORY_CHANGED;
	changed.from = STATE_BOUND;
	changed.real_ns = NS_PER_S;
	closed.kind = HISTORY_CLOSED;
	closed.unseen = true;
	history_add(&history, &changed);
	history_add(&history, &closed);
	history_add(&history, &(struct history_entry){ .kind = HISTORY_LOST });
	json_write_history(&fixture->sink, &history, &fixture->names);
	buf_printf(&fixture->out,
		   "{\"time\":\"1970-01-01T00:00:01.000Z\",\"event\":\"changed\",\"from\":\"BOUND\","
		   "\"unseen\":false,\"socket\":%s}\n"
		   "{\"time\":\"1970-01-01T00:00:00.000Z\",\"event\":\"closed\",\"from\":null,\"unseen\":true,\"socket\":%s}\n"
		   "{\"time\":\"1970-01-01T00:00:00.000Z\",\"event\":\"lost\",\"from\":null,\"unseen\":false,"
		   "\"socket\":null}\n",
		   fixture->first.data, fixture->first.data);
	check_written(fixture, fixture->out.data);
	history_fini(&history);
}

static void of_an_entrys_owners_the_first_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct history_entry entry = history_of_row(&fixture->table.rows[0]);
	struct history history;

	history_init(&history, 1);
	entry.owner = (struct owner){ .pid = 4242, .fd = 3, .comm = "server" };
	entry.owner_count = 4;
	history_add(&history, &entry);
	json_write_history(&fixture->sink, &history, &fixture->names);
	assert_non_null(strstr(fixture->sink.buf.data, "\"owners\":[{\"pid\":4242,\"fd\":3,\"comm\":\"server\"}],"));
	history_fini(&history);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_socket_of_which_everything_is_known),
		cmocka_unit_test(a_socket_of_which_nothing_is_known),
		cmocka_unit_test(a_socket_in_time_wait),
		cmocka_unit_test(names_of_hosts_are_members_of_their_own),
		cmocka_unit_test(a_timer_that_is_off_has_no_time),
		cmocka_unit_test(an_unknown_state_is_its_number),
		cmocka_unit_test(a_user_without_a_name_is_null),
		cmocka_unit_test(strings_are_escaped),
		TEST(lines_have_a_socket_each),
		TEST(a_document_has_the_time_and_all_sockets),
		TEST(a_document_without_sockets_is_one),
		TEST(the_history_has_an_entry_a_line_the_oldest_first),
		TEST(of_an_entrys_owners_the_first_is_kept),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
