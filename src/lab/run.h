/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a scenario: every step predicted, done and judged.  Says what happens to an observer, and prints nothing.
 */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "lab/look.h"
#include "lab/predict.h"
#include "lab/scenario.h"

/* What became of one step. */
struct step_outcome {
	const struct step *step;
	const char *predicted;  /* ok, an errno or unknown; NULL: nothing was predicted */
	const char *actual;     /* ok, eof, an errno or a value, which is to be cleaned */
	bool ok;                /* the result is what the step allows, and the prediction came true, if that counts */
	bool mispredicted;
	const char *why;        /* why it failed, or what the prediction is founded on; "" */
	const struct blocker *blockers;
	size_t blocker_count;
};

enum run_verdict {
	RUN_PASSED,
	RUN_FAILED,
	RUN_SKIPPED,
};

struct run_outcome {
	enum run_verdict verdict;
	unsigned steps, failed;
	struct buf reason;      /* why it was skipped */
};

/* Any of these may be NULL. */
struct run_observer {
	void (*begin)(void *context, const struct scenario *scenario);
	void (*step_begin)(void *context, const struct step *step);
	void (*step_end)(void *context, const struct step_outcome *outcome);
	void (*table)(void *context, const struct look *look); /* after each step, the table as it is then */
	void (*pause)(void *context);                          /* to wait for a person */
	void (*end)(void *context, const struct scenario *scenario, const struct run_outcome *outcome);
	void *context;
};

struct run_plan {
	bool host;        /* in the network namespace that the process is in, not in one of its own */
	bool any_address; /* there with others than loopback addresses */
	bool no_predict;  /* a wrong prediction does not fail a step */
	bool is_root;     /* the process is root outside of any namespace that was made for scenarios */
};

/*
 * Runs it to its end.  0; or -errno, when it could not be begun: -EPERM and its like where no network namespace can be made.
 * The process is in another namespace afterwards, unless it is to be the host's.
 */
int run_scenario(const struct scenario *scenario, const struct run_plan *plan, const struct run_observer *observer,
		 enum run_verdict *verdict);

#endif
