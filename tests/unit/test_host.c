/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files in /proc/sys/net tell of ports. */
#include "helpers.h"

#include "kernel/host.h"

static void check_range(const char *text, unsigned low, unsigned high)
{
	struct host host = { .error = 0 };

	host_take_range(&host, text);
	assert_int_equal(host.values.range_low, low);
	assert_int_equal(host.values.range_high, high);
	host_fini(&host);
}

static void the_range_is_read_or_that_of_the_kernel(void **state)
{
	(void)state;
	check_range("1024\t65535\n", 1024, 65535);
	check_range("", 32768, 60999);
	check_range("60999 32768\n", 32768, 60999);
	check_range("1 70000\n", 32768, 60999);
	check_range("-1 80\n", 32768, 60999);
}

static void check_reserved(const char *text, const uint16_t *ports, size_t count)
{
	struct host host = { .error = 0 };

	host_take_reserved(&host, text);
	assert_int_equal(host.values.reserved_count, count);
	if (count > 0)
		assert_memory_equal(host.reserved, ports, count * sizeof(ports[0]));
	host_fini(&host);
}

static void reserved_ports_are_read_as_far_as_they_ascend(void **state)
{
	static const uint16_t ports[] = { 80, 8000, 8001, 8002, 65535 };

	(void)state;
	check_reserved("80,8000-8002,65535\n", ports, 5);
	check_reserved("\n", NULL, 0);
	check_reserved("80,8000-8002,8002-9000\n", ports, 4);
	check_reserved("80,8000-8002,70000\n", ports, 4);
	check_reserved("80,8000-\n", ports, 1);
	check_reserved("80,99999999999999999999-1\n", ports, 1);
	check_reserved("-80\n", NULL, 0);
}

/* As many as there are ports, however often they are told. */
static void all_ports_may_be_reserved_once(void **state)
{
	struct host host = { .error = 0 };

	(void)state;
	host_take_reserved(&host, "0-65535,0-65535,65535\n");
	assert_int_equal(host.values.reserved_count, 65536);
	host_fini(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_range_is_read_or_that_of_the_kernel),
		cmocka_unit_test(reserved_ports_are_read_as_far_as_they_ascend),
		cmocka_unit_test(all_ports_may_be_reserved_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
