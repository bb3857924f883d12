/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies of every family made by hand, as the kernel would send them. */
#include "../unit/family_fixture.h"

#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "kernel/diag_inet.h"
#include "model/column.h"
#include "model/names.h"
#include "model/proto.h"
#include "model/table.h"

static void check(bool good)
{
	assert_true(good);
	assert_int_equal(fixture.malformed, 0);
	assert_true(fixture.sock.have & HAVE_COOKIE);
	assert_int_equal(fixture.sock.cookie, UINT64_C(0x0000000200000001));
}

static void check_text(enum column_id column, const char *expected)
{
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	const struct row row = { .sock = fixture.sock, .info = &fixture.info };
	struct buf text = BUF_INIT;

	columns[column].text(&text, &row, &context);
	assert_text(&text, expected);
	buf_fini(&text);
}

static void begin_unix(void)
{
	const struct unix_diag_msg diag = {
		.udiag_family = AF_UNIX, .udiag_type = SOCK_SEQPACKET, .udiag_state = 10, .udiag_ino = 9, .udiag_cookie = { 1, 2 },
	};

	family_begin(PROTO_UNIX_STREAM, FAMILY_UNIX, &diag, sizeof(diag));
}

static void a_unix_socket(void **state)
{
	const struct unix_diag_rqlen queues = { 3, 128 };

	(void)state;
	begin_unix();
	mnl_attr_put(fixture.message, UNIX_DIAG_NAME, 7, "/run/x\0");
	mnl_attr_put_u32(fixture.message, UNIX_DIAG_PEER, 77);
	mnl_attr_put(fixture.message, UNIX_DIAG_RQLEN, sizeof(queues), &queues);
	mnl_attr_put_u32(fixture.message, UNIX_DIAG_UID, 1000);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.proto, PROTO_UNIX_SEQPACKET);
	assert_int_equal(fixture.sock.state, STATE_LISTEN);
	assert_int_equal(fixture.sock.recv_queue, 3);
	assert_int_equal(fixture.sock.send_queue, 128);
	assert_int_equal(fixture.sock.uid, 1000);
	assert_int_equal(sock_peer(&fixture.sock), 77);
	check_text(COLUMN_PROTO, "u_seq");
	check_text(COLUMN_LOCAL, "/run/x:9");
	check_text(COLUMN_FOREIGN, "*:77");
}

static void an_abstract_name_may_have_nuls(void **state)
{
	(void)state;
	begin_unix();
	mnl_attr_put(fixture.message, UNIX_DIAG_NAME, 6, "\0a\0 \33b");
	check(family_read(fixture.message));
	assert_true(fixture.info.is_abstract);
	assert_int_equal(fixture.info.name_length, 5);
	check_text(COLUMN_LOCAL, "@a\\x00\\x20\\x1bb:9");
}

static void a_name_that_is_too_long_is_none(void **state)
{
	char name[UNIX_NAME_MAX + 1];

	(void)state;
	begin_unix();
	memset(name, 'x', sizeof(name));
	mnl_attr_put(fixture.message, UNIX_DIAG_NAME, sizeof(name), name);
	assert_true(family_read(fixture.message));
	assert_int_equal(fixture.info.have & INFO_NAME, 0);
	assert_int_equal(fixture.malformed, 1);
}

static void a_packet_socket(void **state)
{
	const struct packet_diag_msg diag = {
		.pdiag_family = AF_PACKET, .pdiag_type = SOCK_DGRAM, .pdiag_num = 0x0806, .pdiag_ino = 9, .pdiag_cookie = { 1, 2 },
	};
	const struct packet_diag_info info = { .pdi_index = 4 };

	(void)state;
	family_begin(PROTO_PACKET_RAW, FAMILY_PACKET, &diag, sizeof(diag));
	mnl_attr_put(fixture.message, PACKET_DIAG_INFO, sizeof(info), &info);
	mnl_attr_put_u32(fixture.message, PACKET_DIAG_UID, 0);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.proto, PROTO_PACKET_DGRAM);
	assert_int_equal(fixture.sock.have, HAVE_COOKIE | HAVE_UID);
	check_text(COLUMN_LOCAL, "arp:4");
	check_text(COLUMN_RECV_QUEUE, "-");
}

static void a_netlink_socket(void **state)
{
	struct netlink_diag_msg diag = {
		.ndiag_family = AF_NETLINK, .ndiag_protocol = 16, .ndiag_state = 1, .ndiag_portid = 4242, .ndiag_dst_portid = 5,
		.ndiag_ino = 9, .ndiag_cookie = { 1, 2 },
	};

	(void)state;
	family_begin(PROTO_NETLINK, FAMILY_NETLINK, &diag, sizeof(diag));
	mnl_attr_put_u64(fixture.message, NETLINK_DIAG_GROUPS, 3);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.state, STATE_ESTABLISHED);
	assert_int_equal(sock_end_get(fixture.sock.local).second, 3);
	check_text(COLUMN_LOCAL, "genl:4242");
	check_text(COLUMN_FOREIGN, "5");
	diag.ndiag_portid = diag.ndiag_dst_portid = 0;
	diag.ndiag_state = 7;
	family_begin(PROTO_NETLINK, FAMILY_NETLINK, &diag, sizeof(diag));
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.inode, 0);
	check_text(COLUMN_LOCAL, "genl:kernel");
	check_text(COLUMN_FOREIGN, "*");
}

static void a_vsock_socket(void **state)
{
	const struct vsock_diag_msg diag = {
		.vdiag_family = AF_VSOCK, .vdiag_type = SOCK_STREAM, .vdiag_state = 10, .vdiag_src_cid = UINT32_MAX,
		.vdiag_src_port = 100000, .vdiag_dst_cid = UINT32_MAX, .vdiag_dst_port = UINT32_MAX, .vdiag_cookie = { 1, 2 },
	};

	(void)state;
	family_begin(PROTO_VSOCK_STREAM, FAMILY_VSOCK, &diag, sizeof(diag));
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.state, STATE_LISTEN);
	assert_false(sock_has_peer(&fixture.sock));
	check_text(COLUMN_PROTO, "v_str");
	check_text(COLUMN_LOCAL, "*:100000");
	check_text(COLUMN_FOREIGN, "*:*");
}

static void an_xdp_socket(void **state)
{
	const struct xdp_diag_msg diag = { .xdiag_family = AF_XDP, .xdiag_type = SOCK_RAW, .xdiag_cookie = { 1, 2 } };
	const struct xdp_diag_info info = { .ifindex = 4, .queue_id = 2 };

	(void)state;
	family_begin(PROTO_XDP, FAMILY_XDP, &diag, sizeof(diag));
	mnl_attr_put(fixture.message, XDP_DIAG_INFO, sizeof(info), &info);
	check(family_read(fixture.message));
	check_text(COLUMN_LOCAL, "4:q2");
}

static void a_tipc_socket(void **state)
{
	struct nlattr *outer, *connection;

	(void)state;
	family_begin(PROTO_TIPC, FAMILY_TIPC, NULL, 0);
	outer = mnl_attr_nest_start(fixture.message, TIPC_NLA_SOCK);
	mnl_attr_put_u32(fixture.message, TIPC_NLA_SOCK_TIPC_STATE, 1);
	mnl_attr_put_u32(fixture.message, TIPC_NLA_SOCK_INO, 9);
	mnl_attr_put_u64(fixture.message, TIPC_NLA_SOCK_COOKIE, UINT64_C(0x0000000200000001));
	mnl_attr_put_u32(fixture.message, TIPC_NLA_SOCK_ADDR, 0x01001001);
	mnl_attr_put_u32(fixture.message, TIPC_NLA_SOCK_REF, 7);
	connection = mnl_attr_nest_start(fixture.message, TIPC_NLA_SOCK_CON);
	mnl_attr_put_u32(fixture.message, TIPC_NLA_CON_NODE, 0x01001002);
	mnl_attr_put_u32(fixture.message, TIPC_NLA_CON_SOCK, 8);
	mnl_attr_nest_end(fixture.message, connection);
	mnl_attr_nest_end(fixture.message, outer);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.state, STATE_ESTABLISHED);
	assert_int_equal(fixture.sock.inode, 9);
	check_text(COLUMN_LOCAL, "01001001:7");
	check_text(COLUMN_FOREIGN, "01001002:8");
}

static void an_mptcp_connection_and_its_part_have_one_token(void **state)
{
	const struct mptcp_info mptcp = { .mptcpi_token = 0x12345678 };
	struct nlattr *layer, *protocol;

	(void)state;
	family_begin_inet(PROTO_MPTCP, 1);
	mnl_attr_put(fixture.message, INET_DIAG_INFO, sizeof(mptcp), &mptcp);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.proto, PROTO_MPTCP);
	check_text(COLUMN_TOKEN, "12345678");
	family_begin_inet(PROTO_TCP, 1);
	layer = mnl_attr_nest_start(fixture.message, INET_DIAG_ULP_INFO);
	mnl_attr_put_strz(fixture.message, INET_ULP_INFO_NAME, "mptcp");
	protocol = mnl_attr_nest_start(fixture.message, INET_ULP_INFO_MPTCP);
	mnl_attr_put_u32(fixture.message, MPTCP_SUBFLOW_ATTR_TOKEN_LOC, 0x12345678);
	mnl_attr_nest_end(fixture.message, protocol);
	mnl_attr_nest_end(fixture.message, layer);
	check(family_read(fixture.message));
	check_text(COLUMN_TOKEN, "12345678");
}

/* Several associations of one socket have its cookie. */
static void sctp_associations_are_told_apart(void **state)
{
	struct sock first;

	(void)state;
	family_begin_inet(PROTO_SCTP, 3);
	mnl_attr_put(fixture.message, INET_DIAG_PEERS, 0, NULL);
	assert_true(family_read(fixture.message));
	first = fixture.sock;
	assert_int_equal(first.state, STATE_ESTABLISHED);
	assert_int_equal(first.have & HAVE_COOKIE, 0);
	((struct inet_diag_msg *)mnl_nlmsg_get_payload(fixture.message))->id.idiag_dst[0] = 1;
	assert_true(family_read(fixture.message));
	assert_true(fixture.sock.cookie != first.cookie);
	family_begin_inet(PROTO_SCTP, 10);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.state, STATE_LISTEN);
}

static void the_protocol_of_a_raw_socket_is_no_port(void **state)
{
	(void)state;
	family_begin_inet(PROTO_RAW, 7);
	check(family_read(fixture.message));
	assert_int_equal(fixture.sock.number, 80);
	assert_int_equal(fixture.sock.local_port, 0);
	assert_int_equal(fixture.sock.state, STATE_UNCONN);
}

/* Every kind of sockets is told by one dump for each of its families, and each dump can be asked for. */
static void every_kind_is_in_the_table(void **state)
{
	char buffer[DIAG_REQUEST_BYTES];
	struct query query;

	(void)state;
	query_init(&query);
	query.protos = PROTOS_ALL;
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++) {
			unsigned found = 0;

			for (size_t i = 0; i < dump_class_count; i++)
				found += (dump_classes[i].protos >> proto & 1) != 0 && dump_classes[i].family == family;
			assert_int_equal(found, proto_entries[proto].families >> family & 1);
		}
	}
	for (size_t i = 0; i < dump_class_count; i++) {
		const struct dump_class *class = &dump_classes[i];

		assert_true(class->protos >> class->proto & 1);
		assert_int_equal(dump_class_find(class->proto, class->family), i);
		if (class->request != NULL)
			assert_non_null(class->request(buffer, class->proto, class->family, &query));
		else
			assert_non_null(class->file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_in_the_table),
		cmocka_unit_test(a_unix_socket),
		cmocka_unit_test(an_abstract_name_may_have_nuls),
		cmocka_unit_test(a_name_that_is_too_long_is_none),
		cmocka_unit_test(a_packet_socket),
		cmocka_unit_test(a_netlink_socket),
		cmocka_unit_test(a_vsock_socket),
		cmocka_unit_test(an_xdp_socket),
		cmocka_unit_test(a_tipc_socket),
		cmocka_unit_test(an_mptcp_connection_and_its_part_have_one_token),
		cmocka_unit_test(sctp_associations_are_told_apart),
		cmocka_unit_test(the_protocol_of_a_raw_socket_is_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
