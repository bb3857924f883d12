/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel as the oracle of the rules: random crowds of sockets on one port, each bind(), listen() and connect() predicted,
 * done and compared.  ORACLE_CASES says how many, ORACLE_SEED makes a run the same again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "base/clock.h"
#include "crowd.h"
#include "world.h"

#define CASES 20000u
#define REPORTS 5u /* mismatches that are told in full */

struct run {
	struct arena arena;
	struct tally tally;
	uint64_t seed;
	uint64_t mismatches;
	uint64_t once;       /* mismatches that did not happen again with the same crowd */
};

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

static uint16_t next_port(struct run *run, bool is_privileged)
{
	if (is_privileged)
		return (uint16_t)(800 + run->arena.next_port++ % 200);
	if (run->arena.next_port >= ARENA_LAST_PORT) {
		arena_leave(&run->arena);
		const char *trouble = arena_enter(&run->arena);
		if (trouble != NULL) {
			printf("Bail out! %s\n", trouble);
			exit(1);
		}
	}
	return (uint16_t)run->arena.next_port++;
}

static bool run_crowd(struct run *run, const struct crowd *crowd, uint64_t seed, struct buf *trace)
{
	struct world world = {
		.arena = &run->arena, .tally = &run->tally, .trace = trace, .random = seed,
		.port = next_port(run, crowd->is_privileged),
	};

	return world_run(&world, crowd);
}

/* Leaves out one step after the other while the mismatch remains. */
static void shrink(struct run *run, struct crowd *crowd, uint64_t seed)
{
	for (bool again = true; again;) {
		again = false;
		for (unsigned i = crowd->count; i-- > 0;) {
			struct crowd less = *crowd;

			less.count--;
			memmove(&less.steps[i], &less.steps[i + 1], (less.count - i) * sizeof(less.steps[0]));
			if (run_crowd(run, &less, seed, NULL))
				continue;
			*crowd = less;
			again = true;
		}
	}
}

static void indent(const struct buf *text)
{
	printf("#   ");
	for (const char *at = buf_str(text); *at != '\0'; at++)
		fputs(*at != '\n' ? (char[]){ *at, '\0' } : at[1] != '\0' ? "\n#   " : "\n", stdout);
}

static void report(struct run *run, struct crowd *crowd, uint64_t seed)
{
	struct buf trace = BUF_INIT;

	if (run_crowd(run, crowd, seed, NULL)) {
		run->once++;
		return;
	}
	run->mismatches++;
	if (run->mismatches > REPORTS)
		return;
	shrink(run, crowd, seed);
	run_crowd(run, crowd, seed, &trace);
	printf("# crowd %llu:\n", (unsigned long long)seed);
	indent(&trace);
	buf_fini(&trace);
}

static void print_tally(const struct run *run, uint64_t ns)
{
	const struct tally *tally = &run->tally;

	printf("# %llu cases (%llu bind, %llu listen, %llu connect), %llu refused, %llu of them as in use\n",
	       (unsigned long long)tally->cases, (unsigned long long)tally->binds, (unsigned long long)tally->listens,
	       (unsigned long long)tally->connects, (unsigned long long)tally->refused, (unsigned long long)tally->in_use);
	printf("# decided by:");
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (tally->by_rule[i] > 0)
			printf(" %s %llu", rules_id(i), (unsigned long long)tally->by_rule[i]);
	}
	printf("; ghosts in the way: %llu\n", (unsigned long long)tally->ghosts);
	printf("# beside a listener %llu, a connection %llu, an orphan %llu, TIME_WAIT %llu\n",
	       (unsigned long long)tally->beside_listener, (unsigned long long)tally->beside_connection,
	       (unsigned long long)tally->beside_orphan, (unsigned long long)tally->beside_timewait);
	printf("# %llu times with something hidden: %llu unknown, %llu refused unless the past lets it in\n",
	       (unsigned long long)tally->hidden, (unsigned long long)tally->unknown, (unsigned long long)tally->hedged);
	printf("# %llu crowds ended early; %llu mismatches did not happen again; %.0f cases/s\n",
	       (unsigned long long)tally->given_up, (unsigned long long)run->once,
	       (double)tally->cases * (double)NS_PER_S / (double)ns);
}

/*
 * What random crowds hardly ever come by: the port is as new when only sockets are left for which connect() chose it.  The
 * last SO_REUSEPORT socket is then forgotten, and connect() may choose the port again.
 */
static const struct crowd directed[] = {
	{ .count = 8, .steps = {
		{ .kind = STEP_OPEN, .slot = 0, .flags = WITH_REUSEPORT },
		{ .kind = STEP_CONNECT_OUT, .slot = 0, .address = 1 },
		{ .kind = STEP_OPEN, .slot = 1, .flags = WITH_REUSEPORT },
		{ .kind = STEP_BIND_PORT, .slot = 1, .address = 0 },
		{ .kind = STEP_SET, .slot = 0 },
		{ .kind = STEP_CLOSE, .slot = 1, .address = 1 },
		{ .kind = STEP_OPEN, .slot = 2, .flags = WITH_REUSEPORT },
		{ .kind = STEP_BIND_PORT, .slot = 2, .address = 1 },
	} },
	{ .count = 7, .steps = {
		{ .kind = STEP_OPEN, .slot = 0, .flags = WITH_REUSEPORT },
		{ .kind = STEP_CONNECT_OUT, .slot = 0, .address = 1 },
		{ .kind = STEP_OPEN, .slot = 1, .flags = WITH_REUSEPORT },
		{ .kind = STEP_BIND_PORT, .slot = 1, .address = 1 },
		{ .kind = STEP_CLOSE, .slot = 1, .address = 1 },
		{ .kind = STEP_OPEN, .slot = 2 },
		{ .kind = STEP_CONNECT_OUT, .slot = 2, .address = 1, .user = 1 },
	} },
};

static void check_crowd(struct run *run, struct crowd *crowd, uint64_t seed)
{
	if (!run_crowd(run, crowd, seed, NULL))
		report(run, crowd, seed);
}

int main(void)
{
	struct run run = { .seed = number("ORACLE_SEED", clock_real_ns()) };
	uint64_t wanted = number("ORACLE_CASES", CASES), began = clock_mono_ns();
	const char *trouble = arena_enter(&run.arena);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (trouble != NULL) {
		printf("1..0 # SKIP %s\n", trouble);
		return 0;
	}
	printf("# seed %llu%s\n", (unsigned long long)run.seed, run.arena.has_users ? "" : ", all sockets of one user");
	for (size_t i = 0; i < sizeof(directed) / sizeof(directed[0]); i++) {
		struct crowd crowd = directed[i];

		check_crowd(&run, &crowd, i);
	}
	for (uint64_t seed = run.seed; run.tally.cases < wanted; seed++) {
		uint64_t random = seed;
		struct crowd crowd;

		crowd_make(&crowd, &random);
		check_crowd(&run, &crowd, seed);
	}
	print_tally(&run, clock_mono_ns() - began);
	printf("%s 1 - the kernel agrees with %llu predictions: %llu mismatches, seed %llu\n", run.mismatches == 0 ? "ok" : "not ok",
	       (unsigned long long)run.tally.cases, (unsigned long long)run.mismatches, (unsigned long long)run.seed);
	printf("1..1\n");
	return run.mismatches == 0 ? 0 : 1;
}
