/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a form.  For lab/form.c alone.
 */
#ifndef LAB_FORM_CHECK_H
#define LAB_FORM_CHECK_H

#include "lab/form.h"

/* Fills in form.faults; how many there are. */
unsigned form_find_faults(struct form *form, const struct playground *play);

/* The value of an option that is typed; false, and why where that is not NULL, when it is none. */
bool form_option(const struct form *form, unsigned option, struct option_value *value, struct buf *why);

#endif
