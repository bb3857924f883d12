/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies as the kernel never should send them, of every family; lines of /proc/net; and a kernel that lacks most of it. */
#include "../unit/family_fixture.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "kernel/poller.h"
#include "kernel/proc_inet.h"
#include "kernel/recording.h"
#include "model/column.h"
#include "model/names.h"
#include "model/proto.h"
#include "model/table.h"

enum { ATTRIBUTE_TYPES = 24, LENGTH_MOST = 120 };

/* Whatever comes of it can be shown, in words that are whole. */
static void check_sane(void)
{
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	const struct row row = { .sock = fixture.sock, .info = &fixture.info };
	struct buf text = BUF_INIT;

	assert_in_range(fixture.sock.proto, 0, PROTO_COUNT - 1);
	assert_true(proto_entries[fixture.sock.proto].families >> fixture.sock.family & 1);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		columns[i].text(&text, &row, &context);
	for (size_t i = 0; i < text.length; i++)
		assert_true((unsigned char)text.data[i] >= 0x20 && text.data[i] != 0x7f);
	buf_fini(&text);
}

static size_t own_length(const struct dump_class *class)
{
	static const size_t lengths[FAMILY_COUNT] = {
		[FAMILY_INET] = sizeof(struct inet_diag_msg),     [FAMILY_INET6] = sizeof(struct inet_diag_msg),
		[FAMILY_UNIX] = sizeof(struct unix_diag_msg),     [FAMILY_PACKET] = sizeof(struct packet_diag_msg),
		[FAMILY_NETLINK] = sizeof(struct netlink_diag_msg), [FAMILY_VSOCK] = sizeof(struct vsock_diag_msg),
		[FAMILY_XDP] = sizeof(struct xdp_diag_msg),
	};

	return lengths[class->family];
}

/* The first byte of what every family's own part begins with; TIPC's replies have none. */
static uint8_t address_family(const struct dump_class *class)
{
	static const uint8_t families[FAMILY_COUNT] = {
		AF_INET, AF_INET6, AF_UNIX, AF_PACKET, AF_NETLINK, AF_VSOCK, AF_XDP, 0,
	};

	return families[class->family];
}

/* What attributes stand in: nothing, one of another number for each of theirs, and those in which the families have some. */
enum { ANY = UINT16_MAX, DEPTH_MOST = 2 };

static const struct nesting {
	unsigned depth;
	uint16_t outer[DEPTH_MOST];
} nestings[] = {
	{ 0, { 0 } },
	{ 1, { ANY } },
	{ 1, { INET_DIAG_ULP_INFO } },
	{ 2, { INET_DIAG_ULP_INFO, INET_ULP_INFO_MPTCP } },
	{ 1, { TIPC_NLA_SOCK } },
	{ 2, { TIPC_NLA_SOCK, TIPC_NLA_SOCK_CON } },
	{ 2, { TIPC_NLA_SOCK, TIPC_NLA_SOCK_STAT } },
};

/* One attribute, whose length is not always what stands in it; behind the message nothing may be read. */
static void try_attribute(char *end, unsigned type, size_t length, const struct nesting *nesting)
{
	_Alignas(struct nlmsghdr) char bytes[512] = { 0 };
	char value[LENGTH_MOST];

	memset(value, (int)(type * 7 + length), sizeof(value));
	memcpy(bytes, fixture.message, fixture.message->nlmsg_len);
	struct nlmsghdr *message = (struct nlmsghdr *)bytes;
	struct nlattr *outer[DEPTH_MOST];
	for (unsigned i = 0; i < nesting->depth; i++)
		outer[i] = mnl_attr_nest_start(message, nesting->outer[i] == ANY ? (uint16_t)(type % 16) : nesting->outer[i]);
	mnl_attr_put(message, (uint16_t)type, length, value);
	for (unsigned i = nesting->depth; i-- > 0;)
		mnl_attr_nest_end(message, outer[i]);
	size_t cut = message->nlmsg_len - (type % 4 == 3 && length > 4 ? 4 : 0);
	struct nlmsghdr *last = (struct nlmsghdr *)(end - MNL_ALIGN(cut));
	memcpy(last, bytes, cut);
	last->nlmsg_len = (uint32_t)cut;
	if (family_read(last))
		check_sane();
}

static void no_attribute_of_any_length_does_harm(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char own[128];

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	for (size_t i = 0; i < dump_class_count; i++) {
		const struct dump_class *class = &dump_classes[i];

		if (class->request == NULL)
			continue;
		memset(own, 1, sizeof(own));
		own[0] = (char)address_family(class);
		family_begin(class->proto, class->family, own, own_length(class));
		for (unsigned type = 0; type < ATTRIBUTE_TYPES; type++) {
			for (size_t length = 0; length < LENGTH_MOST; length++) {
				for (size_t nesting = 0; nesting < ARRAY_SIZE(nestings); nesting++)
					try_attribute(pages + page, type, length, &nestings[nesting]);
			}
		}
	}
	munmap(pages, 2 * page);
}

static void a_message_that_is_cut_off_anywhere_is_read_as_far_as_it_goes(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char own[128];

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	for (size_t i = 0; i < dump_class_count; i++) {
		const struct dump_class *class = &dump_classes[i];

		if (class->request == NULL)
			continue;
		memset(own, 1, sizeof(own));
		own[0] = (char)address_family(class);
		family_begin(class->proto, class->family, own, own_length(class));
		for (size_t length = MNL_NLMSG_HDRLEN; length <= fixture.message->nlmsg_len; length++) {
			struct nlmsghdr *cut = (struct nlmsghdr *)(pages + page - MNL_ALIGN(length));

			memcpy(cut, fixture.bytes, length);
			cut->nlmsg_len = (uint32_t)length;
			bool whole = length >= MNL_NLMSG_HDRLEN + own_length(class) && class->family != FAMILY_TIPC;
			assert_int_equal(family_read(cut), whole);
		}
	}
	munmap(pages, 2 * page);
}

#define LINE "   1: 0100007F:0001 00000000:0000 07 00000002:00000001 00:00000000 00000000  1000        0 4242 2 ffff888 0"

static void a_line_of_proc_is_read(void **state)
{
	static const char *const wrong[] = {
		"", "\n", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
		"   1: 0100007F:0001 00000000:0000 07 00000002:00000001 00:00000000 00000000  1000        0",
		"   1: 0100007:0001 00000000:0000 07 00000002:00000001 00:00000000 00000000  1000        0 4242 2 ffff888 0",
		"   1: 0100007F:0001 00000000:0000 07 00000002:00000001 00:00000000 00000000  1000        0 0 2 ffff888 0",
		"   1: 0100007F0100007F:0001 00000000:0000 07 00000002:00000001 00:00000000 00000000  1000 0 4242 2 ffff888 0",
	};
	struct sock sock;

	(void)state;
	assert_true(proc_inet_parse(LINE, PROTO_RAW, FAMILY_INET, &sock));
	assert_int_equal(sock.number, 1);
	assert_int_equal(sock.state, STATE_UNCONN);
	assert_int_equal(sock.uid, 1000);
	assert_int_equal(sock.inode, 4242);
	assert_int_equal(sock.send_queue, 2);
	assert_int_equal(sock.recv_queue, 1);
	assert_int_equal(sock.have, HAVE_QUEUES | HAVE_UID);
	assert_int_equal(sock.cookie, UINT64_C(1) << 63 | 4242);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(proc_inet_parse(wrong[i], PROTO_RAW, FAMILY_INET, &sock));
	assert_false(proc_inet_parse(LINE, PROTO_RAW, FAMILY_INET6, &sock));
}

/* A poller's sink that counts. */
struct told {
	unsigned socks, complete, incomplete;
};

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	(void)sock, (void)info;
	((struct told *)context)->socks++;
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct told *told = context;

	(void)proto, (void)family;
	told->complete += complete ? 1 : 0;
	told->incomplete += complete ? 0 : 1;
}

/* As a kernel without any other module answers. */
static void a_machine_with_tcp_alone_works(void **state)
{
	struct told told = { 0, 0, 0 };
	const struct poller_sink sink = { on_sock, on_class_end, &told };
	struct poller poller = { .running = false };
	struct buf text = BUF_INIT;
	struct query query;

	(void)state;
	family_begin_inet(PROTO_TCP, 10);
	fixture.message->nlmsg_seq = 1;
	query_init(&query);
	query.protos = PROTOS_ALL;
	poller_replay(&poller, &query, &sink);
	for (size_t i = 0; i < dump_class_count; i++) {
		const struct recorded_dump dump = { dump_classes[i].proto, dump_classes[i].family, 1, 0 };
		bool lacks = dump_classes[i].proto != PROTO_TCP;

		poller_replay_dump(&poller, &dump);
		if (dump_classes[i].proto == PROTO_TCP && dump_classes[i].family == FAMILY_INET)
			poller_replay_chunk(&poller, fixture.message, fixture.message->nlmsg_len);
		poller_replay_dump_end(&poller, lacks ? -ENOENT : 0, false);
	}
	poller_replay_end(&poller);
	assert_int_equal(told.socks, 1);
	assert_int_equal(told.complete, 2);
	assert_int_equal(poller_failed(&poller), 0);
	poller_explain(&text, &poller);
	assert_text(&text, "this kernel has no sock_diag for udp, udplite, mptcp, sctp, dccp, raw, icmp, unix, packet, netlink, vsock, "
			   "xdp, tipc sockets, which are not shown");
	buf_fini(&text);
}

/* Only what was asked for is missed; and a family alone is told as one. */
static void what_is_lacking_is_said_only_if_it_was_asked_for(void **state)
{
	struct told told = { 0, 0, 0 };
	const struct poller_sink sink = { on_sock, on_class_end, &told };
	const struct recorded_dump dump = { PROTO_UDP, FAMILY_INET6, 1, 0 };
	struct poller poller = { .running = false };
	struct buf text = BUF_INIT;
	struct query query;

	(void)state;
	query_init(&query);
	poller_replay(&poller, &query, &sink);
	poller_replay_dump(&poller, &dump);
	poller_replay_dump_end(&poller, -ENOENT, false);
	poller_explain(&text, &poller);
	assert_text(&text, "this kernel has no sock_diag for udp6 sockets, which are not shown");
	buf_clear(&text);
	poller.query.protos = 1u << PROTO_TCP;
	poller_explain(&text, &poller);
	assert_int_equal(text.length, 0);
	buf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_attribute_of_any_length_does_harm),
		cmocka_unit_test(a_message_that_is_cut_off_anywhere_is_read_as_far_as_it_goes),
		cmocka_unit_test(a_line_of_proc_is_read),
		cmocka_unit_test(a_machine_with_tcp_alone_works),
		cmocka_unit_test(what_is_lacking_is_said_only_if_it_was_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
