/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of names, how long, and how much of it; and what a row needs. */
#include "helpers.h"

#include <string.h>

#include "model/names.h"

#define NOW_NS (1000 * NS_PER_S)

/* A cache that is full after three. */
static int setup(void **state)
{
	static struct name_cache cache;

	cache = (struct name_cache){ .most = 3 };
	*state = &cache;
	return 0;
}

static int teardown(void **state)
{
	name_cache_fini(*state);
	return 0;
}

static void learn(struct name_cache *cache, uint32_t number, const char *text, uint64_t now_ns)
{
	name_learn(cache, name_number(number), text, true, now_ns);
}

static const char *get(const struct name_cache *cache, uint32_t number)
{
	return name_get(cache, name_number(number));
}

static bool due(const struct name_cache *cache, uint32_t number, uint64_t now_ns)
{
	return name_due(cache, name_number(number), now_ns);
}

static void what_was_never_asked_for_is_due(void **state)
{
	struct name_cache *cache = *state;

	assert_true(due(cache, 0, NOW_NS));
	assert_null(get(cache, 0));
	assert_false(name_is_sure(cache, name_number(0)));
}

static void nothing_is_asked_for_twice(void **state)
{
	struct name_cache *cache = *state;

	name_asked(cache, name_number(7), NOW_NS);
	assert_int_equal(cache->pending, 1);
	assert_false(due(cache, 7, NOW_NS));
	assert_false(due(cache, 7, NOW_NS + 2 * NAME_LIFE_NS));
	assert_null(get(cache, 7));
	learn(cache, 7, "seven", NOW_NS);
	assert_int_equal(cache->pending, 0);
	assert_string_equal(get(cache, 7), "seven");
}

static void a_name_is_a_copy_and_due_after_its_life(void **state)
{
	struct name_cache *cache = *state;
	char text[] = "root";

	learn(cache, 0, text, NOW_NS);
	strcpy(text, "evil");
	assert_string_equal(get(cache, 0), "root");
	assert_false(due(cache, 0, NOW_NS + NAME_LIFE_NS - 1));
	assert_true(due(cache, 0, NOW_NS + NAME_LIFE_NS));
}

static void that_there_is_none_is_known_for_a_shorter_time(void **state)
{
	struct name_cache *cache = *state;

	learn(cache, 4711, NULL, NOW_NS);
	assert_null(get(cache, 4711));
	assert_true(name_is_sure(cache, name_number(4711)));
	assert_false(due(cache, 4711, NOW_NS + NAME_NONE_LIFE_NS - 1));
	assert_true(due(cache, 4711, NOW_NS + NAME_NONE_LIFE_NS));
}

/* While it is asked for again, and also when nobody answers then; a new answer replaces it. */
static void an_old_name_stays_until_there_is_a_new_one(void **state)
{
	struct name_cache *cache = *state;

	learn(cache, 1, "old", NOW_NS);
	name_asked(cache, name_number(1), NOW_NS + NAME_LIFE_NS);
	assert_string_equal(get(cache, 1), "old");
	name_learn(cache, name_number(1), NULL, false, NOW_NS + NAME_LIFE_NS);
	assert_string_equal(get(cache, 1), "old");
	assert_false(name_is_sure(cache, name_number(1)));
	learn(cache, 1, "new", NOW_NS);
	assert_string_equal(get(cache, 1), "new");
	learn(cache, 1, get(cache, 1), NOW_NS);
	assert_string_equal(get(cache, 1), "new");
	learn(cache, 1, NULL, NOW_NS);
	assert_null(get(cache, 1));
}

static void the_oldest_gives_way(void **state)
{
	struct name_cache *cache = *state;

	learn(cache, 1, "one", NOW_NS);
	learn(cache, 2, "two", NOW_NS);
	learn(cache, 3, "three", NOW_NS);
	learn(cache, 4, "four", NOW_NS);
	assert_int_equal(cache->count, 3);
	assert_null(get(cache, 1));
	assert_string_equal(get(cache, 2), "two");
	assert_string_equal(get(cache, 4), "four");
	learn(cache, 5, "five", NOW_NS);
	assert_null(get(cache, 2));
	assert_string_equal(get(cache, 3), "three");
}

/* Else more of them than fit, shown at once, would push each other out and be asked for without end. */
static void of_many_at_once_those_that_fit_stay_for_a_while(void **state)
{
	struct name_cache *cache = *state;

	for (uint32_t i = 1; i <= 3; i++)
		name_asked(cache, name_number(i), NOW_NS);
	assert_false(due(cache, 4, NOW_NS + NAME_KEPT_NS - 1));
	assert_true(due(cache, 4, NOW_NS + NAME_KEPT_NS));
	name_asked(cache, name_number(4), NOW_NS + NAME_KEPT_NS);
	assert_int_equal(cache->pending, 3);
	assert_true(due(cache, 1, NOW_NS + NAME_KEPT_NS));
}

static void an_answer_for_one_that_gave_way_is_remembered_anew(void **state)
{
	struct name_cache *cache = *state;

	for (uint32_t i = 1; i <= 4; i++)
		name_asked(cache, name_number(i), NOW_NS);
	learn(cache, 1, "one", NOW_NS);
	assert_string_equal(get(cache, 1), "one");
	assert_int_equal(cache->count, 3);
	assert_int_equal(cache->pending, 2);
}

static void a_cache_without_a_bound_keeps_all(void **state)
{
	struct name_cache cache = { .most = 0 };
	struct buf text = BUF_INIT;

	(void)state;
	for (uint32_t uid = 0; uid < 10000; uid++) {
		buf_uint(&text, uid);
		learn(&cache, uid, buf_str(&text), NOW_NS);
		buf_clear(&text);
	}
	for (uint32_t uid = 0; uid < 10000; uid++) {
		buf_uint(&text, uid);
		assert_text(&text, get(&cache, uid));
	}
	buf_fini(&text);
	name_cache_fini(&cache);
}

/* The kinds do not mix, and each is bounded. */
static void every_kind_is_kept_apart_and_bounded(void **state)
{
	struct names names;

	(void)state;
	names_init(&names);
	learn(&names.of[NAME_USER], 1, "daemon", NOW_NS);
	learn(&names.of[NAME_DEVICE], 1, "lo", NOW_NS);
	assert_string_equal(get(&names.of[NAME_USER], 1), "daemon");
	assert_string_equal(get(&names.of[NAME_DEVICE], 1), "lo");
	for (size_t kind = 0; kind < NAME_KIND_COUNT; kind++) {
		for (uint32_t i = 0; i < 2 * NAMES_MOST; i++)
			learn(&names.of[kind], i, "name", NOW_NS);
		assert_int_equal(names.of[kind].count, NAMES_MOST);
		assert_int_equal(names.of[kind].index.count, NAMES_MOST);
	}
	names_fini(&names);
	assert_null(get(&names.of[NAME_USER], 2 * NAMES_MOST - 1));
}

/* Two keys whose hashes are the same: whoever chooses IPv6 addresses can make such. */
static void keys_with_the_same_hash_are_not_taken_for_each_other(void **state)
{
	struct name_cache *cache = *state;
	const struct name_key a = { 0, UINT64_C(0x9e3779b97f4a7c15) }, b = { 1, 0 };

	name_learn(cache, a, "a", true, NOW_NS);
	assert_true(name_due(cache, b, NOW_NS));
	name_learn(cache, b, "b", true, NOW_NS);
	assert_string_equal(name_get(cache, b), "b");
	assert_null(name_get(cache, a));
	for (uint32_t i = 1; i <= 2; i++)
		learn(cache, i, "other", NOW_NS); /* the place of a is taken, and b stays */
	assert_string_equal(name_get(cache, b), "b");
}

static void addresses_are_keys_and_the_reverse(void **state)
{
	const struct sock four = make_sock(1, STATE_ESTABLISHED, "192.0.2.1:1", "127.0.0.1:1");
	const struct sock six = make_sock(1, STATE_ESTABLISHED, "[2001:db8::8:1]:1", "[::ffff:192.0.2.1]:1");
	uint8_t address[16];

	(void)state;
	struct name_key mapped = name_address(six.family, six.foreign), plain = name_address(four.family, four.local);
	assert_memory_equal(&mapped, &plain, sizeof(mapped));
	assert_int_equal(name_address_of(mapped, address), FAMILY_INET);
	assert_memory_equal(address, four.local, 4);
	assert_int_equal(name_address_of(name_address(six.family, six.local), address), FAMILY_INET6);
	assert_memory_equal(address, six.local, 16);
}

static size_t count_wanted(const char *local, const char *foreign, unsigned kinds)
{
	const struct sock sock = make_sock(1, STATE_ESTABLISHED, local, foreign);
	struct name_question wanted[NAMES_OF_SOCK];

	return names_of_sock(&sock, kinds, wanted);
}

static void wildcards_and_no_ports_are_never_asked_for(void **state)
{
	static const char *const wildcards[] = { "0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0" };
	unsigned shown = 1u << NAME_HOST | 1u << NAME_SERVICE;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wildcards); i++)
		assert_int_equal(count_wanted(wildcards[i], wildcards[i], shown), 0);
	assert_int_equal(count_wanted("127.0.0.1:80", NULL, shown), 2);
	assert_int_equal(count_wanted("[::1]:80", "[2001:db8::1]:5", shown), 4);
	assert_int_equal(count_wanted("127.0.0.1:80", "127.0.0.1:5", 1u << NAME_HOST), 2);
	assert_int_equal(count_wanted("127.0.0.1:80", "127.0.0.1:5", 0), 0);
}

static void a_row_needs_its_user_and_its_device(void **state)
{
	struct sock sock = make_listener(1, 80);
	struct name_question wanted[NAMES_OF_SOCK];

	(void)state;
	sock.uid = 33;
	sock.ifindex = 5;
	assert_int_equal(names_of_sock(&sock, ~0u, wanted), 3);
	assert_int_equal(wanted[0].kind, NAME_USER);
	assert_int_equal(wanted[0].key.low, 33);
	assert_int_equal(wanted[1].kind, NAME_DEVICE);
	assert_int_equal(wanted[1].key.low, 5);
	assert_int_equal(wanted[2].kind, NAME_SERVICE);
	sock.have &= ~(uint32_t)HAVE_UID;
	assert_int_equal(names_of_sock(&sock, 1u << NAME_USER, wanted), 0);
}

/* What a name server says may be meant to be taken for an address, or for the next column. */
static void names_that_could_be_misread_are_of_no_use(void **state)
{
	static const char *const bad[] = { "", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "::1", "a b", "a:80", "lo%1", "[a]" };
	static const char *const good[] = { "localhost", "a.example.com", "1.2.3.4.5", "10.0.0.1.example.com", "evil\033c" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(host_name_is_usable(bad[i]));
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(host_name_is_usable(good[i]));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_never_asked_for_is_due),
		TEST(nothing_is_asked_for_twice),
		TEST(a_name_is_a_copy_and_due_after_its_life),
		TEST(that_there_is_none_is_known_for_a_shorter_time),
		TEST(an_old_name_stays_until_there_is_a_new_one),
		TEST(the_oldest_gives_way),
		TEST(of_many_at_once_those_that_fit_stay_for_a_while),
		TEST(an_answer_for_one_that_gave_way_is_remembered_anew),
		cmocka_unit_test(a_cache_without_a_bound_keeps_all),
		cmocka_unit_test(every_kind_is_kept_apart_and_bounded),
		TEST(keys_with_the_same_hash_are_not_taken_for_each_other),
		cmocka_unit_test(addresses_are_keys_and_the_reverse),
		cmocka_unit_test(wildcards_and_no_ports_are_never_asked_for),
		cmocka_unit_test(a_row_needs_its_user_and_its_device),
		cmocka_unit_test(names_that_could_be_misread_are_of_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
