/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/made_up.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/process.h"
#include "model/sock.h"

/* TCP_TIMEWAIT_LEN (include/net/tcp.h) */
#define TIME_WAIT_NS (60 * NS_PER_S)

/* So far apart are the pids of two blocks; what is left of them by it tells the programs apart. */
enum { BLOCK_PIDS = 20 };

/* Some call themselves what no terminal should be told. */
static const struct program {
	int32_t pid;
	unsigned processes; /* its children, too, which share its sockets */
	uint32_t uid;
	const char *comm;
	uint8_t flags;      /* enum sock_flag: what it sets on its sockets */
} programs[] = {
	{ 702, 1, 0, "sshd", FLAG_REUSEADDR },
	{ 804, 4, 33, "nginx", FLAG_REUSEADDR | FLAG_REUSEPORT },
	{ 909, 1, 110, "postgres", FLAG_REUSEADDR },
	{ 1011, 1, 1000, "dns\033[2J", 0 },
	{ 1113, 1, 1000, "\xe2\x80\xae" "evil\xff", 0 },
	{ 1215, 1, 1000, "web worker", 0 },
	{ 1317, 1, 0, NULL, 0 }, /* may not be looked into */
};

enum { SSHD, NGINX, POSTGRES, DNS, EVIL, WORKER, HIDDEN, PROGRAM_COUNT, NOBODY };

static const struct spec {
	uint8_t proto, family;
	uint16_t state;
	uint8_t program; /* who holds it, NOBODY: no descriptor refers to it */
	const char *local;
	uint16_t local_port;
	const char *foreign; /* NULL: none */
	uint16_t foreign_port;
	uint8_t timer, retrans;
	uint32_t timer_ms, recv_queue, send_queue, ifindex;
} singles[] = {
	{ PROTO_TCP, FAMILY_INET, STATE_LISTEN, SSHD, "0.0.0.0", 22, .send_queue = 128 },
	{ PROTO_TCP, FAMILY_INET, STATE_LISTEN, NGINX, "0.0.0.0", 80, .send_queue = 511 },
	{ PROTO_TCP, FAMILY_INET6, STATE_LISTEN, NGINX, "::", 80, .send_queue = 511 },
	{ PROTO_TCP, FAMILY_INET, STATE_LISTEN, POSTGRES, "127.0.0.1", 5432, .recv_queue = 201, .send_queue = 200 },
	{ PROTO_TCP, FAMILY_INET, STATE_BOUND, HIDDEN, "127.0.0.1", 9998, .foreign = NULL },
	{ PROTO_UDP, FAMILY_INET, STATE_UNCONN, DNS, "0.0.0.0", 53, .ifindex = 2 },
	{ PROTO_UDP, FAMILY_INET6, STATE_UNCONN, EVIL, "::", 5353, .recv_queue = 1024 },
	{ PROTO_UDP, FAMILY_INET, STATE_ESTABLISHED, HIDDEN, "192.0.2.10", 40123, "198.51.100.7", 123, .timer = TIMER_OFF },
	{ PROTO_TCP, FAMILY_INET, STATE_CLOSE_WAIT, WORKER, "192.0.2.10", 48000, "198.51.100.7", 443, .recv_queue = 25 },
	{ PROTO_TCP, FAMILY_INET, STATE_FIN_WAIT1, NOBODY, "192.0.2.10", 80, "203.0.113.9", 51000, TIMER_ON, 4,
	  .timer_ms = 25600, .send_queue = 4344 },
	{ PROTO_TCP, FAMILY_INET, STATE_SYN_SENT, WORKER, "192.0.2.10", 48002, "203.0.113.99", 25, TIMER_ON, 3,
	  .timer_ms = 6400, .send_queue = 1 },
	{ PROTO_TCP, FAMILY_INET, STATE_SYN_RECV, NOBODY, "192.0.2.10", 80, "203.0.113.50", 40404, TIMER_ON, 1,
	  .timer_ms = 2900 },
};

/* The connections of a block: a server on this address and port, and a client of the same host. */
static const struct {
	uint8_t family, server, client;
	const char *address;
	uint16_t port;
	bool closed; /* to begin with */
} pairs[] = {
	{ FAMILY_INET, POSTGRES, WORKER, "127.0.0.1", 5432, false },
	{ FAMILY_INET, NGINX, WORKER, "127.0.0.1", 80, false },
	{ FAMILY_INET6, NGINX, SSHD, "2001:db8:1234:5678:9abc:def0:1234:5678", 80, false },
	{ FAMILY_INET, NGINX, WORKER, "127.0.0.1", 80, true },
};

enum {
	SINGLES = sizeof(singles) / sizeof(singles[0]),
	PAIRS = sizeof(pairs) / sizeof(pairs[0]),
	BLOCK = SINGLES + 2 * PAIRS, /* sockets */
};

void made_up_init(struct made_up *made_up, uint32_t count, uint32_t churn, uint64_t now_ns)
{
	unsigned rest = count % BLOCK;

	*made_up = (struct made_up){
		.count = count,
		.churn = churn,
		.pair_count = (uint64_t)(count / BLOCK) * PAIRS + (rest > SINGLES ? (rest - SINGLES) / 2 : 0),
		.start_ns = now_ns,
		.now_ns = now_ns,
	};
}

uint32_t made_up_end(uint64_t pair, unsigned end)
{
	return (uint32_t)(pair / PAIRS * BLOCK + SINGLES + pair % PAIRS * 2 + end);
}

static bool is_single(const struct place *place)
{
	return place->part < SINGLES;
}

/* How often something has happened to the pair. */
static uint64_t events_of(const struct made_up *made_up, uint64_t pair)
{
	if (pair >= made_up->pair_count)
		return 0; /* the last one, which lacks its other end */
	return made_up->events / made_up->pair_count + (pair < made_up->events % made_up->pair_count ? 1 : 0);
}

struct place made_up_place(const struct made_up *made_up, uint32_t number)
{
	struct place place = { .number = number, .block = number / BLOCK, .part = number % BLOCK };

	if (is_single(&place))
		return place;
	unsigned in_pairs = place.part - SINGLES;
	place.pair = (uint64_t)place.block * PAIRS + in_pairs / 2;
	place.is_server = in_pairs % 2 == 0;
	place.generation = events_of(made_up, place.pair) + (pairs[in_pairs / 2].closed ? 1 : 0);
	return place;
}

uint64_t made_up_event_ns(const struct made_up *made_up, uint64_t event)
{
	return made_up->start_ns + (event + 1) * NS_PER_S / made_up->churn;
}

/* Since when the pair is what it is; those that nothing has happened to have been closed a while. */
static uint64_t left_of_time_wait_ns(const struct made_up *made_up, const struct place *place)
{
	uint64_t count = events_of(made_up, place->pair);
	uint64_t end = count > 0 ? made_up_event_ns(made_up, (count - 1) * made_up->pair_count + place->pair) + TIME_WAIT_NS
				 : made_up->start_ns + (47 + place->pair * 7) % 59 * NS_PER_S;

	return end > made_up->now_ns ? end - made_up->now_ns : 0;
}

static uint16_t port_of(const struct place *place, uint16_t port)
{
	return place->block == 0 ? port : (uint16_t)(1024 + (port * 7 + place->block * 131) % 31000);
}

static void set_address(uint8_t *into, unsigned family, const char *text)
{
	if (text != NULL)
		inet_pton(family == FAMILY_INET6 ? AF_INET6 : AF_INET, text, into);
}

static unsigned program_of(const struct place *place)
{
	if (is_single(place))
		return singles[place->part].program;
	if (place->generation % 2 != 0)
		return NOBODY;
	unsigned pair = (place->part - SINGLES) / 2;
	return place->is_server ? pairs[pair].server : pairs[pair].client;
}

static unsigned family_of(const struct place *place)
{
	return is_single(place) ? singles[place->part].family : pairs[(place->part - SINGLES) / 2].family;
}

static uint64_t cookie_of(const struct place *place)
{
	return place->generation / 2 << 32 | (place->number + UINT64_C(1));
}

static uint32_t inode_of(const struct made_up *made_up, const struct place *place)
{
	if (program_of(place) == NOBODY)
		return 0;
	return (uint32_t)(20000 + place->number + place->generation / 2 * made_up->count);
}

static void make_single(struct sock *sock, const struct place *place)
{
	const struct spec *spec = &singles[place->part];

	sock->proto = spec->proto;
	sock->family = spec->family;
	sock->state = spec->state;
	sock->timer = spec->timer;
	sock->retrans = spec->retrans;
	sock->timer_ms = spec->timer_ms;
	sock->local_port = port_of(place, spec->local_port);
	sock->foreign_port = spec->foreign_port;
	sock->recv_queue = spec->recv_queue;
	sock->send_queue = spec->send_queue;
	sock->ifindex = spec->ifindex;
	set_address(sock->local, spec->family, spec->local);
	set_address(sock->foreign, spec->family, spec->foreign);
}

/* False when this end is gone. */
static bool make_end(const struct made_up *made_up, struct sock *sock, const struct place *place)
{
	unsigned pair = (place->part - SINGLES) / 2;
	uint16_t server = port_of(place, pairs[pair].port);
	uint16_t client = (uint16_t)(32768 + (place->pair * 7919 + place->generation / 2 * 1009) % 28000);

	sock->proto = PROTO_TCP;
	sock->family = pairs[pair].family;
	sock->state = STATE_ESTABLISHED;
	sock->local_port = place->is_server ? server : client;
	sock->foreign_port = place->is_server ? client : server;
	set_address(sock->local, sock->family, pairs[pair].address);
	set_address(sock->foreign, sock->family, pairs[pair].address);
	if (place->generation % 2 == 0)
		return true;
	sock->state = STATE_TIME_WAIT;
	sock->timer = TIMER_TIMEWAIT;
	sock->timer_ms = (uint32_t)(left_of_time_wait_ns(made_up, place) / NS_PER_MS);
	return sock->timer_ms > 0;
}

bool made_up_sock(const struct made_up *made_up, const struct place *place, struct sock *sock)
{
	unsigned program = program_of(place);

	*sock = (struct sock){
		.cookie = cookie_of(place),
		.have = HAVE_QUEUES | HAVE_COOKIE,
		.inode = inode_of(made_up, place),
	};
	if (is_single(place))
		make_single(sock, place);
	else if (!make_end(made_up, sock, place))
		return false;
	sock->have |= sock->proto == PROTO_TCP ? HAVE_TIMER : 0;
	if (program != NOBODY) {
		sock->have |= HAVE_UID;
		sock->uid = programs[program].uid;
	}
	if (sock->family == FAMILY_INET6 && sock->foreign_port == 0)
		flags_learn(&sock->flags, FLAG_V6ONLY, false);
	return true;
}

void made_up_info(const struct made_up *made_up, const struct sock *sock, struct sock_info *info)
{
	uint64_t passed_ms = (made_up->now_ns - made_up->start_ns) / NS_PER_MS;

	*info = (struct sock_info){
		.have = INFO_MEMORY | INFO_DROPS,
		.memory_bytes = sock->recv_queue + sock->send_queue,
		.drops = sock_is_overrun(sock) ? 7 : 0,
	};
	if (sock->proto != PROTO_TCP || sock->state == STATE_LISTEN || sock->state == STATE_TIME_WAIT)
		return;
	info->have |= INFO_TCP | INFO_BYTES | INFO_CONGESTION;
	info->rtt_us = 37 + sock->foreign_port % 1000 * 11;
	info->congestion_window = 10 + sock->foreign_port % 30;
	info->retransmitted = sock->retrans;
	info->received_bytes = sock->cookie % 100 * 4096 + sock->cookie % 5 * passed_ms;
	info->acked_bytes = sock->cookie % 77 * 1448 + sock->cookie % 7 * passed_ms;
	strcpy(info->congestion, sock->foreign_port % 2 == 0 ? "cubic" : "bbr");
}

static void learn_host(struct names *names, unsigned family, const char *address, const char *name)
{
	uint8_t bytes[16] = { 0 };

	set_address(bytes, family, address);
	name_learn(&names->of[NAME_HOST], name_address(family, bytes), name, true, 0);
}

void made_up_names(struct names *names)
{
	static const struct {
		enum name_kind kind;
		uint16_t number; /* of a service: its port */
		const char *name;
	} numbers[] = {
		{ NAME_USER, 0, "root" },    { NAME_USER, 33, "www-data" }, { NAME_USER, 110, "postgres" },
		{ NAME_USER, 1000, "alice" }, { NAME_DEVICE, 2, "eth0" },    { NAME_SERVICE, 22, "ssh" },
		{ NAME_SERVICE, 80, "http" }, { NAME_SERVICE, 443, "https" }, { NAME_SERVICE, 5432, "postgresql" },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		bool is_service = numbers[i].kind == NAME_SERVICE;
		struct name_key key = is_service ? name_service(PROTO_TCP, numbers[i].number) : name_number(numbers[i].number);

		name_learn(&names->of[numbers[i].kind], key, numbers[i].name, true, 0);
	}
	name_learn(&names->of[NAME_SERVICE], name_service(PROTO_UDP, 53), "domain", true, 0);
	learn_host(names, FAMILY_INET, "127.0.0.1", "localhost");
	learn_host(names, FAMILY_INET, "192.0.2.10", "www.example.org");
	learn_host(names, FAMILY_INET, "203.0.113.9", "client.example.net");
}

static void answer(const struct place *place, struct owner_scan *scan)
{
	bool is_inet6 = family_of(place) == FAMILY_INET6;
	const struct sock_flags flags = {
		.known = FLAG_REUSEADDR | FLAG_REUSEPORT | (is_inet6 ? FLAG_V6ONLY : 0),
		.set = programs[program_of(place)].flags,
	};

	owner_scan_add_answer(scan, &(struct flags_answer){ cookie_of(place), flags });
}

void made_up_owners(const struct made_up *made_up, const struct place *place, struct map *wanted, struct owner_scan *scan)
{
	unsigned program = program_of(place);
	struct owner owner = { .fd = (int32_t)(3 + place->part) };
	uint32_t inode = inode_of(made_up, place), want = map_get(wanted, inode);

	if (program == NOBODY || programs[program].comm == NULL || want == MAP_NONE)
		return;
	if (want == WANT_FLAGS) {
		answer(place, scan);
		map_put(wanted, inode, WANT_ANSWERED);
	}
	strncpy(owner.comm, programs[program].comm, sizeof(owner.comm) - 1);
	/* A connection belongs to one of the processes that share the listener. */
	unsigned first = is_single(place) ? 0 : place->pair % programs[program].processes;
	unsigned last = is_single(place) ? programs[program].processes - 1 : first;
	for (unsigned i = first; i <= last; i++) {
		owner.pid = programs[program].pid + (int32_t)(place->block * BLOCK_PIDS + i);
		owner.start_ticks = (uint64_t)owner.pid;
		owner_scan_add(scan, inode, &owner);
	}
}

static char *print(const char *format, const char *text)
{
	struct buf made = BUF_INIT;

	for (; *format != '\0'; format++) {
		if (*format == '*')
			buf_puts(&made, text);
		else
			buf_putc(&made, *format);
	}
	return made.data;
}

void made_up_process(struct process_list *list, int32_t pid)
{
	if (process_list_find(list, pid) != NULL)
		return;
	for (unsigned i = 0; i < PROGRAM_COUNT; i++) {
		int32_t number = (pid - programs[i].pid) % BLOCK_PIDS, first = pid - number;
		bool is_child = number > 0;

		if (programs[i].comm == NULL || pid < programs[i].pid || (unsigned)number >= programs[i].processes)
			continue;
		struct process *process = process_list_add(list);
		char *path = print("/system.slice/*.service", programs[i].comm);
		*process = (struct process){
			.pid = pid,
			.parent = is_child ? first : 0,
			.start_ticks = (uint64_t)pid,
			.command_line = print(is_child ? "*: worker process" : "/usr/sbin/* --config /etc/*.conf", programs[i].comm),
			.directory = print("/", ""),
		};
		cgroup_read(&process->cgroup, path);
		free(path);
		strncpy(process->comm, programs[i].comm, sizeof(process->comm) - 1);
		if (is_child)
			made_up_process(list, first);
		return;
	}
}
