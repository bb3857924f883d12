/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording written by hand, played again; and files that are none, however they came about. */
#include "../unit/helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "kernel/record.h"
#include "kernel/recording.h"
#include "kernel/source.h"
#include "kernel/uid_map.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/table.h"

enum { SEQUENCE = 7, PORT_ID = 4711, INODE = 1000 };

#define START_NS (50 * NS_PER_S)
#define DAY_NS (UINT64_C(1795183331) * NS_PER_S)

struct fixture {
	char path[64];
	struct clock clock;
	struct source *source;
	struct table table;
	struct names names;
	unsigned ends, destroyed, lost;
	struct buf error;
};

/* Appends a reply for a connection of 127.0.0.1:80, as the kernel would send it. */
static void add_reply(struct buf *chunk, uint32_t cookie, uint8_t state)
{
	_Alignas(struct nlmsghdr) char bytes[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_seq = SEQUENCE;
	message->nlmsg_pid = PORT_ID;
	struct inet_diag_msg *diag = mnl_nlmsg_put_extra_header(message, sizeof(*diag));
	*diag = (struct inet_diag_msg){ .idiag_family = AF_INET, .idiag_state = state, .idiag_inode = INODE + cookie };
	diag->id.idiag_cookie[0] = cookie;
	diag->id.idiag_sport = htons(80);
	diag->id.idiag_src[0] = htonl(INADDR_LOOPBACK);
	buf_add(chunk, bytes, message->nlmsg_len);
}

/* Multicast messages come with neither sequence number nor port. */
static void add_event(struct buf *chunk, uint32_t cookie)
{
	_Alignas(struct nlmsghdr) char bytes[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	struct inet_diag_msg *diag = mnl_nlmsg_put_extra_header(message, sizeof(*diag));
	*diag = (struct inet_diag_msg){ .idiag_family = AF_INET, .idiag_state = STATE_CLOSE };
	diag->id.idiag_cookie[0] = cookie;
	mnl_attr_put_u8(message, INET_DIAG_PROTOCOL, IPPROTO_TCP);
	buf_add(chunk, bytes, message->nlmsg_len);
}

/* A snapshot of TCP over IPv4 with these sockets. */
static void record_snapshot(struct recorder *recorder, const struct query *query, const uint32_t *cookies, size_t count)
{
	struct buf chunk = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		add_reply(&chunk, cookies[i], 1);
	record_query(recorder, query);
	record_dump(recorder, PROTO_TCP, FAMILY_INET, SEQUENCE, PORT_ID);
	record_replies(recorder, chunk.data, chunk.length);
	record_dump_end(recorder, 0, false);
	record_snapshot_end(recorder);
	buf_fini(&chunk);
}

static void record_scan(struct recorder *recorder)
{
	struct owner_scan scan = { .processes = 70, .refused = 3 };
	struct map wanted = MAP_INIT;

	map_put(&wanted, INODE + 1, WANT_ANSWERED);
	map_put(&wanted, INODE + 2, WANT_FAILED + EPERM);
	owner_scan_add_answer(&scan, &(struct flags_answer){ 1, { FLAG_REUSEADDR | FLAG_REUSEPORT, FLAG_REUSEADDR } });
	owner_scan_add(&scan, INODE + 1, &(struct owner){ .pid = 42, .fd = 3, .comm = "server" });
	owner_scan_sort(&scan);
	record_owners(recorder, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void record_root(struct recorder *recorder)
{
	struct names names = NAMES_INIT;

	name_learn(&names.of[NAME_USER], name_number(0), "root", true, 0);
	record_names(recorder, &names);
	record_names(recorder, &names);
	names_fini(&names);
}

/* Sockets 1 and 2; a second later 2 is destroyed; another second later there are 1 and 3. */
static void record_all(struct recorder *recorder, struct clock *clock, const struct query *query)
{
	struct buf chunk = BUF_INIT;

	record_snapshot(recorder, query, (const uint32_t[]){ 1, 2 }, 2);
	record_root(recorder);
	record_scan(recorder);
	clock_advance(clock, START_NS + NS_PER_S);
	add_event(&chunk, 2);
	record_events(recorder, chunk.data, chunk.length);
	record_lost(recorder);
	clock_advance(clock, START_NS + 2 * NS_PER_S);
	record_snapshot(recorder, query, (const uint32_t[]){ 1, 3 }, 2);
	buf_fini(&chunk);
}

static void make_recording(struct fixture *fixture, const struct query *query)
{
	struct recorder *recorder;

	clock_set(&fixture->clock, CLOCK_STILL, START_NS, DAY_NS);
	assert_int_equal(recorder_open(&recorder, fixture->path, &fixture->clock), 0);
	record_all(recorder, &fixture->clock, query);
	assert_int_equal(recorder_close(recorder), 0);
}

static int setup(void **state)
{
	static struct fixture fixture;
	struct query query;

	fixture = (struct fixture){ .names = NAMES_INIT };
	strcpy(fixture.path, "/tmp/ports-replay-XXXXXX");
	assert_non_null(mkdtemp(fixture.path));
	strcat(fixture.path, "/recording");
	table_init(&fixture.table);
	query_init(&query);
	make_recording(&fixture, &query);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	source_close(fixture->source);
	table_fini(&fixture->table);
	names_fini(&fixture->names);
	buf_fini(&fixture->error);
	unlink(fixture->path);
	*strrchr(fixture->path, '/') = '\0';
	return rmdir(fixture->path);
}

static void on_begin(void *context, uint64_t now_ns)
{
	table_begin(&((struct fixture *)context)->table, now_ns);
}

static void on_narrowed(void *context, const struct query *query)
{
	table_retain(&((struct fixture *)context)->table, query);
}

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	table_see_info(&((struct fixture *)context)->table, sock, info);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	if (complete)
		table_end_class(&((struct fixture *)context)->table, proto, family);
}

static void on_end(void *context)
{
	struct fixture *fixture = context;

	table_end(&fixture->table);
	fixture->ends++;
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct fixture *fixture = context;

	fixture->destroyed += sock->cookie == 2 ? 1 : 0;
}

static void on_lost(void *context)
{
	((struct fixture *)context)->lost++;
}

static void on_owners(void *context, const struct map *wanted, struct owner_scan *scan)
{
	table_take_owners(&((struct fixture *)context)->table, wanted, scan);
}

static bool open_recording(struct fixture *fixture)
{
	const struct source_replay_options options = {
		.path = fixture->path,
		.clock = &fixture->clock,
		.clock_kind = CLOCK_STILL,
		.owners = true,
	};

	buf_clear(&fixture->error);
	if (!source_replay_open(&fixture->source, &options, &fixture->error))
		return false;
	fixture->source->sink = (struct source_sink){
		.begin = on_begin,
		.narrowed = on_narrowed,
		.sock = on_sock,
		.class_end = on_class_end,
		.end = on_end,
		.destroyed = on_destroyed,
		.lost = on_lost,
		.owners = on_owners,
		.names = &fixture->names,
		.context = fixture,
	};
	return true;
}

static void ask(struct fixture *fixture, uint16_t port)
{
	struct query query;

	query_init(&query);
	if (port != 0)
		portset_add(&query.ports, port, port);
	source_begin(fixture->source, &query);
}

/* Serves until nothing is due any more before that time. */
static void play_until(struct fixture *fixture, uint64_t ns)
{
	for (uint64_t due; (due = source_due_ns(fixture->source)) <= ns;) {
		clock_advance(&fixture->clock, due);
		source_serve(fixture->source, NULL, 0);
	}
}

static const struct row *row_of(const struct fixture *fixture, uint64_t cookie)
{
	uint32_t at = table_find(&fixture->table, 0, cookie);

	return at != MAP_NONE ? &fixture->table.rows[at] : NULL;
}

static void everything_comes_when_it_came(void **state)
{
	struct fixture *fixture = *state;

	assert_true(open_recording(fixture));
	assert_int_equal(clock_now_ns(&fixture->clock), START_NS);
	assert_int_equal(clock_day_ns(&fixture->clock), DAY_NS);
	ask(fixture, 0);
	play_until(fixture, START_NS);
	assert_int_equal(fixture->ends, 1);
	assert_int_equal(row_of(fixture, 1)->sock.local_port, 80);
	assert_string_equal(row_owner(row_of(fixture, 1), 0)->comm, "server");
	assert_int_equal(row_of(fixture, 1)->sock.flags.set, FLAG_REUSEADDR);
	assert_true(row_owner_hidden(row_of(fixture, 2)));
	assert_int_equal(row_of(fixture, 2)->flags_error, EPERM);
	assert_string_equal(name_get(&fixture->names.of[NAME_USER], name_number(0)), "root");
	assert_int_equal(fixture->destroyed + fixture->lost, 0);
	assert_null(row_of(fixture, 3));
	play_until(fixture, START_NS + NS_PER_S);
	assert_int_equal(fixture->destroyed, 1);
	assert_int_equal(fixture->lost, 1);
	assert_false(fixture->source->ended);
	play_until(fixture, UINT64_MAX - 1);
	assert_true(fixture->source->ended);
	assert_int_equal(fixture->ends, 2);
	assert_int_equal(row_of(fixture, 2)->life, ROW_GONE);
	assert_int_equal(row_of(fixture, 3)->life, ROW_NEW);
	assert_int_equal(clock_now_ns(&fixture->clock), START_NS + 2 * NS_PER_S);
}

static void another_query_is_answered_from_the_last_whole_snapshot(void **state)
{
	struct fixture *fixture = *state;
	struct map wanted = MAP_INIT;

	assert_true(open_recording(fixture));
	ask(fixture, 81);
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(fixture->table.count, 0);
	ask(fixture, 80);
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(fixture->ends, 3);
	assert_non_null(row_of(fixture, 1));
	assert_non_null(row_of(fixture, 3));
	assert_int_equal(fixture->destroyed, 1);
	/* What was found out about its owners before is still known; of what no scan was for, nothing is. */
	map_put(&wanted, INODE + 3, WANT_FLAGS);
	assert_false(source_seek(fixture->source, &wanted, NULL));
	map_put(&wanted, INODE + 1, WANT_FLAGS);
	assert_true(source_seek(fixture->source, &wanted, NULL));
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(row_owner(row_of(fixture, 1), 0)->pid, 42);
	assert_int_equal(row_of(fixture, 1)->sock.flags.known, FLAG_REUSEADDR | FLAG_REUSEPORT);
	assert_false(row_of(fixture, 3)->owners_sought);
	map_fini(&wanted);
}

static void rows_that_a_recording_stops_asking_for_are_dropped(void **state)
{
	struct fixture *fixture = *state;
	struct recorder *recorder;
	struct query query;

	query_init(&query);
	unlink(fixture->path);
	assert_int_equal(recorder_open(&recorder, fixture->path, &fixture->clock), 0);
	record_snapshot(recorder, &query, (const uint32_t[]){ 1 }, 1);
	portset_add(&query.ports, 443, 443);
	record_snapshot(recorder, &query, NULL, 0);
	assert_int_equal(recorder_close(recorder), 0);
	assert_true(open_recording(fixture));
	ask(fixture, 0);
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(fixture->table.count, 0);
}

enum { OWN = 1000, THERE = 2000 };

/* A dump with this socket in a network namespace, whose root is user 1000 here unless it is the own one. */
static void record_netns_dump(struct recorder *recorder, uint32_t inode, uint32_t cookie)
{
	const struct uid_range root = { .inside = 0, .outside = 1000, .count = 1 };
	const struct recorded_netns about = {
		.inode = inode,
		.is_own = inode == OWN,
		.uids_differ = inode != OWN,
		.range_count = inode != OWN ? 1 : 0,
	};
	struct buf chunk = BUF_INIT;

	add_reply(&chunk, cookie, 1);
	record_netns(recorder, &about, &root);
	record_dump(recorder, PROTO_TCP, FAMILY_INET, SEQUENCE, PORT_ID);
	record_replies(recorder, chunk.data, chunk.length);
	record_dump_end(recorder, 0, false);
	buf_fini(&chunk);
}

/* A second after the other: both namespaces; the own one, as the other could not be entered; again; and the other is gone. */
static void record_two_namespaces(struct fixture *fixture)
{
	struct recorder *recorder;
	struct query query;

	query_init(&query);
	unlink(fixture->path);
	clock_set(&fixture->clock, CLOCK_STILL, START_NS, DAY_NS);
	assert_int_equal(recorder_open(&recorder, fixture->path, &fixture->clock), 0);
	for (unsigned second = 0; second < 4; second++) {
		clock_advance(&fixture->clock, START_NS + second * NS_PER_S);
		record_query(recorder, &query);
		record_netns_dump(recorder, OWN, 1);
		if (second == 0)
			record_netns_dump(recorder, THERE, 1);
		else if (second < 3)
			record_netns(recorder, &(struct recorded_netns){ .inode = THERE, .error = second == 1 ? -EMFILE : -EIO }, NULL);
		record_snapshot_end(recorder);
	}
	assert_int_equal(recorder_close(recorder), 0);
}

static void sockets_come_back_into_their_namespaces(void **state)
{
	struct fixture *fixture = *state;

	record_two_namespaces(fixture);
	assert_true(open_recording(fixture));
	assert_true(fixture->source->tours);
	ask(fixture, 0);
	play_until(fixture, START_NS);
	assert_int_equal(fixture->names.netns, OWN);
	assert_int_equal(fixture->table.count, 2);
	assert_int_equal(row_of(fixture, 1)->sock.uid, 0);
	const struct row *there = &fixture->table.rows[table_find(&fixture->table, THERE, 1)];
	assert_int_equal(there->sock.uid, 1000);
	assert_true((there->sock.have & HAVE_UID) != 0);
	play_until(fixture, START_NS + 2 * NS_PER_S);
	assert_int_equal(fixture->ends, 3);
	assert_int_equal(there->life, ROW_ALIVE); /* nobody looked at it */
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(there->life, ROW_GONE);
	assert_int_equal(row_of(fixture, 1)->life, ROW_ALIVE);
}

static void read_file(const char *path, struct buf *out)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(file >= 0);
	read_back(file, out);
}

static void write_file(const char *path, const char *bytes, size_t length)
{
	int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
	close(file);
}

static void it_says_what_it_is(void **state)
{
	struct fixture *fixture = *state;
	struct buf bytes = BUF_INIT;
	struct stat about;

	read_file(fixture->path, &bytes);
	assert_memory_equal(bytes.data, "ports recording 1\n", 18);
	assert_int_equal(stat(fixture->path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	buf_fini(&bytes);
}

static void a_file_that_is_cut_off_anywhere_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct buf bytes = BUF_INIT;

	read_file(fixture->path, &bytes);
	for (size_t length = 0; length < bytes.length; length++) {
		write_file(fixture->path, bytes.data, length);
		assert_false(open_recording(fixture));
		assert_non_null(strstr(fixture->error.data, fixture->path));
		assert_non_null(strstr(fixture->error.data, "at byte "));
		assert_null(strchr(fixture->error.data, '\n'));
	}
	buf_fini(&bytes);
}

/* Refused, or played to its end; the sanitizers and the bounds of the tables are the judges. */
static void play_whatever_it_is(struct fixture *fixture)
{
	if (!open_recording(fixture)) {
		assert_true(fixture->error.length > 0);
		return;
	}
	ask(fixture, 0);
	play_until(fixture, UINT64_MAX - 1);
	assert_true(fixture->source->ended);
	ask(fixture, 80);
	play_until(fixture, UINT64_MAX - 1);
	source_close(fixture->source);
	fixture->source = NULL;
}

static void any_byte_may_be_anything(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	struct fixture *fixture = *state;
	struct buf bytes = BUF_INIT;

	read_file(fixture->path, &bytes);
	for (size_t at = 0; at < bytes.length; at++) {
		for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
			bytes.data[at] ^= (char)changes[i];
			write_file(fixture->path, bytes.data, bytes.length);
			play_whatever_it_is(fixture);
			bytes.data[at] ^= (char)changes[i];
		}
	}
	buf_fini(&bytes);
}

static void any_byte_of_namespaces_may_be_anything(void **state)
{
	record_two_namespaces(*state);
	any_byte_may_be_anything(state);
}

static void a_file_that_changes_while_it_is_played_is_given_up(void **state)
{
	struct fixture *fixture = *state;
	struct buf said = BUF_INIT;

	assert_true(open_recording(fixture));
	ask(fixture, 0);
	play_until(fixture, START_NS);
	assert_int_equal(truncate(fixture->path, 200), 0);
	play_until(fixture, UINT64_MAX - 1);
	assert_true(fixture->source->ended);
	source_explain(fixture->source, &said);
	assert_non_null(strstr(said.data, "cannot be read"));
	buf_fini(&said);
}

struct foreign {
	size_t at;
	uint32_t value;
	const char *error;
};

static void what_another_machine_recorded_is_refused(void **state)
{
	static const struct foreign cases[] = {
		{ offsetof(struct recording_mark, order), 0x04030201, "at byte 20 was expected the byte order of this one" },
		{ offsetof(struct recording_mark, word_bytes), 1, "at byte 24 was expected the word size of this one" },
	};
	struct fixture *fixture = *state;
	struct buf bytes = BUF_INIT;

	read_file(fixture->path, &bytes);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t before;

		memcpy(&before, bytes.data + cases[i].at, sizeof(before));
		memcpy(bytes.data + cases[i].at, &cases[i].value, sizeof(before));
		write_file(fixture->path, bytes.data, bytes.length);
		assert_false(open_recording(fixture));
		assert_non_null(strstr(fixture->error.data, cases[i].error));
		memcpy(bytes.data + cases[i].at, &before, sizeof(before));
	}
	bytes.data[16] = '2';
	write_file(fixture->path, bytes.data, bytes.length);
	assert_false(open_recording(fixture));
	assert_non_null(strstr(fixture->error.data, "another version: at byte 16 was expected 1"));
	buf_fini(&bytes);
}

static void a_file_that_is_there_is_not_overwritten(void **state)
{
	struct fixture *fixture = *state;
	struct recorder *recorder;

	assert_int_equal(recorder_open(&recorder, fixture->path, &fixture->clock), -EEXIST);
	assert_null(recorder);
	assert_true(open_recording(fixture));
}

static void a_full_disk_ends_the_recording_and_leaves_it_whole(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit before, small;
	struct recorder *recorder;
	struct buf said = BUF_INIT;
	struct query query;

	signal(SIGXFSZ, SIG_IGN);
	query_init(&query);
	unlink(fixture->path);
	clock_set(&fixture->clock, CLOCK_STILL, START_NS, DAY_NS);
	assert_int_equal(recorder_open(&recorder, fixture->path, &fixture->clock), 0);
	record_snapshot(recorder, &query, (const uint32_t[]){ 1, 2 }, 2);
	struct stat about;
	assert_int_equal(stat(fixture->path, &about), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ .rlim_cur = (rlim_t)about.st_size + 100, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	clock_advance(&fixture->clock, START_NS + NS_PER_S);
	record_snapshot(recorder, &query, (const uint32_t[]){ 3, 4, 5 }, 3);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	recorder_explain(recorder, &said);
	assert_text(&said, "the recording has ended before its time (File too large)");
	assert_int_equal(recorder_close(recorder), 0);
	assert_true(open_recording(fixture));
	ask(fixture, 0);
	play_until(fixture, UINT64_MAX - 1);
	assert_int_equal(fixture->table.count, 2);
	buf_fini(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_comes_when_it_came, setup, teardown),
		cmocka_unit_test_setup_teardown(another_query_is_answered_from_the_last_whole_snapshot, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_that_a_recording_stops_asking_for_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(sockets_come_back_into_their_namespaces, setup, teardown),
		cmocka_unit_test_setup_teardown(any_byte_of_namespaces_may_be_anything, setup, teardown),
		cmocka_unit_test_setup_teardown(it_says_what_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_is_cut_off_anywhere_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(any_byte_may_be_anything, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_changes_while_it_is_played_is_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(what_another_machine_recorded_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_is_there_is_not_overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_ends_the_recording_and_leaves_it_whole, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
