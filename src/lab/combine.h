/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several steps that belong together, as one wish: a client to a listener, closing a connection from one side first, a server
 * that sends back what it gets.  And the names that are free for what they make.
 */
#ifndef LAB_COMBINE_H
#define LAB_COMBINE_H

#include <stdbool.h>

#include "lab/playground.h"

/* What "echo" makes by itself at most. */
enum { ECHO_STEPS_MAX = 200 };

/* Names that no step has used yet: "a" to "z", then "a2" and so on; for a socket of that actor "s1", "s2". */
struct lab_name combine_actor_name(const struct playground *play);
struct lab_name combine_socket_name(const struct playground *play, const struct lab_name *actor);

/* "tcp4" */
const char *combine_kind_name(const struct past_sock *sock);

/* A new actor connects to the socket; false where it has no address to be reached at. */
bool combine_client(struct playground *play, const struct past_name *name);

/* Closes the socket, and then its other end, if that is one of the playground's, too; false where it was never connected. */
bool combine_close_first(struct playground *play, const struct past_name *name);

/* Adds what the actor that echoes has to do now: accept, receive, send back, or close; false when that is nothing. */
bool combine_echo(struct playground *play);

/* The row of a socket as the last look had it; NULL: none. */
const struct row *combine_row(const struct playground *play, const struct past_sock *sock);

#endif
