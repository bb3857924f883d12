/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filter is made of: the tree that the parser builds, that is judged here and compiled for the kernel elsewhere.
 */
#ifndef MODEL_FILTER_NODE_H
#define MODEL_FILTER_NODE_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/filter.h"
#include "model/portset.h"
#include "model/sock.h"

enum filter_kind {
	FILTER_AND,
	FILTER_OR,
	FILTER_NOT,
	FILTER_CONDITION,
};

/* What a condition is about; names and all else are in filter_fields. */
enum filter_field {
	FIELD_STATE,
	FIELD_PROTO,
	FIELD_FAMILY,
	FIELD_SRC,
	FIELD_DST,
	FIELD_SPORT,
	FIELD_DPORT,
	FIELD_PORT, /* either */
	FIELD_DEV,
	FIELD_NETNS,
	FIELD_FWMARK,
	FIELD_CGROUP,
	FIELD_AUTOBOUND,
	FIELD_PID,
	FIELD_COMM,
	FIELD_COMMAND,
	FIELD_UNIT,
	FIELD_CONTAINER,
	FIELD_EXPOSURE,
	FIELD_USER,
	FIELD_OWNER,
	FIELD_FLAGS,
	FIELD_TIMER,
	FIELD_AGE,
	FIELD_RECVQ,
	FIELD_SENDQ,
	FIELD_RTT,
	FIELD_CWND,
	FIELD_RETRANS,
	FIELD_IN,
	FIELD_OUT,
	FIELD_IN_RATE,
	FIELD_OUT_RATE,
	FIELD_CONG,
	FIELD_MEM,
	FIELD_DROPS,
	FIELD_INODE,
	FIELD_COOKIE,
	FIELD_WORD, /* a text that stands in any column; the first one without a name */
	FIELD_COUNT,
};

/* "!=" and "!~" are a FILTER_NOT of "=" and "~". */
enum filter_op {
	OP_EQUAL,
	OP_LESS,
	OP_AT_MOST,
	OP_MORE,
	OP_AT_LEAST,
	OP_MATCHES,
	OP_DIFFERS,
	OP_MATCHES_NOT,
	OP_COUNT,
};

/* Words of FIELD_OWNER, one bit each. */
enum filter_owner {
	OWNER_NONE,   /* no descriptor refers to the socket */
	OWNER_FORMER, /* none does, but some process that is known did */
	OWNER_HIDDEN, /* one does, of a process that could not be looked into */
	OWNER_KNOWN,
};

/* An address and how many of its bits count. */
struct filter_address {
	bool given;          /* else any will do */
	uint8_t family;      /* enum sock_family; FAMILY_INET means mapped addresses of IPv6 sockets, too, as in the kernel */
	uint8_t bits;
	uint8_t bytes[16];
	bool family_only;    /* "inet:" or "inet6:" stood before it, or before a port: sockets of that family alone */
};

/* A member that no field or operator is said to have means nothing. */
struct filter_node {
	uint8_t kind;        /* enum filter_kind */
	uint8_t field;       /* enum filter_field */
	uint8_t op;          /* enum filter_op, up to OP_MATCHES */
	uint16_t left, right; /* FILTER_AND, FILTER_OR, FILTER_NOT (left): indices */
	uint32_t needs, asks; /* as in struct filter */
	uint32_t set;        /* bits of states, protocols, families, timers, flags, enum filter_owner, enum exposure_reach */
	uint64_t number;     /* ns, bytes, us of FIELD_RTT, pid, uid, index of a device, mark, identity of a cgroup */
	uint64_t mask;       /* FIELD_FWMARK */
	bool numeric;        /* FIELD_DEV, FIELD_NETNS, FIELD_USER: number is meant, not text */
	struct filter_address address; /* FIELD_SRC, FIELD_DST; FIELD_SPORT to FIELD_PORT: the family alone */
	struct portset *ports; /* owned; FIELD_SRC to FIELD_PORT, FIELD_AUTOBOUND; NULL: any */
	char *text;          /* owned; what is compared, or looked for */
	regex_t *regex;      /* owned; OP_MATCHES */
};

/* What a row is judged by. */
struct filter_subject {
	const struct row *row;
	const struct column_context *context;
	unsigned known; /* enum filter_known */
};

typedef enum truth filter_judge_fn(const struct filter_node *node, const struct filter_subject *subject);

/* Reads a value into the node.  False, and why in error, when it is none; text_fail_nearest and the like. */
typedef bool filter_value_fn(struct filter_node *node, const char *value, struct buf *error);

/* False: it is not known. */
typedef bool filter_number_fn(const struct row *row, uint64_t *number);

/* Sets of operators. */
#define OPS_EQUAL (1u << OP_EQUAL | 1u << OP_DIFFERS)
#define OPS_ORDER (1u << OP_LESS | 1u << OP_AT_MOST | 1u << OP_MORE | 1u << OP_AT_LEAST)
#define OPS_TEXT (OPS_EQUAL | 1u << OP_MATCHES | 1u << OP_MATCHES_NOT)

struct filter_field_entry {
	const char *name;
	const char *expects;    /* what a value is: "a port such as :80 or :http" */
	unsigned ops;           /* 1 << enum filter_op; 0: it stands alone */
	uint32_t needs, asks;
	filter_value_fn *value;
	filter_judge_fn *judge;
	filter_number_fn *number; /* what judge compares, if it compares numbers */
};

/* By enum filter_field. */
extern const struct filter_field_entry filter_fields[FIELD_COUNT];

/* By its name, which need not end there; FIELD_WORD: none has it. */
enum filter_field filter_field_named(const char *name, size_t length);

/* The states and groups of states that a value may name. */
const char *filter_state_name(size_t i);

/* Makes a line of error: that the value is none for the node's field, and what would be one.  False. */
bool filter_field_fail(const struct filter_node *node, const char *value, const char *expects, struct buf *error);

/* For text_fail_nearest. */
const char *filter_field_name(size_t i);

/* One node as filter_judge. */
enum truth filter_judge_node(const struct filter *filter, size_t at, const struct filter_subject *subject);

/* Of filter_fields alone. */
enum truth judge_age(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_autobound(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_cgroup(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_comm(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_command(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_cong(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_container(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_dev(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_dst(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_exposure(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_family(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_flags(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_fwmark(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_netns(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_number(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_owner(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_pid(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_port(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_proto(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_src(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_state(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_timer(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_unit(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_user(const struct filter_node *node, const struct filter_subject *subject);
enum truth judge_word(const struct filter_node *node, const struct filter_subject *subject);
bool value_age(struct filter_node *node, const char *value, struct buf *error);
bool value_autobound(struct filter_node *node, const char *value, struct buf *error);
bool value_bytes(struct filter_node *node, const char *value, struct buf *error);
bool value_cgroup(struct filter_node *node, const char *value, struct buf *error);
bool value_count(struct filter_node *node, const char *value, struct buf *error);
bool value_dev(struct filter_node *node, const char *value, struct buf *error);
bool value_exposure(struct filter_node *node, const char *value, struct buf *error);
bool value_family(struct filter_node *node, const char *value, struct buf *error);
bool value_flags(struct filter_node *node, const char *value, struct buf *error);
bool value_fwmark(struct filter_node *node, const char *value, struct buf *error);
bool value_host(struct filter_node *node, const char *value, struct buf *error);
bool value_netns(struct filter_node *node, const char *value, struct buf *error);
bool value_owner(struct filter_node *node, const char *value, struct buf *error);
bool value_ports(struct filter_node *node, const char *value, struct buf *error);
bool value_proto(struct filter_node *node, const char *value, struct buf *error);
bool value_rtt(struct filter_node *node, const char *value, struct buf *error);
bool value_state(struct filter_node *node, const char *value, struct buf *error);
bool value_text(struct filter_node *node, const char *value, struct buf *error);
bool value_timer(struct filter_node *node, const char *value, struct buf *error);
bool value_user(struct filter_node *node, const char *value, struct buf *error);
bool value_word(struct filter_node *node, const char *value, struct buf *error);

#endif
