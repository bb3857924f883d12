/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs are told of a socket: one table of members, from which JSON, CSV and templates are made.  A member yields a
 * value; it knows nothing of how that is written down.
 */
#ifndef OUT_MEMBER_H
#define OUT_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct column_context;
struct row;

enum value_kind {
	VALUE_UNKNOWN,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_WORD, /* a text of this program's own: nothing in it that would have to be escaped or quoted */
	VALUE_TEXT, /* one from outside: any bytes but NUL */
	VALUE_BYTES, /* the same, with NULs */
};

struct value {
	enum value_kind kind;
	uint64_t number;  /* VALUE_NUMBER, and VALUE_BOOL: 0 or 1 */
	const char *text; /* VALUE_WORD, VALUE_TEXT, VALUE_BYTES; valid until the place's scratch is changed */
	size_t length;    /* VALUE_BYTES: of the text, behind which there is a NUL */
};

/* Of what a value is wanted. */
struct member_place {
	const struct row *row;
	const struct column_context *context;
	uint32_t at;         /* of a list: which one */
	unsigned of;         /* what members that share a function differ by; set by member_get */
	struct buf *scratch; /* for texts that are nowhere as they are to be; emptied by member_get */
};

typedef struct value member_get_fn(const struct member_place *place);

/* Members that stand together: an object of JSON, or a list of objects.  It is there when the first of them is. */
struct member_group {
	const char *key;
	bool (*known)(const struct row *row);     /* NULL: always; otherwise JSON has null where it is not */
	uint32_t (*count)(const struct row *row); /* how many there are, of a list; NULL: it is none */
};

/* When JSON and CSV have it; a template may have it always. */
enum member_use {
	MEMBER_ALWAYS,
	MEMBER_SHOWN,    /* JSON: when one of its columns is shown; CSV: as always */
	MEMBER_RESOLVED, /* when names are shown */
	MEMBER_TIMED,    /* when each socket tells the time of the look (column_context.timed) */
};

struct member {
	const char *path;                 /* "local.port" */
	const char *key;                  /* as it stands in a JSON object: "\"port\":" */
	const struct member_group *group; /* NULL: none */
	const char *help;                 /* one sentence without a full stop */
	uint64_t columns;                 /* COLUMN_BIT()s of those that say the same to people; 0: none does */
	enum member_use use;
	uint32_t protos;                  /* 1 << enum sock_proto: only these have it; 0: all */
	unsigned of;                      /* for get, if several members share it */
	member_get_fn *get;
};

/* In the order in which JSON has them, those of a group next to each other; ends with one without a path. */
extern const struct member members[];

enum { MEMBERS_MAX = 80 };

/* The paths, for text_nearest. */
const char *member_path(size_t i);

/* By its path; NULL: there is none. */
const struct member *member_named(const char *path);

/* What it says of the socket there; one of a list: at place.at, which is below member_count. */
struct value member_get(const struct member *member, const struct member_place *place);

/* How many values it has: 1, unless it is of a list. */
uint32_t member_count(const struct member *member, const struct row *row);

/* Whether JSON has it, or CSV when one of its columns is shown, of sockets of these protocols (1 << enum sock_proto). */
bool member_is_used(const struct member *member, const struct column_context *context, uint32_t protos);

/* Appends the text of VALUE_BYTES with \x00 for each NUL, for formats that have no other way. */
void value_add_bytes(struct buf *out, struct value value);

/* Appends a line for each: its path, and what it says. */
void members_describe(struct buf *out);

#endif
