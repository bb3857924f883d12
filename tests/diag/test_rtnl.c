/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as rtnetlink tells them, and as it never should. */
#include "../unit/helpers.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/rtnl.h"
#include "model/rules.h"

enum { ATTRIBUTE_TYPES = 32, LENGTH_MOST = 40 };

struct fixture {
	_Alignas(struct nlmsghdr) char bytes[512];
	struct nlmsghdr *message;
	struct bind_address address;
};

static struct fixture fixture;

static void begin(uint16_t type, const void *own, size_t length)
{
	memset(&fixture, 0, sizeof(fixture));
	fixture.message = mnl_nlmsg_put_header(fixture.bytes);
	fixture.message->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(fixture.message, length), own, length);
}

static const struct rtmsg loopback = {
	.rtm_family = AF_INET, .rtm_dst_len = 8, .rtm_table = RT_TABLE_LOCAL, .rtm_type = RTN_LOCAL,
};

static const struct ifaddrmsg link_local = {
	.ifa_family = AF_INET6, .ifa_prefixlen = 64, .ifa_scope = RT_SCOPE_LINK, .ifa_index = 7,
};

static void put_destination(void)
{
	mnl_attr_put(fixture.message, RTA_DST, 4, "\x7f\0\0");
}

static void a_local_route_is_an_address(void **state)
{
	(void)state;
	begin(RTM_NEWROUTE, &loopback, sizeof(loopback));
	put_destination();
	mnl_attr_put_u32(fixture.message, RTA_OIF, 1);
	assert_true(rtnl_parse4(fixture.message, &fixture.address));
	assert_int_equal(fixture.address.family, FAMILY_INET);
	assert_memory_equal(fixture.address.address, "\x7f\0\0", 4);
	assert_int_equal(fixture.address.bits, 8);
	assert_int_equal(fixture.address.ifindex, 1);
	assert_false(fixture.address.is_broadcast);
}

/* What the fixed bits would be compared for is not in an address. */
static void a_prefix_longer_than_an_address_is_refused(void **state)
{
	struct rtmsg route = loopback;

	(void)state;
	for (unsigned bits = 0; bits <= UINT8_MAX; bits++) {
		route.rtm_dst_len = (uint8_t)bits;
		begin(RTM_NEWROUTE, &route, sizeof(route));
		put_destination();
		assert_int_equal(rtnl_parse4(fixture.message, &fixture.address), bits <= 32);
	}
}

static void routes_of_other_tables_and_types_are_passed_over(void **state)
{
	struct rtmsg route = loopback;

	(void)state;
	route.rtm_type = RTN_UNICAST;
	begin(RTM_NEWROUTE, &route, sizeof(route));
	put_destination();
	assert_false(rtnl_parse4(fixture.message, &fixture.address));
	begin(RTM_NEWROUTE, &loopback, sizeof(loopback));
	put_destination();
	mnl_attr_put_u32(fixture.message, RTA_TABLE, RT_TABLE_MAIN);
	assert_false(rtnl_parse4(fixture.message, &fixture.address));
	begin(RTM_DELROUTE, &loopback, sizeof(loopback));
	put_destination();
	assert_false(rtnl_parse4(fixture.message, &fixture.address));
	begin(RTM_NEWROUTE, &loopback, sizeof(loopback));
	assert_false(rtnl_parse4(fixture.message, &fixture.address));
}

static void the_own_end_of_a_link_is_the_address(void **state)
{
	static const uint8_t own[16] = { 0xfe, 0x80, 1 }, other[16] = { 0xfe, 0x80, 2 };

	(void)state;
	begin(RTM_NEWADDR, &link_local, sizeof(link_local));
	mnl_attr_put(fixture.message, IFA_LOCAL, sizeof(own), own);
	mnl_attr_put(fixture.message, IFA_ADDRESS, sizeof(other), other);
	mnl_attr_put_u32(fixture.message, IFA_FLAGS, IFA_F_TENTATIVE);
	assert_true(rtnl_parse6(fixture.message, &fixture.address));
	assert_memory_equal(fixture.address.address, own, sizeof(own));
	assert_int_equal(fixture.address.family, FAMILY_INET6);
	assert_int_equal(fixture.address.bits, 128);
	assert_int_equal(fixture.address.ifindex, 7);
	assert_true(fixture.address.is_narrow && fixture.address.is_tentative);
}

static bool read_any(const struct nlmsghdr *message)
{
	return rtnl_parse4(message, &fixture.address) || rtnl_parse6(message, &fixture.address);
}

/* Before the page that may not be read. */
static struct nlmsghdr *last(char *end, size_t length)
{
	struct nlmsghdr *cut = (struct nlmsghdr *)(end - MNL_ALIGN(length));

	memcpy(cut, fixture.bytes, length);
	cut->nlmsg_len = (uint32_t)length;
	return cut;
}

static void try_lengths(char *end, uint16_t message, const void *own, size_t own_length)
{
	static const char value[LENGTH_MOST];

	for (unsigned type = 0; type < ATTRIBUTE_TYPES; type++) {
		for (size_t length = 0; length < LENGTH_MOST; length++) {
			begin(message, own, own_length);
			mnl_attr_put(fixture.message, (uint16_t)type, length, value);
			size_t whole = fixture.message->nlmsg_len;
			bool is_address = (type == 1 || type == 2) && length == (message == RTM_NEWADDR ? 16 : 4);

			assert_int_equal(read_any(last(end, whole)), is_address && (message == RTM_NEWADDR || type == RTA_DST));
			for (size_t cut = MNL_NLMSG_HDRLEN; cut < whole; cut++)
				assert_true(!read_any(last(end, cut)) || cut > MNL_NLMSG_HDRLEN + own_length + length);
		}
	}
}

static void no_attribute_of_any_length_does_harm(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	try_lengths(pages + page, RTM_NEWROUTE, &loopback, sizeof(loopback));
	try_lengths(pages + page, RTM_NEWADDR, &link_local, sizeof(link_local));
	munmap(pages, 2 * page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_local_route_is_an_address),
		cmocka_unit_test(a_prefix_longer_than_an_address_is_refused),
		cmocka_unit_test(routes_of_other_tables_and_types_are_passed_over),
		cmocka_unit_test(the_own_end_of_a_link_is_the_address),
		cmocka_unit_test(no_attribute_of_any_length_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
