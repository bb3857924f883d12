/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crowd: what happens on one port, as a list of steps that is made up from random numbers and can be run again, whole or
 * with steps left out.
 */
#ifndef TESTS_ORACLE_CROWD_H
#define TESTS_ORACLE_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#define CROWD_STEPS 64u
#define CROWD_SLOTS 20u

enum step_kind {
	STEP_OPEN,        /* a new socket */
	STEP_BIND_PORT,   /* bind() to the crowd's port */
	STEP_BIND_ANY,    /* bind() to port 0 with a range of that port alone */
	STEP_LISTEN_NOW,
	STEP_SET,         /* a flag is changed */
	STEP_OWN,         /* fchown() */
	STEP_SHUTDOWN,    /* of a listener */
	STEP_CONNECT_OUT, /* TCP: to a helper; UDP: to any port; without a port: the range is that port alone */
	STEP_UNCONNECT,   /* connect(AF_UNSPEC) */
	STEP_ACCEPT,      /* a client connects to the port; the slot gets the accepted socket */
	STEP_CLOSE,
	STEP_CLOSE_PEER,  /* the far end of a connection */
	STEP_KINDS,
};

enum step_flags {
	WITH_REUSEADDR = 1 << 0,
	WITH_REUSEPORT = 1 << 1,
	WITH_V6ONLY = 1 << 2,
	WITH_FREEBIND = 1 << 3,
	WITH_BPF = 1 << 4,
	WITH_RESET = 1 << 5,        /* STEP_CLOSE, STEP_CLOSE_PEER: SO_LINGER of 0 */
	WITH_LATE = 1 << 6,         /* STEP_CLOSE: TCP_LINGER2 of 100 s, so that FIN_WAIT2 stays a socket */
	WITH_PORT_LATER = 1 << 7,   /* IP_BIND_ADDRESS_NO_PORT */
};

struct step {
	uint8_t kind;     /* enum step_kind */
	uint8_t slot;
	uint8_t proto;    /* enum bind_proto */
	uint8_t family;   /* enum sock_family, of the socket */
	uint8_t address;  /* crowd_address() */
	uint8_t user;     /* who does it */
	uint8_t device;   /* arena.devices + 1; 0: none; above: one that does not exist */
	uint8_t flags;
};

struct crowd {
	struct step steps[CROWD_STEPS];
	unsigned count;
	bool is_privileged; /* the port is below 1024 */
	bool is_dense;      /* sockets are opened in any slot that is free, so that there are many */
};

/* An address to bind or connect to. */
struct crowd_address {
	const char *text;
	uint8_t scope;  /* as step.device */
};

const struct crowd_address *crowd_address(unsigned family, unsigned index);

void crowd_make(struct crowd *crowd, uint64_t *random);

uint64_t random_next(uint64_t *state);

/* 0 to limit - 1. */
unsigned random_below(uint64_t *state, unsigned limit);

#endif
