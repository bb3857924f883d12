/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What playground.c and play_look.c share, and nobody else needs.
 */
#ifndef LAB_PLAY_INTERNAL_H
#define LAB_PLAY_INTERNAL_H

#include "lab/playground.h"

/* The port is one that the playground is about. */
void play_note_port(struct playground *play, uint16_t port);

/* Moves the step to those that are done. */
struct play_step *play_finish(struct playground *play, size_t at);

/* Begins to look at the ports that it is about. */
void play_begin_look(struct playground *play);

/* Takes a part of what is seen; true when all is, and steps that waited to see something were judged. */
bool play_serve_look(struct playground *play, uint64_t now_ns);

/* Destroys what the sockets of actors that are to end would leave behind, where that is permitted. */
void play_sweep(const struct playground *play);

/* Whether the step uses an address that is not a loopback address. */
bool play_is_reachable(const struct playground *play, const struct step *step);

/* A step waits to see something. */
bool play_sees(const struct playground *play);

#endif
