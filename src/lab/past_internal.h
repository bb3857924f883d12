/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What past.c and past_see.c share, and nobody else needs.
 */
#ifndef LAB_PAST_INTERNAL_H
#define LAB_PAST_INTERNAL_H

#include "lab/past.h"

/* The array with room for one more. */
void *past_grow(void *array, size_t count, size_t *capacity, size_t size);

/* Adds a copy; its index. */
size_t past_add(struct past *past, const struct past_sock *sock);

/* A connection has what its listener, or NULL, has; but of the unix domain not the name. */
struct past_sock past_child(const struct past_sock *listener, uint64_t cookie);

/* bind() or listen() has worked for the wish, as it was before: the kernel remembers. */
void past_admit(struct past *past, const struct bind_wish *wish);

#endif
