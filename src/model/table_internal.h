/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a table need of each other.
 */
#ifndef MODEL_TABLE_INTERNAL_H
#define MODEL_TABLE_INTERNAL_H

#include "model/table.h"

/* The row is not as it was. */
void table_note(struct table *table, const struct row *row);

/* Room for so many owners, which are to be written there. */
struct owner *row_set_owner_count(struct row *row, uint32_t count);

/* Who does not show what is told beside the socket pays no memory for it. */
struct sock_info *row_make_info(struct row *row);

#endif
