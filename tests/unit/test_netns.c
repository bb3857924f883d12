/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which network namespaces are meant, as a user writes it; and what users of another user namespace are here. */
#include "helpers.h"

#include <string.h>

#include "kernel/uid_map.h"
#include "model/netns.h"
#include "model/query.h"

static void check_wish(const char *const *texts, const char *expected)
{
	struct netns_wish wish = { .all = false };
	struct buf out = BUF_INIT;

	for (; *texts != NULL; texts++)
		assert_true(netns_wish_add(&wish, *texts, &out));
	assert_true(netns_wish_is_given(&wish));
	netns_wish_format(&out, &wish);
	assert_text(&out, expected);
	netns_wish_fini(&wish);
	assert_false(netns_wish_is_given(&wish));
	buf_fini(&out);
}

#define TEXTS(...) (const char *const[]){ __VA_ARGS__, NULL }

static void namespaces_are_lists_of_words(void **state)
{
	(void)state;
	check_wish(TEXTS("red"), "red");
	check_wish(TEXTS("red,4242", "blue"), "red,4242,blue");
	check_wish(TEXTS("all"), "all");
	check_wish(TEXTS("red", "blue,all"), "all");
	check_wish(TEXTS("/run/netns/a,b", "c"), "/run/netns/a,b,c");
	check_wish(TEXTS("r\033d"), "r\\x1bd");
}

static void what_can_be_none_is_refused(void **state)
{
	static const char *const words[] = { "", "red,", ",red", "a/b", "..", "red,./x" };
	struct buf error = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct netns_wish wish = { .all = false };

		assert_false(netns_wish_add(&wish, words[i], &error));
		assert_non_null(strstr(error.data, "\" is no network namespace: a name, a process id, a path that begins with / or all"));
		buf_clear(&error);
		netns_wish_fini(&wish);
	}
	buf_fini(&error);
}

static void the_title_tells_which(void **state)
{
	struct netns_wish wish = { .all = false };
	struct buf out = BUF_INIT;
	struct query query;

	(void)state;
	query_init(&query);
	assert_true(netns_wish_add(&wish, "red,blue", &out));
	query.netns = &wish;
	portset_add(&query.ports, 80, 80);
	query_describe(&out, &query);
	assert_text(&out, "-p 80 -N red,blue");
	netns_wish_fini(&wish);
	buf_fini(&out);
}

static void check_uid(const struct uid_map *map, uint32_t inside, int64_t expected)
{
	uint32_t outside;
	bool known = uid_map_outside(map, inside, &outside);

	assert_int_equal(known ? (int64_t)outside : -1, expected);
}

static void users_have_the_numbers_that_they_have_here(void **state)
{
	struct uid_map map = { .differs = false };

	(void)state;
	check_uid(&map, 7, 7);
	uid_map_parse(&map, "         0       1000          1\n         1     100000      65536\n");
	check_uid(&map, 0, 1000);
	check_uid(&map, 1, 100000);
	check_uid(&map, 65536, 165535);
	check_uid(&map, 65537, -1);
	check_uid(&map, UINT32_MAX, -1);
	uid_map_parse(&map, "         0          0 4294967295\n");
	check_uid(&map, 4711, 4711);
	check_uid(&map, UINT32_MAX, -1);
}

static void a_map_that_cannot_be_read_knows_nobody(void **state)
{
	static const char *const texts[] = { "", "\n", "0 1", "x\n\n" };
	struct uid_map map;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		uid_map_parse(&map, texts[i]);
		check_uid(&map, 0, -1);
	}
	struct buf long_text = BUF_INIT;
	for (unsigned i = 0; i < 2 * UID_RANGES_MAX; i++)
		buf_printf(&long_text, "%u %u 1\n", i, 1000 + i);
	uid_map_parse(&map, long_text.data);
	check_uid(&map, UID_RANGES_MAX - 1, 1000 + UID_RANGES_MAX - 1);
	check_uid(&map, UID_RANGES_MAX, -1);
	buf_fini(&long_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(namespaces_are_lists_of_words),
		cmocka_unit_test(what_can_be_none_is_refused),
		cmocka_unit_test(the_title_tells_which),
		cmocka_unit_test(users_have_the_numbers_that_they_have_here),
		cmocka_unit_test(a_map_that_cannot_be_read_knows_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
