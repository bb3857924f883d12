/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the form share, and nobody else needs.
 */
#ifndef LAB_FORM_INTERNAL_H
#define LAB_FORM_INTERNAL_H

#include "lab/form.h"

/* Fills in form.faults; how many there are. */
unsigned form_find_faults(struct form *form);

/* The value of an option that is typed; false, and why where that is not NULL, when it is none. */
bool form_option(const struct form *form, unsigned option, struct option_value *value, struct buf *why);

/* bind, listen or connect as the form has it, of nobody; false where the address is wrong. */
bool form_step(const struct form *form, const char *verb, struct step *step);

/* The socket as it would be before bind(): its options are set, and its maker is who the form says. */
struct past_sock form_foresee(const struct form *form, const struct playground *play);

/* Whether its socket is of a kind that listens. */
bool form_listens(const struct form *form);

#endif
