/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer of why.h in words: the same for the command, for JSON and for the live table.
 * Each function appends one sentence, or a part of one, without a newline.
 */
#ifndef MODEL_WHY_TEXT_H
#define MODEL_WHY_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct bind_blocker;
struct bind_wish;
struct buf;
struct column_context;
struct forward_list;
struct owner_scan;
struct process_list;
struct remedy;
struct row;
struct why;
struct why_elsewhere;

struct why_context {
	const struct column_context *columns;
	const struct process_list *processes; /* for the command lines of owners; may lack some */
	const struct owner_scan *scan;        /* how far the look for owners could see */
	const struct forward_list *forwards;  /* of owners; NULL: none is known */
	const struct why_elsewhere *elsewhere; /* NULL: other network namespaces were not looked at */
};

/* Who has the port of the wish in other network namespaces: that explains no verdict, but what people meet. */
struct why_elsewhere {
	const struct row *const *rows;
	size_t count;
	const char *gaps;                 /* what could not be seen there, as one sentence without a full stop; NULL: nothing */
	const struct why_context *context; /* for these rows */
};

/* "tcp 127.0.0.1:9999", "unix @name". */
void why_wish_text(struct buf *out, const struct bind_wish *wish);

/* Whether it works, and why: "bind() will fail with EADDRINUSE (Address already in use): ...". */
void why_verdict_text(struct buf *out, const struct why *why);

/* Which socket it is, its flags, who has it, and how long it will last. */
void why_blocker_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker,
		      const struct why_context *context);

/* For whom its holders have it: a container, a service of systemd's; one after the other with "; " between, or nothing. */
void why_behalf_text(struct buf *out, const struct row *row, const struct why_context *context);

/* A socket of another network namespace, and who has it. */
void why_elsewhere_text(struct buf *out, const struct why *why, const struct row *row, const struct why_context *context);

/* Why it is in the way. */
void why_reason_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker);

/* What to do. */
void why_remedy_text(struct buf *out, const struct why *why, const struct remedy *remedy,
		     const struct why_context *context);

/* "EADDRINUSE"; the number where it has no name. */
void why_errno_text(struct buf *out, int error);

#endif
