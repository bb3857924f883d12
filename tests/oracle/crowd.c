/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crowd.h"

#include "model/rules.h"
#include "model/sock.h"

/* Often used ones first. */
static const struct crowd_address inet_addresses[] = {
	{ "0.0.0.0", 0 }, { "127.0.0.1", 0 }, { "127.0.0.2", 0 }, { "127.0.0.6", 0 }, { "10.77.0.1", 0 },
	{ "192.0.2.1", 0 }, { "224.0.0.9", 0 }, { "10.77.0.255", 0 }, { "255.255.255.255", 0 }, { "0.0.0.9", 0 },
};
static const struct crowd_address inet6_addresses[] = {
	{ "::", 0 }, { "::1", 0 }, { "::ffff:127.0.0.1", 0 }, { "::ffff:0.0.0.0", 0 }, { "::ffff:127.0.0.2", 0 },
	{ "fd77::1", 0 }, { "fe80::77", 2 }, { "fe80::77", 3 }, { "fe80::77", 0 }, { "fe80::77", 9 }, { "2001:db8::1", 0 },
	{ "ff02::9", 2 }, { "ff02::9", 0 }, { "ff05::9", 0 }, { "::ffff:192.0.2.1", 0 }, { "::ffff:127.0.0.6", 0 },
	{ "::127.0.0.1", 0 },
};

#define INET_COUNT (sizeof(inet_addresses) / sizeof(inet_addresses[0]))
#define INET6_COUNT (sizeof(inet6_addresses) / sizeof(inet6_addresses[0]))

const struct crowd_address *crowd_address(unsigned family, unsigned index)
{
	return family == FAMILY_INET ? &inet_addresses[index % INET_COUNT] : &inet6_addresses[index % INET6_COUNT];
}

/* splitmix64: any seed will do, 0 too. */
uint64_t random_next(uint64_t *state)
{
	uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

unsigned random_below(uint64_t *state, unsigned limit)
{
	return (unsigned)((random_next(state) >> 32) * limit >> 32);
}

/* What a crowd is like: some are all of one kind, most are mixed. */
struct taste {
	unsigned proto;
	unsigned address_flag, port_flag, v6only_flag; /* of 100 sockets so many have it */
	unsigned inet6;                                /* of 100 sockets */
	unsigned strangers;                            /* of 100 sockets, those of other users */
	unsigned devices;                              /* of 100 sockets, those bound to one */
	unsigned addresses;                            /* how many of the often used ones */
	unsigned rare;                                 /* of 100 addresses, those of all that there are */
	unsigned busy;                                 /* of 100 steps, those that make and end connections */
	unsigned slots;
};

static unsigned one_of(uint64_t *random, const uint8_t *choices, unsigned count)
{
	return choices[random_below(random, count)];
}

#define ONE_OF(random, ...) \
	one_of(random, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static struct taste make_taste(uint64_t *random)
{
	struct taste taste = {
		.proto = ONE_OF(random, BIND_TCP, BIND_TCP, BIND_TCP, BIND_TCP, BIND_MPTCP, BIND_UDP, BIND_UDP, BIND_UDPLITE),
		.address_flag = ONE_OF(random, 0, 30, 50, 50, 80, 100),
		.port_flag = ONE_OF(random, 0, 30, 50, 50, 80, 100),
		.v6only_flag = ONE_OF(random, 0, 20, 50),
		.inet6 = ONE_OF(random, 0, 30, 50, 50, 70, 100),
		.strangers = ONE_OF(random, 0, 0, 30, 60),
		.devices = ONE_OF(random, 0, 0, 0, 30, 60),
		.addresses = ONE_OF(random, 2, 3, 4, 6),
		.rare = ONE_OF(random, 0, 0, 5, 30),
		.busy = ONE_OF(random, 0, 0, 20, 50),
		.slots = ONE_OF(random, 3, 5, 8, 12, CROWD_SLOTS),
	};

	return taste;
}

static bool chance(uint64_t *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

static uint8_t random_flags(const struct taste *taste, uint64_t *random)
{
	unsigned flags = 0;

	flags |= chance(random, taste->address_flag) ? WITH_REUSEADDR : 0;
	flags |= chance(random, taste->port_flag) ? WITH_REUSEPORT : 0;
	flags |= chance(random, taste->v6only_flag) ? WITH_V6ONLY : 0;
	flags |= chance(random, taste->rare / 2) ? WITH_FREEBIND : 0;
	flags |= chance(random, 2) ? WITH_BPF : 0;
	flags |= chance(random, 15) ? WITH_RESET : 0;
	flags |= chance(random, 30) ? WITH_LATE : 0;
	flags |= chance(random, 3) ? WITH_PORT_LATER : 0;
	return (uint8_t)flags;
}

/* A crowd of MPTCP has TCP sockets, too, as they share a table. */
static unsigned random_proto(const struct taste *taste, uint64_t *random)
{
	return taste->proto == BIND_MPTCP && chance(random, 50) ? BIND_TCP : taste->proto;
}

static struct step random_step(const struct taste *taste, uint64_t *random)
{
	struct step step = {
		.slot = (uint8_t)random_below(random, taste->slots),
		.proto = (uint8_t)random_proto(taste, random),
		.family = chance(random, taste->inet6) ? FAMILY_INET6 : FAMILY_INET,
		.flags = random_flags(taste, random),
	};

	step.address = (uint8_t)random_below(random, chance(random, taste->rare) ? INET6_COUNT : taste->addresses);
	step.user = chance(random, taste->strangers) ? (uint8_t)random_below(random, 3) : 0;
	step.device = chance(random, taste->devices) ? (uint8_t)(1 + random_below(random, 3)) : 0;
	if (step.device != 0 && chance(random, 3))
		step.device = 9;
	return step;
}

static void add(struct crowd *crowd, struct step step, enum step_kind kind)
{
	step.kind = (uint8_t)kind;
	if (crowd->count < CROWD_STEPS)
		crowd->steps[crowd->count++] = step;
}

/* Nearly all is a new socket, and most have both flags, so that many are let in. */
static void add_dense(struct crowd *crowd, const struct taste *taste, uint64_t *random)
{
	struct step step = random_step(taste, random);

	if (chance(random, 10)) {
		add(crowd, step, ONE_OF(random, STEP_SET, STEP_CLOSE, STEP_CONNECT_OUT, STEP_UNCONNECT));
		return;
	}
	step.flags |= chance(random, 70) ? WITH_REUSEADDR : 0;
	add(crowd, step, STEP_OPEN);
	add(crowd, step, STEP_BIND_PORT);
}

/* Half of what happens is a new socket on the port. */
static void add_random(struct crowd *crowd, const struct taste *taste, uint64_t *random)
{
	static const uint8_t others[] = {
		STEP_SET, STEP_SET, STEP_SET, STEP_OWN, STEP_SHUTDOWN, STEP_CONNECT_OUT, STEP_CONNECT_OUT, STEP_UNCONNECT,
		STEP_ACCEPT, STEP_ACCEPT, STEP_ACCEPT, STEP_CLOSE, STEP_CLOSE, STEP_CLOSE, STEP_CLOSE_PEER, STEP_CLOSE_PEER,
		STEP_LISTEN_NOW, STEP_LISTEN_NOW, STEP_BIND_PORT, STEP_BIND_PORT,
	};
	static const uint8_t busy[] = {
		STEP_ACCEPT, STEP_ACCEPT, STEP_ACCEPT, STEP_CONNECT_OUT, STEP_CLOSE, STEP_CLOSE, STEP_CLOSE_PEER, STEP_SHUTDOWN,
	};
	struct step step = random_step(taste, random);

	if (chance(random, taste->busy)) {
		add(crowd, step, busy[random_below(random, sizeof(busy))]);
		return;
	}
	if (!chance(random, 50)) {
		add(crowd, step, others[random_below(random, sizeof(others))]);
		return;
	}
	add(crowd, step, STEP_OPEN);
	unsigned what = random_below(random, 100);
	if (what < 8)
		add(crowd, step, STEP_CONNECT_OUT);
	else
		add(crowd, step, what < 12 ? STEP_BIND_ANY : STEP_BIND_PORT);
	if (what >= 8 && what < 60)
		add(crowd, step, STEP_LISTEN_NOW);
}

void crowd_make(struct crowd *crowd, uint64_t *random)
{
	struct taste taste = make_taste(random);
	unsigned wanted = 4 + random_below(random, CROWD_STEPS - 4);

	*crowd = (struct crowd){ .is_privileged = chance(random, 2), .is_dense = chance(random, 10) };
	if (crowd->is_dense)
		wanted = CROWD_STEPS;
	while (crowd->count < wanted && crowd->is_dense)
		add_dense(crowd, &taste, random);
	while (crowd->count < wanted)
		add_random(crowd, &taste, random);
}
