/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scenarios did, step by step: for people, as TAP for test runners, or as JSON.
 * Knows nothing of how they are run: it is handed texts, which it cleans.
 */
#ifndef OUT_TRANSCRIPT_H
#define OUT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

enum transcript_format {
	TRANSCRIPT_TEXT,
	TRANSCRIPT_TAP,
	TRANSCRIPT_JSON,
};

struct transcript {
	struct sink *sink; /* borrowed */
	enum transcript_format format;
	const char *file;  /* of the scenario that runs, as its title; borrowed */
	const char *title;
	unsigned passed, failed, skipped; /* scenarios */
};

struct transcript_blocker {
	uint64_t cookie;
	const char *local;
	const char *state; /* NULL: none */
};

struct transcript_step {
	unsigned line;
	const char *text;
	const char *predicted; /* NULL: nothing was */
	const char *actual;
	const char *expected;  /* NULL: nothing was */
	bool ok;
	bool mispredicted;
	bool quiet;            /* a step that has no result to speak of */
	const char *why;       /* "" where there is nothing to say */
	const struct transcript_blocker *blockers;
	size_t blocker_count;
};

enum transcript_result {
	TRANSCRIPT_PASSED,
	TRANSCRIPT_FAILED,
	TRANSCRIPT_SKIPPED,
};

/* Begins a scenario; about: lines. */
void transcript_begin(struct transcript *transcript, const char *file, const char *title, const char *about);

/* A note, for people. */
void transcript_note(struct transcript *transcript, const char *text);

/* A step begins, which may take a while; then it has ended. */
void transcript_step_begin(struct transcript *transcript, const char *text);
void transcript_step_end(struct transcript *transcript, const struct transcript_step *step);

/* Ends a scenario; reason: why it was skipped. */
void transcript_end(struct transcript *transcript, enum transcript_result result, unsigned steps, unsigned failed,
		    const char *reason);

/* The last line. */
void transcript_finish(struct transcript *transcript);

#endif
