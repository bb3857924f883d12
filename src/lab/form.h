/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form for the playground's next socket: who makes it, what it is, its options, its address.  What stands in it, what is
 * wrong with that, and the steps that it means.  Knows no keys and no screen.
 */
#ifndef LAB_FORM_H
#define LAB_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/option.h"
#include "lab/playground.h"
#include "lab/verdict.h"

enum form_field {
	FIELD_ACTOR,
	FIELD_USER,
	FIELD_KIND,
	FIELD_ADDRESS,
	FIELD_PORT,
	FIELD_OPTIONS, /* the first of them, in the order of enum lab_option */
	FIELD_COUNT = FIELD_OPTIONS + OPTION_COUNT,
};

enum { FIELD_BYTES_MAX = 63 };

struct form {
	unsigned at;    /* the field that is being filled in */
	bool entered;   /* right now: what is typed takes the place of what stands there */
	unsigned actor; /* 0: a new process; then two for each that lives: itself, and a fork of it */
	unsigned kind;  /* enum socket_kind */
	bool checked[OPTION_COUNT];
	char text[FIELD_COUNT][FIELD_BYTES_MAX + 1]; /* of those that are typed; "" of an option: it is not set */
	enum verdict verdict; /* of bind */
	struct buf told;      /* the verdict, or what is wrong, as it is now */
	struct buf faults[FIELD_COUNT]; /* what is wrong with each; empty: nothing */
};

/* What is to be made of the form. */
enum form_use {
	FORM_SOCKET = 0,
	FORM_BIND = 1 << 0,
	FORM_LISTEN = 1 << 1,
	FORM_CONNECT = 1 << 2,
};

/* tcp4 on 127.0.0.1:9999 by a new process. */
void form_init(struct form *form);
void form_fini(struct form *form);

/* A new process's form with this address and port, in the protocol given by its place in the table. */
void form_fill(struct form *form, const struct sock *sock);

/* How the field is labelled, and what stands in it. */
const char *form_label(unsigned field);
void form_value(const struct form *form, unsigned field, const struct playground *play, struct buf *out);

/* Whether it is typed, and not chosen. */
bool form_is_typed(unsigned field);
bool form_is_checked(const struct form *form, unsigned field);

/* Goes on by so many fields, round the last one. */
void form_move(struct form *form, unsigned by);

/* Goes to another choice of the field. */
void form_choose(struct form *form, const struct playground *play, bool forward);

/* Adds a character; false where none is typed, or it is none for a form. */
bool form_type(struct form *form, uint32_t c);
void form_erase(struct form *form);

/* Finds what is wrong with the fields and, where nothing is, tells what would come of it. */
void form_judge(struct form *form, struct playground *play);

/* Appends what is wrong with the field that is filled in, or else with the first that is not right; false: nothing is. */
bool form_complain(const struct form *form, struct buf *out);

/* Adds the steps; false where something is wrong with the form. */
bool form_make(struct form *form, struct playground *play, unsigned use);

/* "ADDRESS:PORT" as steps have it; false where that is wrong. */
bool form_endpoint(const struct form *form, struct buf *out);

/*
 * What would come of the other choices, as lines: no flag, SO_REUSEADDR, SO_REUSEPORT and both, with and without IPV6_V6ONLY,
 * on this address and on the wildcard.
 */
void form_matrix(const struct form *form, const struct playground *play, struct buf *out);

#endif
