/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a bind would fail, or work: the wish, the sockets on its port, the rules' verdict, and what would help.
 * Knows nothing of how the answer is shown (why_text.h, out/why.h), nor of the trial that may follow.
 */
#ifndef MODEL_WHY_H
#define MODEL_WHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/rules.h"

struct owner_scan;
struct portset;
struct row;
struct table;
struct unix_sock;

/* What would help; each was tried with the rules on the situation as it would be then. */
enum remedy_kind {
	REMEDY_REUSEADDR_HERE,   /* SO_REUSEADDR on the socket that wants to bind */
	REMEDY_WAIT,             /* until what is left of connections is gone: ms */
	REMEDY_STOP,             /* the processes that hold the sockets in the way */
	REMEDY_STOP_AND_WAIT,    /* the same, and what they leave behind goes by itself within a minute */
	REMEDY_REUSEADDR_BOTH,
	REMEDY_REUSEPORT_HERE,
	REMEDY_REUSEPORT_BOTH,
	REMEDY_REUSEPORT_USER,   /* the same, and both must be of one user */
	REMEDY_V6ONLY_HERE,
	REMEDY_V6ONLY_THERE,
	REMEDY_NOT_V6ONLY,       /* the IPv4 address is one for a socket without IPV6_V6ONLY */
	REMEDY_ADDRESS,          /* another address of this host: address */
	REMEDY_PORT,             /* another port, on which nothing is in the way: port */
	REMEDY_CAPABILITY,       /* CAP_NET_BIND_SERVICE */
	REMEDY_UNPRIVILEGED,     /* the sysctl that says from which port on nobody needs it */
	REMEDY_WAIT_TENTATIVE,   /* for the end of duplicate address detection */
	REMEDY_FREEBIND,         /* IP_FREEBIND, for an address that is not there yet */
	REMEDY_NO_DEVICE,        /* the address without the device */
	REMEDY_FAMILY,           /* a socket of the family that the address is of */
	REMEDY_SCOPE,            /* the link-local address with a device: ADDRESS%DEVICE */
	REMEDY_UNLINK,           /* the stale file of a unix socket */
	REMEDY_NAME,             /* another path or name */
	REMEDY_RESERVE,          /* that clients get no such port: net.ipv4.ip_local_reserved_ports */
	REMEDY_KIND_COUNT,
};

struct remedy {
	uint8_t kind;         /* enum remedy_kind */
	uint16_t port;        /* REMEDY_PORT */
	uint8_t address[16];  /* REMEDY_ADDRESS */
	uint64_t ms;          /* REMEDY_WAIT */
};

/* The sockets of the unix domain, when the wish is one of these. */
struct unix_scene {
	const struct unix_sock *socks;
	size_t count;
	size_t holder;                 /* the one that is bound to the path; SIZE_MAX: none that is seen */
	const struct owner_scan *scan; /* who holds which inode */
};

struct why {
	struct bind_wish wish;
	bool listens;                  /* it is to listen, too */
	const struct bind_host *host;  /* borrowed */
	struct bind_sock *socks;       /* owned; the sockets that share port and protocol with the wish */
	const struct row **rows;       /* owned; the row of each; they are the table's, and good until it changes; of unix NULL */
	const struct unix_scene *names; /* borrowed; NULL unless the wish is of the unix domain: then socks are these */
	size_t count;
	struct bind_verdict verdict;
	bool listen_would_fail;        /* bind() would work, and listen(), which nobody asked for, would not */
	struct remedy remedies[REMEDY_KIND_COUNT]; /* the most practical first */
	size_t remedy_count;
};

/* What why_make looks at. */
struct why_scene {
	const struct table *table;        /* has all sockets of the wish's protocol and port; of all ports for port 0 */
	const struct unix_scene *names;   /* NULL, or the unix domain */
	const struct bind_host *host;
	const struct portset *taken;      /* ports that any socket has; NULL: not known, then no other port is named */
	uint64_t now_ns;                  /* by the clock of the table's rows */
};

/* Answers.  To be ended with why_fini. */
void why_make(struct why *why, const struct bind_wish *wish, bool listens, const struct why_scene *scene);

/* The verdict alone, for those who ask again and again; to be ended with why_fini, too. */
void why_judge(struct why *why, const struct bind_wish *wish, bool listens, const struct why_scene *scene);
void why_fini(struct why *why);

/* The blocker's row; NULL for one of the unix domain. */
const struct row *why_row(const struct why *why, const struct bind_blocker *blocker);

#endif
