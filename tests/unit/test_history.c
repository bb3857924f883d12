/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include "model/history.h"
#include "model/table.h"

static void add(struct history *history, enum history_kind kind, uint64_t real_ns)
{
	history_add(history, &(struct history_entry){ .kind = (uint8_t)kind, .real_ns = real_ns });
}

static void an_empty_history_has_no_entries(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 3);
	assert_null(history_at(&history, 0));
	assert_null(history_at(&history, SIZE_MAX));
	history_fini(&history);
}

static void entries_are_counted_from_the_latest(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 3);
	add(&history, HISTORY_OPENED, 1);
	add(&history, HISTORY_OPENED, 2);
	assert_int_equal(history_at(&history, 0)->real_ns, 2);
	assert_int_equal(history_at(&history, 1)->real_ns, 1);
	assert_null(history_at(&history, 2));
	history_fini(&history);
}

static void the_oldest_go_when_there_are_too_many(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 5; size++) {
		struct history history;

		history_init(&history, size);
		for (uint64_t i = 1; i <= 17; i++) {
			add(&history, HISTORY_OPENED, i);
			for (size_t age = 0; age < size && age < i; age++)
				assert_int_equal(history_at(&history, age)->real_ns, i - age);
			assert_null(history_at(&history, i < size ? (size_t)i : size));
		}
		assert_int_equal(history.total, 17);
		assert_int_equal(history.count, size);
		history_fini(&history);
	}
}

/* Those that went are counted, too. */
static void closings_and_losses_are_counted(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 2);
	for (unsigned kind = 0; kind < HISTORY_KIND_COUNT; kind++) {
		add(&history, kind, 1);
		add(&history, HISTORY_CLOSED, 2);
	}
	assert_int_equal(history.closings, HISTORY_KIND_COUNT + 1);
	assert_int_equal(history.losses, 1);
	assert_int_equal(history.total, 2 * HISTORY_KIND_COUNT);
	history_fini(&history);
}

static void an_entry_of_a_row_has_its_first_owner(void **state)
{
	struct owner owners[] = { { .pid = 1, .comm = "first" }, { .pid = 2, .comm = "second" } };
	struct row row = { .sock = make_listener(7, 80), .owners = owners, .owner_count = 2 };
	struct history_entry entry = history_of_row(&row);

	(void)state;
	assert_int_equal(entry.sock.cookie, 7);
	assert_int_equal(entry.owner_count, 2);
	assert_string_equal(entry.owner.comm, "first");
	row.owner_count = 0;
	entry = history_of_row(&row);
	assert_int_equal(entry.owner_count, 0);
	assert_int_equal(entry.owner.pid, 0);
}

static void what_happened_is_said_in_words(void **state)
{
	static const struct {
		struct history_entry entry;
		const char *kind, *text, *brief;
	} cases[] = {
		{ { .kind = HISTORY_OPENED, .sock.state = STATE_LISTEN }, "opened", "LISTEN, new", "+LISTEN" },
		{ { .kind = HISTORY_CHANGED, .from = STATE_ESTABLISHED, .sock.state = STATE_CLOSE_WAIT }, "changed",
		  "ESTABLISHED -> CLOSE_WAIT", "~CLOSE_WAIT" },
		{ { .kind = HISTORY_CLOSED, .sock.state = STATE_ESTABLISHED }, "closed", "closed", "-closed" },
		{ { .kind = HISTORY_CLOSED, .unseen = true }, "closed", "opened and closed", "+-closed" },
		{ { .kind = HISTORY_ENDED, .sock.state = STATE_TIME_WAIT }, "ended", "TIME_WAIT over", "-TIME_WAIT" },
		{ { .kind = HISTORY_LOST }, "lost", "closings were lost by the kernel here",
		  "closings were lost by the kernel here" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(history_kind_name(cases[i].entry.kind), cases[i].kind);
		history_format(&out, &cases[i].entry);
		assert_text(&out, cases[i].text);
		history_format_brief(&out, &cases[i].entry);
		assert_text(&out, cases[i].brief);
	}
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_history_has_no_entries),
		cmocka_unit_test(entries_are_counted_from_the_latest),
		cmocka_unit_test(the_oldest_go_when_there_are_too_many),
		cmocka_unit_test(closings_and_losses_are_counted),
		cmocka_unit_test(an_entry_of_a_row_has_its_first_owner),
		cmocka_unit_test(what_happened_is_said_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
