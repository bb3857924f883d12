/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of lab/export share: the words of the languages, and how a step becomes a statement.
 */
#ifndef LAB_EXPORT_INTERNAL_H
#define LAB_EXPORT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "lab/export.h"
#include "lab/scenario.h"

/*
 * A piece of the frame of every program, from lab/export.  It is put into a program that has one of its words in what
 * follows; a word may be several with + between, all of which must be there.  "*": into every one.  "= NAME": here stands
 * what is made of the scenario.
 */
struct export_block {
	const char *words;
	const char *text;
};

/* Each ends with one without words. */
extern const struct export_block export_c_blocks[];
extern const struct export_block export_python_blocks[];

/* What a socket is called in the program: names of scenarios may be words of the language. */
struct export_name {
	struct lab_name name;
	char text[NAME_BYTES_MAX + 8];
};

/* $ACTOR.SOCKET, whose port a step asks for. */
struct export_port {
	struct lab_name actor, sock;
};

/* A program that is being written. */
struct export {
	const struct scenario *scenario;
	const struct dialect *dialect;
	struct buf needs;          /* the words that the steps use */
	struct lab_name *actors;   /* owned; in the order in which they begin */
	struct export_name *names; /* owned */
	struct export_port *ports; /* owned */
	size_t actor_count, name_count, port_count;
	size_t at;                 /* the step that is being written */
};

/* How a language writes what all of them have. */
struct dialect {
	enum export_language language;
	const struct export_block *blocks;
	const char *indent;     /* of the steps */
	const char *comment;    /* what a line of the comment at the top begins with */
	const char *end;        /* of a statement */
	void (*add_text)(struct buf *out, const char *text);                        /* UTF-8 */
	void (*add_bytes)(struct buf *out, const char *bytes, size_t length);       /* as arguments of a call */
	void (*add_constants)(struct export *export, struct buf *out, const char *names); /* "A, B" of the system */
	void (*add_address)(struct export *export, struct buf *out, const struct endpoint *endpoint, int family);
	void (*add_call)(struct export *export, struct buf *out, const char *call); /* and how its outcome is told */
	void (*add_step)(struct export *export, struct buf *out, const char *body); /* body: lines without indent */
	void (*add_port_place)(struct export *export, struct buf *out, const struct lab_name *actor,
			       const struct lab_name *sock); /* what may stand to the left of a = */
	void (*add_actors)(struct export *export, struct buf *out);
	void (*add_sockets)(struct export *export, struct buf *out);
	void (*add_ports)(struct export *export, struct buf *out);
};

extern const struct dialect export_c, export_python;

/* How a step is said.  Behind a $ stands a letter for one of its arguments: see export_expand. */
struct phrase {
	const char *text[EXPORT_LANGUAGES];
	bool is_whole; /* tells its outcome itself */
};

const struct phrase *export_phrase(const struct step *step);

/* Appends the phrase's text with the arguments of the step in it. */
void export_expand(struct export *export, struct buf *out, const char *text);

/* The program is to have the blocks of that word. */
void export_need(struct export *export, const char *word);

/* The step that is being written. */
const struct step *export_step(const struct export *export);

/* Finds the actors, what sockets are called, and the ports that steps ask for. */
void export_collect(struct export *export);

/* What the program calls the socket. */
const char *export_name(const struct export *export, const struct lab_name *name);

/* The kind of a socket that an actor has made before the present step, accepted or inherited; -1: it has not. */
int export_kind(const struct export *export, const struct lab_name *actor, const struct lab_name *sock);

/* The actor whose socket's port the endpoint speaks of. */
const struct lab_name *export_port_actor(const struct export *export, const struct endpoint *endpoint);

/* Whether a step asks for the port of that socket. */
bool export_has_port(const struct export *export, const struct lab_name *actor, const struct lab_name *sock);

/* The socket whose port is to be remembered after the present step, as others ask for it; NULL: none. */
const struct lab_name *export_remembered(const struct export *export);

/* Appends "ACTOR.SOCKET" as a string of the language. */
void export_add_reference(const struct export *export, struct buf *out, const struct lab_name *actor,
			  const struct lab_name *sock);

/* Appends the port of the endpoint: a number, or port_of(). */
void export_add_port(struct export *export, struct buf *out, const struct endpoint *endpoint);

/* Appends every line of a text of lines with the indent before it. */
void export_indent(struct buf *out, const char *indent, const char *lines);

#endif
