/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include "base/map.h"

enum { KEYS_MAX = 700 };

/* What the map should hold: a value for each key of a pool, or MAP_NONE. */
struct model {
	struct map map;
	uint64_t keys[KEYS_MAX];
	uint32_t values[KEYS_MAX];
	size_t pool, count;
};

/* Cookies and inodes count upwards, and both ends of the range are keys as well as any other. */
static void model_init(struct model *model, size_t pool, uint64_t *random)
{
	*model = (struct model){ .map = MAP_INIT, .pool = pool };
	for (size_t i = 0; i < pool; i++) {
		model->keys[i] = i % 3 == 0 ? next_random(random) : i;
		model->values[i] = MAP_NONE;
	}
	model->keys[0] = 0;
	model->keys[1] = UINT64_MAX;
}

static void put(struct model *model, size_t at, uint32_t value)
{
	map_put(&model->map, model->keys[at], value);
	model->count += model->values[at] == MAP_NONE ? 1 : 0;
	model->values[at] = value;
}

static void del(struct model *model, size_t at)
{
	map_del(&model->map, model->keys[at]);
	model->count -= model->values[at] != MAP_NONE ? 1 : 0;
	model->values[at] = MAP_NONE;
}

static void check(const struct model *model)
{
	for (size_t i = 0; i < model->pool; i++) {
		if (map_get(&model->map, model->keys[i]) != model->values[i])
			fail_msg("key %#lx is not as it was stored", (unsigned long)model->keys[i]);
	}
	assert_int_equal(model->map.count, model->count);
}

/* In a pool that nearly fills the first allocation, runs are long and go around its end. */
static void random_operations(size_t pool, unsigned rounds)
{
	uint64_t random = pool;
	struct model model;

	model_init(&model, pool, &random);
	for (unsigned i = 0; i < rounds; i++) {
		uint64_t dice = next_random(&random);
		size_t at = (size_t)(dice >> 8) % pool;

		if (dice % 16 < (i / 1000 % 2 == 0 ? 10 : 5))
			put(&model, at, (uint32_t)(dice >> 40));
		else
			del(&model, at);
		check(&model);
	}
	map_fini(&model.map);
}

static void a_small_map_does_what_an_array_does(void **state)
{
	(void)state;
	random_operations(48, 20000);
}

static void a_map_that_grows_does_what_an_array_does(void **state)
{
	(void)state;
	random_operations(KEYS_MAX, 5000);
}

static void nothing_is_in_an_empty_map(void **state)
{
	struct map map = MAP_INIT;

	(void)state;
	assert_int_equal(map_get(&map, 0), MAP_NONE);
	assert_int_equal(map_get(&map, UINT64_MAX), MAP_NONE);
	map_del(&map, 0);
	map_clear(&map);
	assert_int_equal(map.count, 0);
	map_fini(&map);
}

static void both_ends_of_the_range_are_keys(void **state)
{
	struct map map = MAP_INIT;

	(void)state;
	map_put(&map, 0, 1);
	assert_int_equal(map_get(&map, UINT64_MAX), MAP_NONE);
	map_put(&map, UINT64_MAX, 0);
	assert_int_equal(map_get(&map, 0), 1);
	assert_int_equal(map_get(&map, UINT64_MAX), 0);
	map_del(&map, 0);
	assert_int_equal(map_get(&map, 0), MAP_NONE);
	assert_int_equal(map_get(&map, UINT64_MAX), 0);
	map_fini(&map);
}

static void a_second_value_replaces_the_first(void **state)
{
	struct map map = MAP_INIT;

	(void)state;
	map_put(&map, 7, 1);
	map_put(&map, 7, 2);
	assert_int_equal(map_get(&map, 7), 2);
	assert_int_equal(map.count, 1);
	map_del(&map, 7);
	map_del(&map, 7);
	assert_int_equal(map.count, 0);
	map_fini(&map);
}

static void cleared_it_is_empty_and_keeps_its_memory(void **state)
{
	struct map map = MAP_INIT;

	(void)state;
	for (uint64_t key = 0; key < 1000; key++)
		map_put(&map, key, 1);
	const struct map_slot *slots = map.slots;
	map_clear(&map);
	assert_int_equal(map.count, 0);
	for (uint64_t key = 0; key < 1000; key++)
		assert_int_equal(map_get(&map, key), MAP_NONE);
	for (uint64_t key = 0; key < 1000; key++)
		map_put(&map, key, 2);
	assert_ptr_equal(map.slots, slots);
	map_fini(&map);
	assert_null(map.slots);
	assert_int_equal(map.count, 0);
}

static void every_entry_comes_once(void **state)
{
	struct map map = MAP_INIT;
	const struct map_slot *slot;
	bool seen[1000] = { false };
	size_t at = 0;

	(void)state;
	assert_null(map_next(&map, &at));
	for (uint32_t key = 0; key < 1000; key++)
		map_put(&map, key, key * 2);
	for (uint32_t key = 0; key < 1000; key += 3)
		map_del(&map, key);
	for (at = 0; (slot = map_next(&map, &at)) != NULL;) {
		assert_int_equal(slot->value, slot->key * 2);
		assert_false(seen[slot->key]);
		seen[slot->key] = true;
	}
	for (size_t key = 0; key < 1000; key++)
		assert_int_equal(seen[key], key % 3 != 0);
	map_fini(&map);
}

static void room_that_is_made_before_takes_what_comes(void **state)
{
	struct map map = MAP_INIT;
	const struct map_slot *slots;

	(void)state;
	map_put(&map, 7, 70);
	map_reserve(&map, 1000);
	slots = map.slots;
	for (uint64_t key = 1; key <= 1000; key++)
		map_put(&map, key, (uint32_t)(10 * key));
	assert_ptr_equal(map.slots, slots);
	assert_int_equal(map.count, 1000);
	assert_int_equal(map_get(&map, 7), 70);
	assert_int_equal(map_get(&map, 1000), 10000);
	map_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_in_an_empty_map),
		cmocka_unit_test(both_ends_of_the_range_are_keys),
		cmocka_unit_test(a_second_value_replaces_the_first),
		cmocka_unit_test(cleared_it_is_empty_and_keeps_its_memory),
		cmocka_unit_test(a_small_map_does_what_an_array_does),
		cmocka_unit_test(a_map_that_grows_does_what_an_array_does),
		cmocka_unit_test(every_entry_comes_once),
		cmocka_unit_test(room_that_is_made_before_takes_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
