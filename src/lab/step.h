/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step of a scenario, a plain value: what an agent is sent, what a line of a file says, what the playground saves.
 * Knows nothing of the steps around it (lab/scenario.h).
 */
#ifndef LAB_STEP_H
#define LAB_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/endpoint.h"
#include "lab/option.h"
#include "lab/token.h"

enum verb {
	/* Of an actor. */
	VERB_USER,
	VERB_SOCKET,
	VERB_SET,
	VERB_GET,
	VERB_BIND,
	VERB_LISTEN,
	VERB_CONNECT,
	VERB_ACCEPT,
	VERB_SEND,
	VERB_RECV,
	VERB_SENDTO,
	VERB_SHUTDOWN,
	VERB_CLOSE,
	VERB_FORK,
	VERB_EXIT,
	VERB_KILL,
	/* Of none. */
	VERB_SEE,
	VERB_OWNERS,
	VERB_WAIT,
	VERB_PAUSE,
	VERB_NOTE,
	VERB_COUNT,
};

enum {
	TEXT_BYTES_MAX = 200,   /* of what is sent or is to be received */
	RESULT_BYTES_MAX = 127, /* behind => */
	SEEN_ACTORS_MAX = 8,    /* in one "owners" */
	WAIT_SECONDS_MAX = 120,
	COUNT_ANY = -1,         /* "see" without xN: one or more */
};

struct step {
	unsigned line;               /* in its file, from 1 on */
	uint8_t verb;                /* enum verb */
	uint8_t kind;                /* enum socket_kind: socket */
	uint8_t option;              /* enum lab_option: set, get */
	uint8_t actor_count;         /* owners */
	bool has_text;               /* recv */
	bool has_result;             /* the line says what is to come out */
	uint16_t state;              /* enum sock_state: see, owners */
	int how;                     /* SHUT_RD, ...: shutdown */
	int count;                   /* see: so many, or COUNT_ANY */
	uint32_t number;             /* listen: the backlog; wait: milliseconds */
	uint32_t uid, gid;           /* user */
	struct lab_name actor;       /* "" for a step of none */
	struct lab_name sock;        /* the socket that it is about */
	struct lab_name other;       /* accept: the new socket; fork: the new actor */
	struct lab_name actors[SEEN_ACTORS_MAX]; /* owners */
	struct endpoint endpoint;
	struct endpoint remote;      /* see; ENDPOINT_NONE: any */
	struct option_value value;   /* set */
	size_t text_length;
	char text[TEXT_BYTES_MAX + 1]; /* send, sendto, recv */
	char result[RESULT_BYTES_MAX + 1]; /* "ok|EADDRINUSE" */
	unsigned columns[3];         /* where its words stand: the actor's or the verb's, the first argument, the second */
	char source[LINE_BYTES_MAX + 1]; /* the step as it was written, without its result */
};

/* "bind" */
const char *verb_name(unsigned verb);

/* Whether steps of that verb belong to an actor; whether they must succeed where nothing is said of the result. */
bool verb_has_actor(unsigned verb);
bool verb_must_succeed(unsigned verb);

/* Parses a line that was checked (line_check) and is neither blank nor a comment. */
bool step_parse(struct step *step, const char *line, struct fault *fault);

/* Appends the step as step_parse reads it, without its result. */
void step_format(struct buf *out, const struct step *step);

/*
 * Whether what came out is what the step allows: a word (ok, eof, an errno) or, where it has one, the value.
 */
bool step_allows(const struct step *step, const char *word, const char *value);

#endif
