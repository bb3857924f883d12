/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "base/text.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"
#include "out/list.h"
#include "out/sink.h"

struct fixture {
	struct table table;
	struct listing listing;
	struct names names;
	struct column_context context;
	struct buf out, other;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .names = NAMES_INIT, .context = { .names = &fixture.names } };
	table_init(&fixture.table);
	name_learn(&fixture.names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&fixture.names.of[NAME_USER], name_number(33), "www-data", true, 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	names_fini(&fixture->names);
	buf_fini(&fixture->out);
	buf_fini(&fixture->other);
	return 0;
}

/* Adds the socket, held by a process of this name; NULL: by nobody. */
static struct row *add(struct fixture *fixture, struct sock sock, const char *comm)
{
	struct owner_scan scan = { .holdings = NULL };
	struct map wanted = MAP_INIT;
	struct owner owner = { .pid = 4242, .fd = 3 };

	table_see(&fixture->table, &sock);
	if (comm != NULL) {
		assert_true(strlen(comm) < sizeof(owner.comm));
		strcpy(owner.comm, comm);
		owner_scan_add(&scan, sock.inode, &owner);
		owner_scan_sort(&scan);
		map_put(&wanted, sock.inode, 0);
		table_take_owners(&fixture->table, &wanted, &scan);
		owner_scan_fini(&scan);
		map_fini(&wanted);
	}
	return &fixture->table.rows[table_find(&fixture->table, 0, sock.cookie)];
}

static void add_some(struct fixture *fixture)
{
	struct sock sock = make_sock(2, STATE_ESTABLISHED, "127.0.0.1:9999", "127.0.0.1:51240");

	add(fixture, make_listener(1, 9999), "server");
	sock.uid = 33;
	sock.send_queue = 1234567;
	add(fixture, sock, "server");
	sock = make_sock(3, STATE_TIME_WAIT, "[2001:db8::1]:9999", "[2001:db8::2]:51238");
	sock.timer = TIMER_TIMEWAIT;
	sock.timer_ms = 47012;
	add(fixture, sock, NULL);
}

static const struct list_style with_header = { .header = true };

/* Makes the list, in place of what out was. */
static void write_list(struct fixture *fixture, const struct list_style *style, struct buf *out)
{
	struct list_style complete = *style;
	struct column_list usual;
	struct query query;
	struct sink sink;

	buf_clear(out);
	query_init(&query);
	listing_make(&fixture->listing, &fixture->table, &query);
	sink_init(&sink, memory_file());
	complete.context = &fixture->context;
	column_list_usual(&usual, VIEW_LIST);
	complete.columns = style->columns != NULL ? style->columns : &usual;
	list_write(&sink, &fixture->table, &fixture->listing, &complete);
	assert_int_equal(sink_flush(&sink), 0);
	read_back(sink.fd, out);
	sink_fini(&sink);
}

static void words_stand_below_their_headings(void **state)
{
	struct fixture *fixture = *state;

	add_some(fixture);
	write_list(fixture, &with_header, &fixture->out);
	assert_text(&fixture->out,
		    "Proto Recv-Q  Send-Q Local-Address      Foreign-Address     State       Timer User     PID/Program\n"
		    "tcp        0       0 0.0.0.0:9999       0.0.0.0:*           LISTEN      -     root     4242/server\n"
		    "tcp        0 1234567 127.0.0.1:9999     127.0.0.1:51240     ESTABLISHED -     www-data 4242/server\n"
		    "tcp6       0       0 [2001:db8::1]:9999 [2001:db8::2]:51238 TIME_WAIT   00:47 -        -\n");
}

static void extended_has_flags_inode_and_cookie(void **state)
{
	struct column_list usual;
	const struct list_style extended = { .header = true, .columns = &usual };
	struct fixture *fixture = *state;

	add(fixture, make_listener(1, 80), "server");
	column_list_usual(&usual, VIEW_EXTENDED);
	write_list(fixture, &extended, &fixture->out);
	assert_text(&fixture->out,
		    "Proto Recv-Q Send-Q Local-Address Foreign-Address State  Timer Flags User Inode Cookie PID/Program\n"
		    "tcp        0      0 0.0.0.0:80    0.0.0.0:*       LISTEN -     ?     root  1001      1 4242/server\n");
}

static void without_a_header_there_are_only_rows(void **state)
{
	const struct list_style no_header = { .header = false };
	struct fixture *fixture = *state;

	add_some(fixture);
	write_list(fixture, &with_header, &fixture->out);
	write_list(fixture, &no_header, &fixture->other);
	assert_string_equal(strchr(fixture->out.data, '\n') + 1, fixture->other.data);
}

static void without_rows_there_is_only_a_header(void **state)
{
	struct fixture *fixture = *state;

	write_list(fixture, &with_header, &fixture->out);
	assert_text(&fixture->out, "Proto Recv-Q Send-Q Local-Address Foreign-Address State Timer User PID/Program\n");
}

static size_t count_words(const char *line, size_t length)
{
	size_t words = 0;

	for (size_t i = 0; i < length; i++)
		words += line[i] != ' ' && (i == 0 || line[i - 1] == ' ') ? 1 : 0;
	return words;
}

/* What awk relies on: so many words in each line, whatever is unknown. */
static void every_line_has_as_many_words(void **state)
{
	struct column_list usual;
	const struct list_style extended = { .header = true, .columns = &usual };
	struct fixture *fixture = *state;
	struct sock sock = make_sock(4, STATE_ESTABLISHED, "127.0.0.1:9999", "127.0.0.1:1");

	add_some(fixture);
	sock.have = 0;
	add(fixture, sock, NULL);
	sock = make_sock(5, STATE_SYN_SENT, "127.0.0.1:9999", "127.0.0.1:2");
	sock.timer = TIMER_ON;
	sock.retrans = 3;
	add(fixture, sock, NULL);
	column_list_usual(&usual, VIEW_EXTENDED);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		column_list_add(&usual, &columns[i]);
	assert_int_equal(usual.count, COLUMN_COUNT);
	write_list(fixture, &extended, &fixture->out);
	for (const char *line = buf_str(&fixture->out), *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
		assert_int_equal(count_words(line, (size_t)(end - line)), usual.count);
}

/* The widest line in columns of the screen; none ends in a blank. */
static size_t check_lines(char *text)
{
	size_t widest = 0;

	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		size_t width = text_width(line);

		widest = width > widest ? width : widest;
		assert_int_not_equal(line[strlen(line) - 1], ' ');
	}
	return widest;
}

static void a_list_fits_its_terminal(void **state)
{
	struct fixture *fixture = *state;

	add_some(fixture);
	add(fixture, make_sock(4, STATE_LISTEN, "0.0.0.0:80", NULL), "\u4e2d\u6587\u4e2d\u6587");
	for (unsigned width = 1; width <= 120; width++) {
		const struct list_style style = { .header = true, .width = width };

		write_list(fixture, &style, &fixture->out);
		if (fixture->out.length > 0)
			assert_in_range(check_lines(fixture->out.data), 1, width);
		else
			assert_true(width < 20);
	}
}

static void nothing_is_cut_that_need_not_be(void **state)
{
	struct fixture *fixture = *state;
	struct list_style style = with_header;

	add_some(fixture);
	write_list(fixture, &with_header, &fixture->out);
	style.width = (unsigned)(strchr(fixture->out.data, '\n') - fixture->out.data);
	write_list(fixture, &style, &fixture->other);
	assert_string_equal(fixture->other.data, fixture->out.data);
	assert_null(strstr(fixture->other.data, "\u2026"));
	style.width--;
	write_list(fixture, &style, &fixture->other);
	assert_string_not_equal(fixture->other.data, fixture->out.data);
}

static void a_usual_list_fits_80_columns(void **state)
{
	const struct list_style style = { .header = true, .width = 80 };
	struct fixture *fixture = *state;

	add(fixture, make_listener(1, 22), "sshd");
	add(fixture, make_sock(2, STATE_LISTEN, "[::]:22", NULL), "sshd");
	add(fixture, make_sock(3, STATE_UNCONN, "127.0.0.1:323", NULL), "chronyd");
	write_list(fixture, &with_header, &fixture->out);
	write_list(fixture, &style, &fixture->other);
	assert_string_equal(fixture->other.data, fixture->out.data);
}

static void a_list_without_a_width_is_never_cut(void **state)
{
	static const char long_name[] = "a-user-with-a-name-that-is-longer-than-any-terminal-would-have-room-for";
	const struct list_style style = { .header = true };
	struct fixture *fixture = *state;
	struct sock sock = make_listener(1, 80);

	add(fixture, sock, "fifteen-letters");
	name_learn(&fixture->names.of[NAME_USER], name_number(9), long_name, true, 0);
	sock = make_sock(2, STATE_ESTABLISHED, "[2001:db8:1111:2222:3333:4444:5555:6666]:65535",
			 "[2001:db8:1111:2222:3333:4444:5555:6666]:65535");
	sock.uid = 9;
	add(fixture, sock, "x");
	write_list(fixture, &style, &fixture->out);
	assert_null(strstr(fixture->out.data, "\u2026"));
	assert_non_null(strstr(fixture->out.data, long_name));
}

/* Where the last column begins in the line that has this in it. */
static size_t owners_column(const struct buf *text, const char *in_line)
{
	struct buf line = BUF_INIT;
	const char *from = strstr(text->data, in_line);

	assert_non_null(from);
	while (from > text->data && from[-1] != '\n')
		from--;
	buf_add(&line, from, strcspn(from, "\n"));
	char *last = strrchr(line.data, ' ');
	assert_non_null(last);
	*last = '\0';
	size_t column = text_width(line.data);
	buf_fini(&line);
	return column;
}

/* A wide character that does not fit whole leaves a column free, which is still the column's. */
static void cut_wide_characters_keep_the_columns_straight(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = make_listener(1, 80);

	name_learn(&fixture->names.of[NAME_USER], name_number(9), "\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587", true, 0);
	sock.uid = 9;
	add(fixture, sock, "wide");
	add(fixture, make_listener(2, 80), "narrow");
	for (unsigned width = 76; width <= 90; width++) {
		const struct list_style style = { .header = true, .width = width };

		write_list(fixture, &style, &fixture->out);
		assert_int_equal(owners_column(&fixture->out, "/wide"), owners_column(&fixture->out, "/narrow"));
	}
}

static void a_hostile_name_does_not_reach_the_terminal(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, make_listener(1, 80), "a\033[2J\xc2\x9b\r\n");
	name_learn(&fixture->names.of[NAME_DEVICE], name_number(5), "e\033vil", true, 0);
	add(fixture, make_listener(2, 81), "b")->sock.ifindex = 5;
	write_list(fixture, &with_header, &fixture->out);
	assert_non_null(strstr(fixture->out.data, "4242/a\\x1b[2J\\u009b\\x0d\\x0a\n"));
	assert_non_null(strstr(fixture->out.data, "0.0.0.0%e\\x1bvil:81 "));
	for (const char *c = fixture->out.data; *c != '\0'; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
}

static void a_long_list_is_written_to_its_end(void **state)
{
	enum { ROWS = 3000 };
	struct fixture *fixture = *state;
	size_t lines = 0;

	for (uint16_t i = 1; i <= ROWS; i++)
		add(fixture, make_listener(i, i), NULL);
	write_list(fixture, &with_header, &fixture->out);
	for (const char *c = fixture->out.data; *c != '\0'; c++)
		lines += *c == '\n' ? 1 : 0;
	assert_int_equal(lines, ROWS + 1);
	assert_non_null(strstr(fixture->out.data, " 0.0.0.0:3000 "));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(words_stand_below_their_headings),
		TEST(extended_has_flags_inode_and_cookie),
		TEST(without_a_header_there_are_only_rows),
		TEST(without_rows_there_is_only_a_header),
		TEST(every_line_has_as_many_words),
		TEST(a_list_fits_its_terminal),
		TEST(nothing_is_cut_that_need_not_be),
		TEST(a_usual_list_fits_80_columns),
		TEST(a_list_without_a_width_is_never_cut),
		TEST(cut_wide_characters_keep_the_columns_straight),
		TEST(a_hostile_name_does_not_reach_the_terminal),
		TEST(a_long_list_is_written_to_its_end),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
