/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name of a unix socket as text: a path, or "@" and an abstract name.
 */
#ifndef MODEL_UNIX_NAME_H
#define MODEL_UNIX_NAME_H

#include <stdbool.h>

struct buf;
struct sock_info;

/* Whether it is known and there is one.  info may be NULL. */
bool unix_name_has(const struct sock_info *info);

/* Appends it, nothing if there is none, as one word: blanks are escaped as well, and NULs in an abstract name. */
void unix_name_format(struct buf *out, const struct sock_info *info);

/* Appends it as ss(8) has it in its filters: as it is, but for NULs, which become "@". */
void unix_name_text(struct buf *out, const struct sock_info *info);

/* Below, at or above 0: those without a name come last, abstract names behind paths. */
int unix_name_compare(const struct sock_info *a, const struct sock_info *b);

#endif
