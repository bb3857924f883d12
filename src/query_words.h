/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that say which sockets a command is about: ports, protocols, families and a filter, as "ports" itself takes them.
 */
#ifndef QUERY_WORDS_H
#define QUERY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli_filter.h"
#include "model/filter.h"
#include "model/netns.h"
#include "model/query.h"
#include "model/sock.h"
#include "options.h"

/* The first member of the settings of a command that takes them, so that a pointer to the settings is one to this. */
struct query_words {
	struct query query;
	struct netns_wish netns;   /* owned; the query's, if there is any */
	uint32_t protos, families; /* those that were named; 0: none was */
	struct filter filter;      /* owned; of the words and --filter; the query's, unless nothing is in it */
	struct filter_words words; /* those that are no options, while they are read */
};

/* Nothing is restricted. */
void query_words_init(struct query_words *words);

/* An operand: ports first, or the filter.  As options.operand. */
bool query_take_word(void *words, const char *word, struct buf *error);

/* -p, --filter, -N, and kinds of sockets, the argument of -A.  As option_entry.apply. */
bool query_apply_ports(void *words, const char *argument, struct buf *error);
bool query_apply_filter(void *words, const char *argument, struct buf *error);
bool query_apply_kinds(void *words, const char *argument, struct buf *error);
bool query_apply_netns(void *words, const char *argument, struct buf *error);

/*
 * Puts what was named into the query, when all words were read; from then on they stay where they are.  False and one line in
 * error when they are no filter.
 */
bool query_words_settle(struct query_words *words, struct buf *error);

/* What their filter cannot ask for, a set of enum filter_ask: network namespaces, where none was named. */
uint32_t query_words_lack(const struct query_words *words);

/* In any case, when the query is not needed any more. */
void query_words_fini(struct query_words *words);

/* The entries of these options, in the tables of the commands that have them. */
#define QUERY_OPTIONS \
	{ 't', "tcp", NULL, "TCP", QUERY_PROTOS(1u << PROTO_TCP) }, \
	{ 'u', "udp", NULL, "UDP; without -t and -u both", QUERY_PROTOS(1u << PROTO_UDP) }, \
	{ '4', "ipv4", NULL, "sockets of the IPv4 family", QUERY_FAMILIES(1u << FAMILY_INET) }, \
	{ '6', "ipv6", NULL, "sockets of the IPv6 family; without -4 and -6 both", QUERY_FAMILIES(1u << FAMILY_INET6) }, \
	{ 'N', "netns", "NETNS", "in these network namespaces: NAME, PID, /PATH or all; may be repeated", .apply = query_apply_netns }

#define QUERY_PROTOS(set) .flag = offsetof(struct query_words, protos), .bits = (set)
#define QUERY_FAMILIES(set) .flag = offsetof(struct query_words, families), .bits = (set)

#define QUERY_FILTER_OPTION \
	{ 0, "filter", "FILTER", "only sockets of which this is so, as 'sport < 1024 and user root'; as words without it, too", \
	  .apply = query_apply_filter }

#endif
