/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel asked for one socket, which is this process's own: what it tells is what getsockopt(2) says. */
#include "../unit/helpers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kernel/inspect.h"
#include "kernel/netns.h"
#include "model/detail.h"

/* asm-generic/socket.h, which does not go together with the libc's headers. */
enum { OPTION_COOKIE = 57, OPTION_MEMINFO = 55 };

/* Ends of sockets of 127.0.0.1, which any network namespace with a loopback device has. */
struct end {
	int fd;
	struct sock sock;
};

struct fixture {
	struct end ends[8];
	size_t count;
	struct sock_detail detail;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < fixture->count; i++)
		close(fixture->ends[i].fd);
	return 0;
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* Reads what a dump would have told of it, as far as a request needs that. */
static void learn(struct end *end, enum sock_state state)
{
	struct sockaddr_in local, foreign = { .sin_port = 0 };
	socklen_t size = sizeof(local), cookie_size = sizeof(end->sock.cookie);
	int kind;
	socklen_t kind_size = sizeof(kind);

	assert_int_equal(getsockname(end->fd, (struct sockaddr *)&local, &size), 0);
	getpeername(end->fd, (struct sockaddr *)&foreign, &size);
	assert_int_equal(getsockopt(end->fd, SOL_SOCKET, SO_TYPE, &kind, &kind_size), 0);
	end->sock = (struct sock){
		.proto = kind == SOCK_DGRAM ? PROTO_UDP : PROTO_TCP,
		.state = (uint16_t)state,
		.local_port = ntohs(local.sin_port),
		.foreign_port = ntohs(foreign.sin_port),
	};
	memcpy(end->sock.local, &local.sin_addr, 4);
	memcpy(end->sock.foreign, &foreign.sin_addr, 4);
	assert_int_equal(getsockopt(end->fd, SOL_SOCKET, OPTION_COOKIE, &end->sock.cookie, &cookie_size), 0);
}

static struct end *keep(struct fixture *fixture, int fd)
{
	struct end *end = &fixture->ends[fixture->count++];

	assert_true(fd >= 0);
	end->fd = fd;
	return end;
}

static struct end *make_bound(struct fixture *fixture, int kind, uint16_t port, int option)
{
	struct end *end = keep(fixture, socket(AF_INET, kind | SOCK_CLOEXEC, 0));
	struct sockaddr_in address = loopback(port);

	if (option != 0)
		assert_int_equal(setsockopt(end->fd, SOL_SOCKET, option, &(int){ 1 }, sizeof(int)), 0);
	assert_int_equal(bind(end->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	learn(end, kind == SOCK_DGRAM ? STATE_UNCONN : STATE_BOUND);
	return end;
}

static struct end *make_listening(struct fixture *fixture, uint16_t port, int option)
{
	struct end *end = make_bound(fixture, SOCK_STREAM, port, option);

	assert_int_equal(listen(end->fd, 16), 0);
	learn(end, STATE_LISTEN);
	return end;
}

/* The client's end, and behind it the server's. */
static struct end *make_connected(struct fixture *fixture)
{
	struct end *listener = make_listening(fixture, 0, 0);
	struct end *client = keep(fixture, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	struct sockaddr_in address = loopback(listener->sock.local_port);

	assert_int_equal(connect(client->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	struct end *server = keep(fixture, accept(listener->fd, NULL, NULL));
	learn(client, STATE_ESTABLISHED);
	learn(server, STATE_ESTABLISHED);
	return client;
}

/* A system without sock_diag, or a sandbox without netlink, has nothing to test. */
static void look(struct fixture *fixture, const struct end *end)
{
	int error = inspect(NETNS_OWN, &fixture->detail, &end->sock);

	if (error == -EPROTONOSUPPORT || error == -EPERM || error == -EACCES || error == -EAFNOSUPPORT)
		skip();
	assert_int_equal(error, 0);
	assert_int_equal(fixture->detail.cookie, end->sock.cookie);
	assert_int_equal(fixture->detail.malformed, 0);
}

/* But for what time alone changes. */
static void check_tcp(const struct sock_detail *detail, const struct end *end)
{
	struct tcp_info expected = { .tcpi_state = 0 };
	socklen_t size = sizeof(expected);
	const struct tcp_info *tcp = &detail->tcp;

	assert_int_equal(getsockopt(end->fd, IPPROTO_TCP, TCP_INFO, &expected, &size), 0);
	assert_int_equal(detail->tcp_bytes, size);
	assert_int_equal(tcp->tcpi_state, expected.tcpi_state);
	assert_int_equal(tcp->tcpi_options, expected.tcpi_options);
	assert_int_equal(tcp->tcpi_snd_wscale, expected.tcpi_snd_wscale);
	assert_int_equal(tcp->tcpi_rcv_wscale, expected.tcpi_rcv_wscale);
	assert_int_equal(tcp->tcpi_snd_mss, expected.tcpi_snd_mss);
	assert_int_equal(tcp->tcpi_pmtu, expected.tcpi_pmtu);
	assert_int_equal(tcp->tcpi_rtt, expected.tcpi_rtt);
	assert_int_equal(tcp->tcpi_snd_cwnd, expected.tcpi_snd_cwnd);
	assert_int_equal(tcp->tcpi_bytes_acked, expected.tcpi_bytes_acked);
	assert_int_equal(tcp->tcpi_bytes_received, expected.tcpi_bytes_received);
	assert_int_equal(tcp->tcpi_segs_out, expected.tcpi_segs_out);
	assert_int_equal(tcp->tcpi_data_segs_in, expected.tcpi_data_segs_in);
	assert_int_equal(tcp->tcpi_delivered, expected.tcpi_delivered);
	assert_int_equal(tcp->tcpi_snd_wnd, expected.tcpi_snd_wnd);
}

static void check_memory(const struct sock_detail *detail, const struct end *end)
{
	uint32_t expected[MEMORY_COUNT];
	socklen_t size = sizeof(expected);

	assert_int_equal(getsockopt(end->fd, SOL_SOCKET, OPTION_MEMINFO, expected, &size), 0);
	assert_int_equal(detail->memory_count, size / sizeof(expected[0]));
	assert_memory_equal(detail->memory, expected, size);
}

static void a_connection_is_told_in_full(void **state)
{
	struct fixture *fixture = *state;
	struct end *client = make_connected(fixture), *server = client + 1;
	char data[1000] = { 0 }, algorithm[16];
	socklen_t size = sizeof(algorithm);

	assert_int_equal(send(client->fd, data, sizeof(data), 0), sizeof(data));
	assert_int_equal(recv(server->fd, data, 400, MSG_WAITALL), 400);
	for (struct end *end = client; end <= server; end++) {
		look(fixture, end);
		check_tcp(&fixture->detail, end);
		check_memory(&fixture->detail, end);
		assert_int_equal(getsockopt(end->fd, IPPROTO_TCP, TCP_CONGESTION, algorithm, &size), 0);
		assert_string_equal(fixture->detail.info.congestion, algorithm);
	}
	assert_int_equal(fixture->detail.tcp.tcpi_bytes_received, 1000);
	assert_int_equal(fixture->detail.info.received_bytes, 1000);
	assert_int_equal(fixture->detail.memory[MEMORY_DROPS], 0);
}

static void every_one_of_several_listeners_is_found(void **state)
{
	struct fixture *fixture = *state;
	struct end *first = make_listening(fixture, 0, SO_REUSEPORT);

	for (int i = 1; i < 4; i++) {
		struct end *other = make_listening(fixture, first->sock.local_port, SO_REUSEPORT);
		int size = 10000 * i;

		assert_int_equal(setsockopt(other->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
	}
	for (size_t i = 0; i < fixture->count; i++) {
		look(fixture, &fixture->ends[i]);
		check_memory(&fixture->detail, &fixture->ends[i]);
	}
	assert_int_equal(fixture->detail.memory[MEMORY_RECEIVE_LIMIT], 60000);
}

static void every_one_of_several_udp_sockets_is_found(void **state)
{
	struct fixture *fixture = *state;
	struct end *first = make_bound(fixture, SOCK_DGRAM, 0, SO_REUSEADDR);
	struct end *second = make_bound(fixture, SOCK_DGRAM, first->sock.local_port, SO_REUSEADDR);
	struct sockaddr_in peer = loopback(9);

	assert_int_equal(setsockopt(second->fd, SOL_SOCKET, SO_RCVBUF, &(int){ 5000 }, sizeof(int)), 0);
	look(fixture, first);
	check_memory(&fixture->detail, first);
	look(fixture, second);
	check_memory(&fixture->detail, second);
	assert_int_equal(fixture->detail.memory[MEMORY_RECEIVE_LIMIT], 10000);
	assert_int_equal(connect(second->fd, (const struct sockaddr *)&peer, sizeof(peer)), 0);
	learn(second, STATE_ESTABLISHED);
	look(fixture, second);
}

static void options_are_those_that_were_set(void **state)
{
	static const struct {
		int option;
		uint16_t expected;
	} cases[] = {
		{ 0, 0 }, { IP_RECVERR, OPTION_RECVERR },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct end *end = make_bound(fixture, SOCK_DGRAM, 0, 0);

		if (cases[i].option != 0)
			assert_int_equal(setsockopt(end->fd, IPPROTO_IP, cases[i].option, &(int){ 1 }, sizeof(int)), 0);
		look(fixture, end);
		if (!(fixture->detail.have & DETAIL_OPTIONS))
			skip(); /* before Linux 5.10 */
		assert_int_equal(fixture->detail.options, cases[i].expected | OPTION_MULTICAST_LOOP | OPTION_MULTICAST_ALL);
	}
}

static void the_type_of_service_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct end *end = make_bound(fixture, SOCK_DGRAM, 0, 0);

	assert_int_equal(setsockopt(end->fd, IPPROTO_IP, IP_TOS, &(int){ 0xb8 }, sizeof(int)), 0);
	look(fixture, end);
	assert_true(fixture->detail.have & DETAIL_TOS);
	assert_int_equal(fixture->detail.tos, 0xb8);
}

static void shutdown_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct end *client = make_connected(fixture), *server = client + 1;
	char byte;

	look(fixture, client);
	assert_true(fixture->detail.have & DETAIL_SHUTDOWN);
	assert_int_equal(fixture->detail.shutdown, 0);
	assert_int_equal(shutdown(client->fd, SHUT_WR), 0);
	assert_int_equal(recv(server->fd, &byte, 1, 0), 0);
	look(fixture, client);
	assert_int_equal(fixture->detail.shutdown, SHUTDOWN_SENDING);
	look(fixture, server);
	assert_int_equal(fixture->detail.shutdown, SHUTDOWN_RECEIVING);
}

static void who_is_gone_is_not_found_and_nothing_is_known(void **state)
{
	struct fixture *fixture = *state;
	struct end *client = make_connected(fixture);

	look(fixture, client);
	client->sock.cookie++;
	assert_true(inspect(NETNS_OWN, &fixture->detail, &client->sock) < 0);
	assert_int_equal(fixture->detail.cookie, 0);
	assert_int_equal(fixture->detail.tcp_bytes, 0);
	client->sock.cookie--;
	client->sock.foreign_port = 1;
	assert_true(inspect(NETNS_OWN, &fixture->detail, &client->sock) < 0);
	struct end *listener = &fixture->ends[0];
	listener->sock.cookie++;
	assert_int_equal(inspect(NETNS_OWN, &fixture->detail, &listener->sock), -ENOENT);
	client->sock.state = STATE_TIME_WAIT;
	assert_int_equal(inspect(NETNS_OWN, &fixture->detail, &client->sock), -ENOENT);
	struct end *bound = make_bound(fixture, SOCK_STREAM, 0, 0);
	assert_int_equal(inspect(NETNS_OWN, &fixture->detail, &bound->sock), -ENOENT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	assert_int_equal(getsockopt(fd, SOL_SOCKET, OPTION_COOKIE, &cookie, &length), 0);
	return cookie;
}

static void what_stands_at_the_path_of_a_unix_socket_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	char folder[] = "/tmp/ports-inspect-XXXXXX";
	struct end *end = &fixture->ends[fixture->count++];
	struct stat about;

	assert_non_null(mkdtemp(folder));
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/socket", folder);
	end->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(end->fd, (const struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(fstat(end->fd, &about), 0);
	end->sock = (struct sock){ .family = FAMILY_UNIX, .cookie = cookie_of(end->fd), .inode = (uint32_t)about.st_ino };
	int error = inspect(NETNS_OWN, &fixture->detail, &end->sock);
	if (error == -ENOENT)
		skip(); /* a kernel without unix_diag */
	assert_int_equal(error, 0);
	assert_int_equal(fixture->detail.cookie, end->sock.cookie);
	assert_int_equal(fixture->detail.info.file, FILE_ALIVE);
	unlink(name.sun_path);
	assert_int_equal(inspect(NETNS_OWN, &fixture->detail, &end->sock), 0);
	assert_true(fixture->detail.info.have & INFO_FILE);
	assert_int_equal(fixture->detail.info.file, FILE_GONE);
	rmdir(folder);
	end->sock.cookie++;
	assert_true(inspect(NETNS_OWN, &fixture->detail, &end->sock) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_connection_is_told_in_full),
		TEST(every_one_of_several_listeners_is_found),
		TEST(every_one_of_several_udp_sockets_is_found),
		TEST(options_are_those_that_were_set),
		TEST(the_type_of_service_is_told),
		TEST(shutdown_is_told),
		TEST(who_is_gone_is_not_found_and_nothing_is_known),
		TEST(what_stands_at_the_path_of_a_unix_socket_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
