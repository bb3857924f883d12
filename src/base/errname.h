/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of errno values as programmers write them: "EADDRINUSE".  (strerrorname_np(3) is only in newer libcs, and
 * there is no way back from a name.)
 */
#ifndef BASE_ERRNAME_H
#define BASE_ERRNAME_H

#include <stddef.h>

/* NULL for a value whose name is not known here. */
const char *errname(int error);

/* 0 for a name that is not known here. */
int errname_parse(const char *name);

/* The names that are known here, from 0 on; NULL behind the last one.  (A text_name_fn of base/text.h.) */
const char *errname_at(size_t i);

#endif
