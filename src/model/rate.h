/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes per second, between two readings of a counter.
 */
#ifndef MODEL_RATE_H
#define MODEL_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct sock_info;

/*
 * Fills in the rates of a reading from the one before it, by the real time between them: after a pause they are the mean
 * of it.  They stay unknown where there is no reading before, or where a counter went back.
 */
void rate_follow(struct sock_info *fresh, const struct sock_info *before);

/* Appends three digits, or as many as there are, and k, M, G, ... for powers of 1000: "999", "1.23k", "45.6M". */
void rate_format(struct buf *out, uint64_t bytes_per_s);

#endif
