/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any keys at any time, while sockets come and go: what is shown fits together after each of them, and is true at the end. */
#include "session_fixture.h"

#include <string.h>

#include "model/filter.h"
#include "ui/input.h"

enum { FEW = 40, MANY = MADE_SOCKS_MAX, TURNS = 250, COOKIES = 200000 };

struct play {
	struct session_fixture *fixture;
	struct session *session;
	struct app *app;
	uint64_t random;
	uint64_t last; /* cookie */
	size_t limit;  /* sockets that there are at most */
};

static unsigned any(struct play *play, unsigned below)
{
	return (unsigned)(next_random(&play->random) % below);
}

/* The world goes on. */

static void open_one(struct play *play, size_t at)
{
	struct made *made = &play->fixture->made;
	static const char *const ends[] = { "127.0.0.1:80", "127.0.0.1:80", "127.0.0.2:80", "[::1]:80" };
	uint64_t cookie = ++play->last;

	assert_true(cookie < COOKIES);
	made->socks[at] = any(play, 4) == 0 ? make_listener(cookie, (uint16_t)(1 + any(play, 30)))
					    : make_sock(cookie, STATE_ESTABLISHED, ends[any(play, ARRAY_SIZE(ends))], NULL);
	if (made->socks[at].state == STATE_ESTABLISHED)
		made->socks[at].foreign_port = (uint16_t)(1 + any(play, 60000));
	memset(made->holders[at], 0, sizeof(made->holders[at]));
	for (unsigned i = 0; i < any(play, 3); i++)
		made->holders[at][i] = (int32_t)(10 * (i + 1) + any(play, 10));
}

static void close_one(struct play *play, size_t at)
{
	struct made *made = &play->fixture->made;

	made->count--;
	made->socks[at] = made->socks[made->count];
	memcpy(made->holders[at], made->holders[made->count], sizeof(made->holders[at]));
}

static void change_one(struct play *play, size_t at)
{
	struct made *made = &play->fixture->made;
	struct sock *sock = &made->socks[at];

	sock->recv_queue = any(play, 4);
	if (any(play, 3) == 0)
		made->holders[at][0] = made->holders[at][0] != 0 ? (int32_t)(10 + any(play, 10)) : 0;
	if (sock->state != STATE_ESTABLISHED || any(play, 3) != 0)
		return;
	sock->state = STATE_TIME_WAIT;
	sock->inode = 0;
	sock->have = HAVE_COOKIE;
}

/* Not while they are told, as then the kernel may say of one twice, or not at all, that it was there. */
static void go_on(struct play *play)
{
	static const unsigned counts[] = { 0, 1, 10, 100, 6000 };
	struct made *made = &play->fixture->made;

	if (made->source.running)
		return;
	made->processes += any(play, 3) == 0 ? 1 : 0;
	for (unsigned count = counts[any(play, ARRAY_SIZE(counts))] * (unsigned)play->limit / MANY + 1; count > 0; count--) {
		unsigned what = any(play, 5);

		if (made->count == 0 || (what < 2 && made->count < play->limit))
			open_one(play, made->count++);
		else if (what == 2)
			close_one(play, any(play, (unsigned)made->count));
		else
			change_one(play, any(play, (unsigned)made->count));
	}
}

/* What fits together. */

static size_t check_rows(struct play *play)
{
	static bool listed[COOKIES];
	const struct app *app = play->app;
	size_t tagged = 0;

	memset(listed, 0, sizeof(listed));
	for (size_t i = 0; i < app->listing.count; i++) {
		assert_true(app->listing.rows[i] < app->table.count);
		const struct row *row = &app->table.rows[app->listing.rows[i]];
		assert_false(listed[row->sock.cookie]);
		listed[row->sock.cookie] = true;
		tagged += row->tagged ? 1 : 0;
	}
	for (size_t i = 0; i < app->listing.count && app->groups.count > 0; i++)
		assert_true(listed[app_row(app, i)->sock.cookie]);
	return tagged;
}

static void check_groups(struct play *play, size_t tagged)
{
	const struct groups *groups = &play->app->groups;
	size_t rows = 0, lines = 0, tags = 0;

	if (groups->by == GROUP_BY_NONE || play->app->listing.count == 0) {
		assert_int_equal(groups->lines, play->app->listing.count);
		return;
	}
	for (size_t i = 0; i < groups->count; i++) {
		assert_int_equal(groups->all[i].first, rows);
		assert_int_equal(groups->all[i].line, lines);
		assert_true(groups->all[i].count > 0);
		rows += groups->all[i].count;
		lines += 1 + (groups->all[i].folded ? 0 : groups->all[i].count);
		tags += groups->all[i].tagged;
	}
	assert_int_equal(rows, play->app->listing.count);
	assert_int_equal(lines, groups->lines);
	assert_int_equal(tags, tagged);
}

/* What is followed is selected wherever it is listed. */
static void check_selected(struct play *play)
{
	const struct app *app = play->app;
	const struct row *row = app_selected(app);

	assert_true(app->groups.lines == 0 ? app->view.at == 0 : app->view.at < app->groups.lines);
	if (!app->follow.on || app_find(app, &app->follow.sock) == SIZE_MAX)
		return;
	assert_non_null(row);
	assert_int_equal(row->sock.cookie, app->follow.sock.cookie);
}

static void check(struct play *play)
{
	check_groups(play, check_rows(play));
	check_selected(play);
	session_draw(play->session, &play->fixture->screen);
}

/* What a key may do to the tag of a socket. */
struct tag {
	bool is_set, is_chosen;
};

static void note_tags(const struct play *play, struct tag *tags)
{
	const struct app *app = play->app;
	size_t first, count = app_selection(app, &first);

	memset(tags, 0, COOKIES * sizeof(tags[0]));
	for (size_t i = 0; i < app->table.count; i++)
		tags[app->table.rows[i].sock.cookie].is_set = app->table.rows[i].tagged;
	for (size_t i = first; i < first + count; i++)
		tags[app_row(app, i)->sock.cookie].is_chosen = true;
}

/* Tags are the user's: no snapshot, order or filter changes them as long as the socket is known. */
static void check_tags(const struct play *play, const struct tag *before, uint32_t key)
{
	for (size_t i = 0; i < play->app->table.count; i++) {
		const struct row *row = &play->app->table.rows[i];
		const struct tag *tag = &before[row->sock.cookie];

		if (row->tagged != tag->is_set)
			assert_true(key == 'U' ? tag->is_set : key == ' ' && tag->is_chosen);
	}
}

static bool is_still(const struct play *play)
{
	const struct source *source = &play->fixture->made.source;

	return play->app->paused && !source->running && !source->seeking && !app_is_busy(play->app);
}

static void serve(struct play *play)
{
	static struct tag tags[COOKIES];
	uint64_t now = clock_now_ns(&play->fixture->clock);
	bool still = is_still(play);
	size_t count = play->app->table.count, listed = play->app->listing.count;

	note_tags(play, tags);
	session_fixture_serve(play->fixture, now + any(play, 800) * NS_PER_MS);
	check_tags(play, tags, 0);
	check(play);
	if (!still)
		return;
	assert_int_equal(play->app->table.count, count);
	assert_int_equal(play->app->listing.count, listed);
}

static void press_key(struct play *play)
{
	static const uint32_t keys[] = {
		'j', 'k', 'j', 'g', 'G', INPUT_CTRL('D'), INPUT_CTRL('U'), INPUT_CTRL('F'), ' ', ' ', 'U', 'F', 'F', 'v', 'v', 'z',
		'*', INPUT_LEFT, INPUT_RIGHT, '<', '>', 'I', 'l', 't', 'a', 'a', 'p', INPUT_TAB, INPUT_ENTER, 'o', 'n', 'N', '/',
		'\\', '8', '0', '7', INPUT_ESCAPE, INPUT_ESCAPE, INPUT_BACKSPACE, 'e', 'f', 's', 's', 'r', 'A', INPUT_CTRL('L'),
	};
	static struct tag tags[COOKIES];
	uint32_t key = keys[any(play, ARRAY_SIZE(keys))];

	note_tags(play, tags);
	app_key(play->app, key);
	session_grant(play->session);
	check_tags(play, tags, key);
	check(play);
}

/* The kept listing is the one that is made at once, and what is listed is what there is. */
static void check_truth(struct play *play)
{
	const struct app *app = play->app;
	struct listing anew = { .sort = app->listing.sort, .inverted = app->listing.inverted, .filter = app->listing.filter,
				.names = app->listing.names, .owners_come = app->listing.owners_come };
	size_t asked = 0;

	listing_make(&anew, &app->table, &app->query);
	assert_int_equal(app->listing.count, anew.count);
	assert_memory_equal(app->listing.rows, anew.rows, anew.count * sizeof(anew.rows[0]));
	for (size_t i = 0; i < play->fixture->made.count; i++)
		asked += query_match(&app->query, &play->fixture->made.socks[i]) ? 1 : 0;
	assert_int_equal(app->table.count, asked);
	listing_fini(&anew);
}

/* Nothing is asked, nothing happens any more, and all that has begun ends. */
static void come_to_rest(struct play *play)
{
	for (int i = 0; i < 6; i++)
		app_key(play->app, INPUT_ESCAPE);
	assert_int_equal(play->app->mode, MODE_TABLE);
	if (play->app->paused)
		app_key(play->app, 'p');
	session_grant(play->session);
	session_fixture_pass(play->fixture, 70);
	check(play);
	check_truth(play);
}

static void live_through(struct session_fixture *fixture, uint64_t seed, size_t limit)
{
	struct play play = { .fixture = fixture, .session = &fixture->session, .app = &fixture->session.app, .random = seed,
			     .limit = limit };

	while (fixture->made.count < limit)
		open_one(&play, fixture->made.count++);
	session_fixture_begin(fixture);
	for (int turn = 0; turn < TURNS; turn++) {
		for (unsigned keys = any(&play, 5); keys > 0; keys--)
			press_key(&play);
		if (any(&play, 3) == 0)
			go_on(&play);
		for (unsigned times = any(&play, 6); times > 0; times--)
			serve(&play);
	}
	come_to_rest(&play);
}

static void keys_among_few_sockets(void **state)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		session_fixture_setup(state);
		live_through(*state, seed, FEW);
		session_fixture_teardown(state);
	}
}

static void keys_among_more_than_can_be_put_in_order_at_once(void **state)
{
	for (uint64_t seed = 101; seed <= 102; seed++) {
		session_fixture_setup(state);
		live_through(*state, seed, MANY);
		session_fixture_teardown(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_among_few_sockets),
		cmocka_unit_test(keys_among_more_than_can_be_put_in_order_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
