/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only the steps before a step tell: whether its actor lives, whether its socket is there and of which family.
 */
#ifndef LAB_CHECK_H
#define LAB_CHECK_H

#include "lab/scenario.h"

struct check;

/* For steps one after the other, which note in the scenario what it needs; its own steps do not matter. */
struct check *check_new(struct scenario *scenario);
void check_free(struct check *check);

/* Whether the step may follow those that were checked before it; else the fault is set. */
bool check_step(struct check *check, const struct step *step, struct fault *fault);

#endif
