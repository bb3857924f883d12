/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets themselves, and who is where in 127/8. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

/* Clients have these ports, so many for each address, and servers others. */
enum { FIRST_PORT = 10001, PORTS_AN_ADDRESS = 50000, SERVER_PORT = 5000 };

/* Addresses: blocks of 256 for processes 0, 1, ..., and above them for who is alone in its way. */
enum { BLOCK_CHURN = 65000, BLOCK_TIME_WAIT, BLOCK_SERVERS, BLOCK_UDP };

/* TIME_WAIT takes 60 s (TCP_TIMEWAIT_LEN).  All are made again together, and a bit sooner: there are never fewer. */
#define TIME_WAIT_S 59.5

static struct sockaddr_in end_of(uint32_t block, uint32_t number)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(FIRST_PORT + number % PORTS_AN_ADDRESS)),
		.sin_addr.s_addr = htonl(0x7f010001 + (block << 8) + number / PORTS_AN_ADDRESS),
	};
}

static struct sockaddr_in server_of(uint32_t block, uint16_t port)
{
	struct sockaddr_in server = end_of(block, 0);

	server.sin_port = htons(port);
	return server;
}

static int open_at(int type, const struct sockaddr_in *address)
{
	int one = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		load_fail(errno, "no socket");
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
		load_fail(errno, "bind %s:%u", inet_ntoa(address->sin_addr), ntohs(address->sin_port));
	return fd;
}

static int listen_at(const struct sockaddr_in *address)
{
	int fd = open_at(SOCK_STREAM, address);

	if (listen(fd, 128) < 0)
		load_fail(errno, "listen");
	return fd;
}

static struct pair connect_pair(int listener, const struct sockaddr_in *to, const struct sockaddr_in *from)
{
	struct pair pair = { .client = open_at(SOCK_STREAM, from) };

	if (connect(pair.client, (const struct sockaddr *)to, sizeof(*to)) < 0)
		load_fail(errno, "connect from %s:%u", inet_ntoa(from->sin_addr), ntohs(from->sin_port));
	pair.server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair.server < 0)
		load_fail(errno, "accept");
	return pair;
}

/* Closed with a reset, both ends are gone at once. */
static void let_vanish(struct pair pair)
{
	const struct linger linger = { .l_onoff = 1 };

	setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void hold_pairs(uint32_t block, uint16_t port, uint32_t first, uint32_t end)
{
	const struct sockaddr_in server = server_of(block, port);
	int listener = first < end ? listen_at(&server) : -1;

	for (uint32_t i = first; i < end; i++) {
		const struct sockaddr_in client = end_of(block, i);

		let_vanish(connect_pair(listener, &server, &client));
	}
	if (listener >= 0)
		close(listener);
}

void load_hold_pairs(const struct load *load, uint32_t number)
{
	uint32_t count = load_share(load, number);
	uint32_t matches = number == LOAD_MATCHING(load) ? load->matches : 0;

	hold_pairs(number, LOAD_MATCH_PORT, 0, matches);
	hold_pairs(number, SERVER_PORT, matches, count);
}

/* Whoever closes first is left in TIME_WAIT: the client, as the server's port is needed by the others. */
static void add_time_wait(struct rest *rest)
{
	const struct sockaddr_in client = end_of(BLOCK_TIME_WAIT, rest->waited++);
	struct pair pair = connect_pair(rest->listener, &rest->server, &client);

	close(pair.client);
	close(pair.server);
}

/* The oldest one makes room. */
static void add_churn(struct rest *rest, const struct load *load)
{
	const struct sockaddr_in client = end_of(BLOCK_CHURN, rest->churned);
	struct pair *place = &rest->ring[rest->churned % load->churn];

	if (rest->churned++ >= load->churn) {
		close(place->client);
		close(place->server);
	}
	*place = connect_pair(rest->listener, &rest->server, &client);
	let_vanish(*place);
}

void load_hold_rest(struct rest *rest, const struct load *load)
{
	rest->server = server_of(BLOCK_SERVERS, SERVER_PORT);
	rest->listener = listen_at(&rest->server);
	for (uint32_t i = 1; i < load->listeners; i++) {
		const struct sockaddr_in server = end_of(BLOCK_SERVERS, i);

		listen_at(&server);
	}
	for (uint32_t i = 0; i < load->udp; i++) {
		const struct sockaddr_in udp = end_of(BLOCK_UDP, i);

		open_at(SOCK_DGRAM, &udp);
	}
	rest->ring = calloc(load->churn + 1, sizeof(rest->ring[0]));
	if (rest->ring == NULL)
		load_fail(errno, "no memory");
	while (rest->churned < load->churn)
		add_churn(rest, load);
	while (rest->waited < load->time_wait)
		add_time_wait(rest);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Who was stopped does not make up for that. */
#define PAUSE_S 1.0

void load_keep_up(struct rest *rest, const struct load *load)
{
	const struct timespec tick = { .tv_nsec = 5000000 };
	double begin = seconds(), last = begin;
	uint32_t churned = rest->churned, waited = rest->waited;

	if (load->churn == 0 && load->time_wait == 0)
		return;
	for (;;) {
		double now = seconds(), passed;

		begin += now - last > PAUSE_S ? now - last : 0;
		last = now;
		passed = now - begin;
		while (rest->churned - churned < passed * load->churn)
			add_churn(rest, load);
		while (rest->waited - waited < (uint32_t)(passed / TIME_WAIT_S) * load->time_wait)
			add_time_wait(rest);
		nanosleep(&tick, NULL);
	}
}
