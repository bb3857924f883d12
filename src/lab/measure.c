/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/measure.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "kernel/host.h"
#include "lab/option.h"
#include "lab/spawn.h"

/*
 * Each cell has a port of its own, as TIME_WAIT and the kernel's memory of a port outlive it.  The ports are below those that
 * connect() chooses, and a namespace is left behind before there can be more in TIME_WAIT than a small host keeps
 * (net.ipv4.tcp_max_tw_buckets).
 */
enum { FIRST_PORT = 2000, CELLS_IN_NAMESPACE = 1000 };

enum { NOBODY = 65534, DISCARD_PORT = 9 };

/* What happens on the loopback device happens at once; this is for a host that is busy. */
#define LIMIT_NS (2 * NS_PER_S)

struct bench {
	const struct matrix *matrix;
	uint16_t port; /* of the cell */
	int first;     /* the first socket; -1: closed */
	int child;     /* a connection of it */
	int client;    /* and the other end of that */
	int second;
};

static int open_socket(const struct matrix *matrix, unsigned family)
{
	static const uint8_t tcp[FAMILY_COUNT] = { SOCKET_TCP4, SOCKET_TCP6 }, udp[FAMILY_COUNT] = { SOCKET_UDP4, SOCKET_UDP6 };
	const struct socket_kind_entry *kind = &socket_kinds[matrix->proto == BIND_UDP ? udp[family] : tcp[family]];
	int fd = socket(kind->family, kind->type | SOCK_CLOEXEC | SOCK_NONBLOCK, kind->protocol);

	return fd < 0 ? -errno : fd;
}

static socklen_t make_name(struct sockaddr_storage *name, unsigned family, const uint8_t address[16], uint16_t port)
{
	struct endpoint endpoint = { .kind = family == FAMILY_INET6 ? ENDPOINT_INET6 : ENDPOINT_INET, .port = port };

	memcpy(endpoint.address, address, sizeof(endpoint.address));
	return endpoint_sockaddr(&endpoint, family == FAMILY_INET6 ? AF_INET6 : AF_INET, name);
}

/* The socket with its options, not yet bound.  0 or -errno. */
static int make_socket(const struct matrix *matrix, const struct bind_wish *wish, int *fd)
{
	const struct option_value on = { .number = 1 }, v6only = { .number = wish->v6only };
	int family = wish->family == FAMILY_INET6 ? AF_INET6 : AF_INET, error = 0;

	*fd = open_socket(matrix, wish->family);
	if (*fd < 0)
		return *fd;
	if (wish->reuseaddr)
		error = option_set(*fd, family, OPTION_REUSEADDR, &on);
	if (error == 0 && wish->reuseport)
		error = option_set(*fd, family, OPTION_REUSEPORT, &on);
	if (error == 0 && family == AF_INET6)
		error = option_set(*fd, family, OPTION_V6ONLY, &v6only);
	/* A socket belongs to who owns its inode (sockfs_setattr() in net/socket.c). */
	if (error == 0 && wish->uid != matrix->uid && fchown(*fd, wish->uid, (gid_t)-1) < 0)
		error = -errno;
	return error;
}

static int bind_socket(int fd, const struct bind_wish *wish)
{
	struct sockaddr_storage name;
	socklen_t length = make_name(&name, wish->family, wish->address, wish->port);

	return bind(fd, (const struct sockaddr *)&name, length) < 0 ? -errno : 0;
}

static int connect_socket(int fd, unsigned family, const uint8_t address[16], uint16_t port)
{
	struct sockaddr_storage name;
	socklen_t length = make_name(&name, family, address, port);

	return connect(fd, (const struct sockaddr *)&name, length) < 0 && errno != EINPROGRESS ? -errno : 0;
}

static int await(int fd, short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	return poll(&wait, 1, (int)(LIMIT_NS / NS_PER_MS)) == 1 ? 0 : -ETIMEDOUT;
}

/* A client connects to the listener, which accepts. */
static int make_child(struct bench *bench, const struct matrix_cell *cell)
{
	const struct matrix_address *address = &bench->matrix->addresses[cell->first];
	uint8_t local[16];

	matrix_local(address, cell->state, local);
	bench->client = open_socket(bench->matrix, address->family);
	int error = bench->client < 0 ? bench->client : connect_socket(bench->client, address->family, local, bench->port);
	if (error == 0)
		error = await(bench->first, POLLIN);
	if (error < 0)
		return error;
	bench->child = accept4(bench->first, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return bench->child < 0 ? -errno : 0;
}

/* The client's state is CLOSE when its FIN was acknowledged, and that the other end does in TIME_WAIT. */
static int await_close(int client)
{
	struct tcp_info info = { .tcpi_state = TCP_ESTABLISHED };
	uint64_t end = clock_mono_ns() + LIMIT_NS;

	for (;;) {
		socklen_t length = sizeof(info);

		if (getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
			return -errno;
		if (info.tcpi_state == TCP_CLOSE)
			return 0;
		if (clock_mono_ns() >= end)
			return -ETIMEDOUT;
		poll(NULL, 0, 1);
	}
}

static void close_socket(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The server's side closes first. */
static int enter_time_wait(struct bench *bench)
{
	close_socket(&bench->child);
	int error = await(bench->client, POLLIN);
	if (error == 0 && shutdown(bench->client, SHUT_WR) < 0)
		error = -errno;
	return error == 0 ? await_close(bench->client) : error;
}

/* UDP: to a port where nobody is; the local address is then that of the connection. */
static int connect_first(struct bench *bench, const struct matrix_address *address)
{
	uint8_t peer[16] = { 127, 0, 0, 1 };

	if (address->family == FAMILY_INET6)
		matrix_local(address, MATRIX_CONNECTED, peer);
	return connect_socket(bench->first, address->family, peer, DISCARD_PORT);
}

static int set_up(struct bench *bench, const struct matrix_cell *cell)
{
	const struct matrix_address *address = &bench->matrix->addresses[cell->first];
	const struct bind_wish wish = matrix_wish(bench->matrix, cell->first, cell->first_flags, bench->port);
	int error = make_socket(bench->matrix, &wish, &bench->first);

	if (error == 0)
		error = bind_socket(bench->first, &wish);
	if (error < 0 || cell->state == MATRIX_BOUND)
		return error;
	if (cell->state == MATRIX_CONNECTED)
		return connect_first(bench, address);
	if (listen(bench->first, 1) < 0)
		return -errno;
	if (cell->state == MATRIX_LISTENING)
		return 0;
	error = make_child(bench, cell);
	close_socket(&bench->first);
	return error == 0 && cell->state == MATRIX_TIME_WAIT ? enter_time_wait(bench) : error;
}

static int16_t try_listen(int fd)
{
	return (int16_t)(listen(fd, 1) < 0 ? errno : 0);
}

static int try_second(struct bench *bench, struct matrix_cell *cell)
{
	const struct matrix *matrix = bench->matrix;
	struct bind_wish wish = matrix_wish(matrix, cell->second, cell->second_flags, bench->port);
	struct matrix_result *result = &cell->measured;

	wish.uid = cell->other_user ? matrix->other_uid : matrix->uid;
	int error = make_socket(matrix, &wish, &bench->second);
	if (error < 0)
		return error;
	result->bind = (int16_t)-bind_socket(bench->second, &wish);
	if (result->bind != 0 || matrix->proto == BIND_UDP)
		return 0;
	result->listen = try_listen(bench->second);
	if (result->listen == 0 && cell->state == MATRIX_BOUND)
		result->first_listen = try_listen(bench->first);
	return 0;
}

static int measure_cell(const struct matrix *matrix, struct matrix_cell *cell, uint16_t port)
{
	struct bench bench = { .matrix = matrix, .port = port, .first = -1, .child = -1, .client = -1, .second = -1 };
	int error = set_up(&bench, cell);

	if (error == 0)
		error = try_second(&bench, cell);
	close_socket(&bench.second);
	close_socket(&bench.first);
	close_socket(&bench.child);
	close_socket(&bench.client);
	return error;
}

static bool may_own_for_others(const struct matrix *matrix)
{
	int fd = open_socket(matrix, FAMILY_INET);
	bool may = fd >= 0 && fchown(fd, matrix->other_uid, (gid_t)-1) == 0;

	close_socket(&fd);
	return may;
}

static void drop_inet6(struct matrix *matrix)
{
	size_t kept = 0;

	for (size_t i = 0; i < matrix->address_count; i++) {
		if (matrix->addresses[i].family != FAMILY_INET6)
			matrix->addresses[kept++] = matrix->addresses[i];
	}
	matrix->address_count = kept;
}

/* What there is to measure here, and what is predicted of it. */
static void prepare(struct matrix *matrix, struct measured *measured)
{
	struct host host;

	matrix->uid = geteuid();
	matrix->other_uid = matrix->uid == NOBODY ? 0 : NOBODY;
	matrix->other_user = may_own_for_others(matrix);
	measured->no_inet6 = !spawn_has_inet6();
	if (measured->no_inet6)
		drop_inet6(matrix);
	matrix_fill(matrix);
	host_read(&host);
	host.values.hides_bound = false; /* all sockets that are there are known */
	for (size_t i = 0; i < matrix->count; i++)
		matrix_predict(matrix, &matrix->cells[i], &host.values);
	host_fini(&host);
}

int measure(struct matrix *matrix, struct measured *measured)
{
	int error = spawn_private(false);

	*measured = (struct measured){ .no_namespace = error < 0 };
	if (error == 0)
		prepare(matrix, measured);
	for (size_t i = 0; error == 0 && i < matrix->count; i++) {
		size_t in_namespace = i % CELLS_IN_NAMESPACE;

		if (i > 0 && in_namespace == 0)
			error = spawn_private(false);
		measured->no_namespace = error < 0;
		measured->cell = &matrix->cells[i];
		if (error == 0)
			error = measure_cell(matrix, &matrix->cells[i], (uint16_t)(FIRST_PORT + in_namespace));
	}
	return error;
}
