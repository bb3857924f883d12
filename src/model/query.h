/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sockets are asked for.  The kernel side sends as much of it down as it can; query_match says the same here, and
 * is what decides.  Knows nothing of either.
 */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/portset.h"

struct buf;
struct filter;
struct netns_wish;
struct sock;

struct query {
	uint32_t protos;      /* 1 << enum sock_proto */
	uint32_t families;    /* 1 << enum sock_family, of FAMILIES_INET: sockets of other families are in protos alone */
	uint32_t states;      /* STATE_BIT()s; a state that the program does not know passes only STATES_ALL */
	uint32_t needs;       /* enum sock_need: what else is to be told of each; no filter */
	struct portset ports; /* local or foreign port; an empty set passes all */
	const struct filter *filter; /* what must be so as well, not owned; NULL: nothing */
	bool any_state;       /* sockets of the filter's states are asked for in all others, too: what becomes of them is of interest */
	const struct netns_wish *netns; /* the network namespaces, not owned; NULL: the own one; known to sources alone */
};

/* Those that are shown when none is named. */
#define PROTOS_USUAL (UINT32_C(1) << PROTO_TCP | UINT32_C(1) << PROTO_UDP)

/* Everything of them. */
void query_init(struct query *query);

/*
 * Narrows it to the protocols and families of these sets, none of which is narrowed to when it is 0, and to what the filter lets
 * through, unless that is empty; what it asks about is asked for.  The filter must stay.
 */
void query_restrict(struct query *query, uint32_t protos, uint32_t families, const struct filter *filter);

/* Leaves only what the other one has, too; of two that name ports, or filters, it has those of the other one. */
void query_narrow(struct query *query, const struct query *other);

/*
 * Whether the socket is asked for.  Of the filter only that counts which holds for long: addresses, ports, the device, the state,
 * so that a row does not look gone because its queue is empty again.
 */
bool query_match(const struct query *query, const struct sock *sock);

/*
 * The states in which sockets of that protocol and family are asked for; STATES_ALL: in every one.  STATE_BIT(STATE_OTHERS): in
 * those that this program does not know.
 */
uint32_t query_states(const struct query *query, unsigned proto, unsigned family);

/* Whether any socket of that protocol and family may be asked for. */
bool query_has_class(const struct query *query, unsigned proto, unsigned family);

/* Whether most of the sockets that there are may be asked for. */
bool query_is_wide(const struct query *query);

/* The same without regard to the state: for sockets that have none any more. */
bool query_match_closed(const struct query *query, const struct sock *sock);

/* The same for one of TCP or UDP that was never seen: without a port it would not have been, as no dump has it. */
bool query_match_unseen(const struct query *query, const struct sock *sock);

/* Whether its local or its foreign port is in the set; an empty one has all. */
bool query_match_ports(const struct portset *ports, const struct sock *sock);

/* Appends what restricts it, as the options that say the same: "-p 9999 -t -l", and the filter; nothing for everything. */
void query_describe(struct buf *out, const struct query *query);

#endif
