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
struct owner_scan;
struct process_list;
struct remedy;
struct why;

struct why_context {
	const struct column_context *columns;
	const struct process_list *processes; /* for the command lines of owners; may lack some */
	const struct owner_scan *scan;        /* how far the look for owners could see */
};

/* "tcp 127.0.0.1:9999", "unix @name". */
void why_wish_text(struct buf *out, const struct bind_wish *wish);

/* Whether it works, and why: "bind() will fail with EADDRINUSE (Address already in use): ...". */
void why_verdict_text(struct buf *out, const struct why *why);

/* Which socket it is, its flags, who has it, and how long it will last. */
void why_blocker_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker,
		      const struct why_context *context);

/* Why it is in the way. */
void why_reason_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker);

/* What to do. */
void why_remedy_text(struct buf *out, const struct why *why, const struct remedy *remedy,
		     const struct why_context *context);

/* "EADDRINUSE"; the number where it has no name. */
void why_errno_text(struct buf *out, int error);

#endif
