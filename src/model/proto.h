/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each kind of sockets is called, and what its ends are: one table from which options, filters, columns and JSON are
 * made.
 */
#ifndef MODEL_PROTO_H
#define MODEL_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

struct buf;

struct proto_entry {
	const char *name;    /* by which it is asked for: "unix_stream" */
	const char *shown;   /* in the column, as ss(8) does: "u_str" */
	const char *member;  /* in JSON, where the type stands beside it: "unix" */
	const char *type;    /* "stream"; NULL: its name says it */
	uint32_t families;   /* 1 << enum sock_family: those that it is in */
	bool has_ports;      /* of 16 bits, in sock.local_port and sock.foreign_port */
};

/* By enum sock_proto. */
extern const struct proto_entry proto_entries[PROTO_COUNT];

/* A word for one or more of them, as ss(8) has them. */
struct proto_set {
	const char *name;
	uint32_t protos; /* 1 << enum sock_proto */
};

/* Ends with one without a name. */
extern const struct proto_set proto_sets[];

/* For text_nearest. */
const char *proto_set_name(size_t i);

/*
 * Words separated by commas become a set; those behind a ! are taken out of what stands before them, or of everything if
 * nothing does.  False, and one line in error that names the word and the nearest that is right, when one is none, or
 * nothing is left.
 */
bool proto_set_parse(uint32_t *set, const char *text, struct buf *error);

/* The least words for a set, separated by commas: "tcp,unix". */
void proto_set_format(struct buf *out, uint32_t set);

#endif
