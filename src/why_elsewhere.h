/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has the port of a wish in the other network namespaces, for "ports why" where nobody has it in the own one.
 */
#ifndef WHY_ELSEWHERE_H
#define WHY_ELSEWHERE_H

#include "base/buf.h"
#include "gather.h"
#include "model/column.h"
#include "model/process.h"
#include "model/why_text.h"

struct bind_wish;
struct clock;
struct source;

/* Begins as zeros. */
struct elsewhere {
	struct source *source;
	struct gathered gathered;
	struct process_list processes;
	const struct row **rows; /* owned; of gathered */
	struct buf gaps;
	struct column_context columns;
	struct why_context context;
	struct why_elsewhere found; /* what is to be told; it is this struct's */
};

/* Looks; false when that is not possible at all.  To be ended with elsewhere_fini in any case. */
bool elsewhere_look(struct elsewhere *elsewhere, const struct bind_wish *wish, struct clock *clock);
void elsewhere_fini(struct elsewhere *elsewhere);

#endif
