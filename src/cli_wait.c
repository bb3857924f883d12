/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each look is a snapshot of the sockets on the port, and the rules of bind() say who of them is in the way of a wish: for
 * --listen of one that any listener is in the way of, for --free of one that everybody is in the way of.
 *
 * A look that has to go through hundreds of thousands of connections takes a tenth of a second.  So looks come the more seldom
 * the longer they take, but for those at listeners alone, which the kernel keeps apart; and between them the kernel's destroy
 * events, and the end of each TIME_WAIT, tell at once when nobody may be left.  Then the bind itself is tried, which takes no
 * time, or where that cannot be, there is another look.
 */
#include "cli_wait.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/capabilities.h"
#include "base/clock.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_rights.h"
#include "gather.h"
#include "kernel/host.h"
#include "kernel/source.h"
#include "kernel/trial.h"
#include "model/column.h"
#include "model/why.h"
#include "model/why_text.h"
#include "wait_words.h"

/* Between two looks: at least so long, and so many times as long as one takes, but not longer than this. */
#define LOOK_LEAST_NS (25 * NS_PER_MS)
#define LOOK_MOST_NS NS_PER_S
enum { LOOK_SHARE = 10 };

#define FLAGS_AGAIN_NS (5 * NS_PER_S)

/* Events that come together are judged together. */
#define TOGETHER_NS (5 * NS_PER_MS)

struct waiting {
	const struct wait_settings *settings;
	struct clock clock;
	struct source *source;
	struct gathered gathered;
	struct query query;
	struct host host;
	struct bind_wish wish;
	struct why why;       /* as it was judged last */
	bool judged;          /* it is to be ended */
	bool fresh;           /* the table is what the kernel has just said: nobody in it is only presumed to be gone */
	bool heard;           /* an event that matters */
	uint64_t look_ns;     /* when to look again */
	uint64_t again_ns;    /* when to ask for the flags of the others again: setsockopt() changes them without a sign */
	bool doubted;         /* a trial has contradicted the rules: the flags that they knew may not be those of now */
	int tried_error;      /* the errno of the last trial; 0: it worked, or there was none */
	struct buf said;      /* of what kind the reason was that was said last */
};

/* Until a look finds it again, as TIME_WAIT. */
static void presume_gone(struct row *row)
{
	row->life = ROW_GONE;
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct waiting *waiting = context;
	uint32_t at = table_find(&waiting->gathered.table, sock->netns, sock->cookie);

	if (at == MAP_NONE || sock->local_port != waiting->wish.port)
		return;
	presume_gone(&waiting->gathered.table.rows[at]);
	waiting->heard = true;
}

static void on_lost(void *context)
{
	struct waiting *waiting = context;

	waiting->look_ns = 0;
	waiting->heard = true;
}

static bool is_timewait(const struct row *row)
{
	return row->life != ROW_GONE && row->sock.timer == TIMER_TIMEWAIT && (row->sock.have & HAVE_TIMER) != 0;
}

/* When the next of what is left of connections should be over; the kernel is some seconds late with it (its timer wheel). */
static uint64_t next_end_ns(const struct waiting *waiting)
{
	const struct table *table = &waiting->gathered.table;
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];
		uint64_t end = row->seen_ns + row->sock.timer_ms * NS_PER_MS;

		if (is_timewait(row) && end < next)
			next = end;
	}
	return next;
}

static void presume_ends(struct waiting *waiting)
{
	struct table *table = &waiting->gathered.table;
	uint64_t now = clock_now_ns(&waiting->clock);

	for (size_t i = 0; i < table->count; i++) {
		if (is_timewait(&table->rows[i]) && row_timer_left_ms(&table->rows[i], now) == 0)
			presume_gone(&table->rows[i]);
	}
}

/* The wish that whoever is waited for is in the way of. */
static void settle(struct waiting *waiting)
{
	const struct wait_settings *settings = waiting->settings;
	struct bind_wish *wish = &waiting->wish;

	host_fini(&waiting->host);
	host_read(&waiting->host);
	wish_settle(wish, &settings->words, &waiting->host);
	if (settings->goal == WAIT_BINDABLE)
		return;
	/* [::] of both families is in everybody's way. */
	if (!settings->words.has_address && !settings->words.has_family)
		wish->family = FAMILY_INET6;
	wish->v6only = !settings->words.has_address && settings->words.has_family && wish->family == FAMILY_INET6;
	wish->freebind = true;
	if (wish->port < waiting->host.values.unprivileged_start)
		wish->capabilities |= CAPABILITY(CAP_NET_BIND_SERVICE);
}

static void judge(struct waiting *waiting)
{
	const struct why_scene scene = {
		.table = &waiting->gathered.table,
		.host = &waiting->host.values,
		.now_ns = clock_now_ns(&waiting->clock),
	};
	bool listens = waiting->settings->goal == WAIT_BINDABLE &&
		       (waiting->wish.proto == BIND_TCP || waiting->wish.proto == BIND_MPTCP);

	if (waiting->judged)
		why_fini(&waiting->why);
	waiting->judged = true;
	why_judge(&waiting->why, &waiting->wish, listens, &scene);
}

/* Where the flags of the others matter, those of new sockets are asked for at once. */
static void seek_flags(struct waiting *waiting)
{
	uint64_t now = clock_now_ns(&waiting->clock);
	bool all = now >= waiting->again_ns;

	if ((!waiting->wish.reuseaddr && !waiting->wish.reuseport) || waiting->source->seeking)
		return;
	if (all)
		waiting->again_ns = now + FLAGS_AGAIN_NS;
	gather_seek(&waiting->gathered, waiting->source, &waiting->query, all);
}

/* Takes a snapshot, and says when to take the next one: 0 or -errno. */
static int look(struct waiting *waiting)
{
	uint64_t begin = clock_now_ns(&waiting->clock);
	int error = gather_look(&waiting->gathered, waiting->source, &waiting->query);

	if (error < 0)
		return error;
	settle(waiting);
	seek_flags(waiting);
	uint64_t now = clock_now_ns(&waiting->clock), pause = (now - begin) * LOOK_SHARE;
	pause = pause < LOOK_LEAST_NS ? LOOK_LEAST_NS : pause < LOOK_MOST_NS ? pause : LOOK_MOST_NS;
	waiting->look_ns = now + pause;
	waiting->fresh = true;
	return 0;
}

/* The kernel's own word; TRI_UNKNOWN where it has none on this. */
static enum tri ask_kernel(struct waiting *waiting)
{
	struct trial trial;

	waiting->tried_error = 0;
	if (waiting->settings->no_trial || trial_harm(&waiting->wish) != NULL ||
	    trial_bind(&waiting->wish, false, &trial) < 0)
		return TRI_UNKNOWN;
	waiting->tried_error = trial.bind_error;
	if (trial.bind_error == 0)
		return TRI_YES;
	/* That is what others are the reason of; a kernel without IPv6 or the like says nothing of them. */
	return trial.bind_error == EADDRINUSE || waiting->settings->goal == WAIT_BINDABLE ? TRI_NO : TRI_UNKNOWN;
}

/* Whether what the rules said, and the kernel did not do, comes of flags that are not the latest; then those are asked for. */
static bool is_explained(struct waiting *waiting)
{
	if (waiting->why.verdict.outcome != BIND_OK || waiting->tried_error == 0) {
		waiting->doubted = false;
		return true;
	}
	if (!waiting->doubted)
		waiting->again_ns = 0;
	waiting->doubted = true;
	return waiting->again_ns != 0 && !waiting->source->seeking;
}

/* As far as the table tells. */
static bool seems_so(const struct waiting *waiting)
{
	const struct bind_verdict *verdict = &waiting->why.verdict;

	switch (waiting->settings->goal) {
	case WAIT_LISTEN:
		return verdict->count > 0;
	case WAIT_FREE:
		return verdict->count == 0 && verdict->outcome != BIND_FAILS;
	default:
		return verdict->outcome != BIND_FAILS || verdict->cache_may_admit;
	}
}

static bool is_so(struct waiting *waiting)
{
	/* Who is not there may be among those that the kernel did not tell. */
	bool partial = waiting->settings->goal != WAIT_LISTEN && waiting->source->partial;

	if (!seems_so(waiting) || (partial && waiting->settings->goal == WAIT_FREE))
		return false;
	if (waiting->settings->goal != WAIT_BINDABLE && waiting->fresh)
		return true;
	enum tri answer = ask_kernel(waiting);
	if (answer == TRI_UNKNOWN && waiting->fresh)
		return waiting->why.verdict.outcome == BIND_OK && !partial;
	if (answer == TRI_UNKNOWN)
		waiting->look_ns = 0;
	return answer == TRI_YES;
}

/* Until there is reason to judge again, or the end. */
static void pause_until(struct waiting *waiting, uint64_t end)
{
	uint64_t now = clock_now_ns(&waiting->clock), due = waiting->look_ns, over = next_end_ns(waiting);

	if (seems_so(waiting) && due > now + LOOK_LEAST_NS)
		due = now + LOOK_LEAST_NS; /* the kernel is late with it */
	due = over < due ? over : due;
	due = end < due ? end : due;
	for (waiting->heard = false; now < due; now = clock_now_ns(&waiting->clock)) {
		source_wait(waiting->source, due - now);
		if (waiting->heard && due > now + TOGETHER_NS)
			due = now + TOGETHER_NS;
	}
	waiting->fresh = false;
	presume_ends(waiting);
}

static void target_text(struct buf *out, const struct waiting *waiting)
{
	const struct bind_wish *wish = &waiting->settings->words.wish;
	struct buf text = BUF_INIT;

	why_wish_text(&text, wish);
	if (waiting->settings->words.has_address || waiting->settings->goal == WAIT_BINDABLE)
		buf_puts(out, buf_str(&text));
	else
		buf_printf(out, "%.*s port %u", (int)strcspn(buf_str(&text), " "), buf_str(&text), (unsigned)wish->port);
	buf_fini(&text);
}

/* Appends why it is not so: who is in the way, the worst first, or what else is. */
static void reason_text(struct buf *out, const struct waiting *waiting)
{
	const struct column_context names = {
		.names = &waiting->gathered.names,
		.now_ns = clock_now_ns(&waiting->clock),
	};
	const struct process_list nobody = { .all = NULL };
	const struct why_context context = {
		.columns = &names,
		.processes = &nobody,
		.scan = &waiting->gathered.scan,
	};
	const struct bind_verdict *verdict = &waiting->why.verdict;

	if (verdict->count > 0)
		why_blocker_text(out, &waiting->why, &verdict->blockers[0], &context);
	else if (verdict->outcome != BIND_OK)
		why_verdict_text(out, &waiting->why);
	else if (waiting->tried_error != 0)
		buf_printf(out, "bind() itself fails: %s", strerror(waiting->tried_error));
	else if (waiting->source->partial)
		source_explain(waiting->source, out);
	if (verdict->count > 0 && waiting->settings->goal == WAIT_BINDABLE) {
		buf_puts(out, ": ");
		why_reason_text(out, &waiting->why, &verdict->blockers[0]);
	}
	if (verdict->count > 1)
		buf_printf(out, "; and %zu more", verdict->count - 1);
}

/* What is waited for, and what is the case instead; the target stands between the last two. */
static const struct {
	const char *wanted, *before, *after;
} goal_texts[WAIT_GOAL_COUNT] = {
	[WAIT_LISTEN] = { "", "nobody listens on ", "" },
	[WAIT_FREE] = { " is free", "", " is not free" },
	[WAIT_BINDABLE] = { " can be bound", "", " cannot be bound" },
};

/* Two reasons of the same kind are not said both: one listener is another one than the next, connections are all alike. */
static void kind_of_reason(struct buf *out, const struct waiting *waiting)
{
	const struct bind_verdict *verdict = &waiting->why.verdict;
	const struct row *row = verdict->count > 0 ? why_row(&waiting->why, &verdict->blockers[0]) : NULL;

	buf_printf(out, "%d %d", verdict->rule, waiting->tried_error);
	if (row != NULL)
		buf_printf(out, " %d %u", verdict->blockers[0].rule, row->sock.state);
	if (row != NULL && row->sock.state == STATE_LISTEN)
		buf_printf(out, " %llx", (unsigned long long)row->sock.cookie);
}

/* Whoever holds the first in the way is known, or nobody can find out; until then it is being looked for. */
static bool knows_holder(struct waiting *waiting)
{
	const struct bind_verdict *verdict = &waiting->why.verdict;
	const struct row *row = verdict->count > 0 ? why_row(&waiting->why, &verdict->blockers[0]) : NULL;

	if (row == NULL || row->sock.inode == 0 || row->owners_sought)
		return true;
	return !waiting->source->seeking && !gather_seek(&waiting->gathered, waiting->source, &waiting->query, false);
}

/* Says on stderr what is waited for, whenever that is something else.  For --listen there is nothing to say. */
static void say_reason(struct waiting *waiting)
{
	struct buf kind = BUF_INIT, text = BUF_INIT;

	kind_of_reason(&kind, waiting);
	if (strcmp(buf_str(&kind), buf_str(&waiting->said)) != 0 && is_explained(waiting) && knows_holder(waiting)) {
		buf_clear(&waiting->said);
		buf_puts(&waiting->said, buf_str(&kind));
		target_text(&text, waiting);
		buf_printf(&text, "%s: ", goal_texts[waiting->settings->goal].wanted);
		reason_text(&text, waiting);
		fprintf(stderr, "ports: waiting until %s\n", text.data);
	}
	buf_fini(&kind);
	buf_fini(&text);
}

/* Says what is the case instead, and why, by a last look at all that has the port. */
static void say_timeout(struct waiting *waiting)
{
	enum wait_goal goal = waiting->settings->goal;
	struct buf text = BUF_INIT, reason = BUF_INIT;

	waiting->query.states = STATES_ALL;
	if (look(waiting) == 0) {
		gather_owners(&waiting->gathered, waiting->source, &waiting->query, false);
		judge(waiting);
		reason_text(&reason, waiting);
	}
	if (waiting->settings->timeout_ns > 0)
		buf_printf(&text, "after %g s ", (double)waiting->settings->timeout_ns / 1e9);
	buf_puts(&text, goal_texts[goal].before);
	target_text(&text, waiting);
	buf_printf(&text, "%s%s%s", goal_texts[goal].after, reason.length > 0 ? ": " : "", buf_str(&reason));
	fprintf(stderr, "ports: %s\n", text.data);
	buf_fini(&text);
	buf_fini(&reason);
}

static int wait_for(struct waiting *waiting)
{
	const struct wait_settings *settings = waiting->settings;
	uint64_t now = clock_now_ns(&waiting->clock);
	uint64_t end = settings->timeout_ns < UINT64_MAX - now ? now + settings->timeout_ns : UINT64_MAX;

	for (;;) {
		int error = clock_now_ns(&waiting->clock) >= waiting->look_ns ? look(waiting) : 0;
		if (error < 0)
			return cli_fail(error);
		judge(waiting);
		if (is_so(waiting))
			return EXIT_MATCHED;
		if (waiting->look_ns == 0)
			continue;
		if (waiting->fresh && !settings->quiet && settings->goal != WAIT_LISTEN && settings->timeout_ns > 0)
			say_reason(waiting);
		if (clock_now_ns(&waiting->clock) >= end)
			break;
		pause_until(waiting, end);
	}
	if (!settings->quiet)
		say_timeout(waiting);
	return EXIT_TIMED_OUT;
}

/* What is asked of the kernel: only what is needed for the answer. */
static void fill_query(struct query *query, const struct wait_settings *settings)
{
	const struct bind_wish *wish = &settings->words.wish;
	enum sock_proto proto = wish->proto == BIND_UDP ? PROTO_UDP : wish->proto == BIND_UDPLITE ? PROTO_UDPLITE : PROTO_TCP;

	query_init(query);
	query->protos = UINT32_C(1) << proto;
	portset_add(&query->ports, wish->port, wish->port);
	if (settings->goal == WAIT_LISTEN)
		query->states = STATE_BIT(proto == PROTO_TCP ? STATE_LISTEN : STATE_UNCONN);
	query->needs = NEED_FLAGS; /* of those whose owners are looked for */
}

static int run(const struct wait_settings *settings)
{
	struct waiting waiting = { .settings = settings, .said = BUF_INIT };
	const struct source_live_options options = { .clock = &waiting.clock, .watches = true, .owners = true };

	if (!cli_keep_rights("wait", NULL, false))
		return EXIT_SYSTEM;
	int error = source_live_open(&waiting.source, &options);

	if (error < 0)
		return cli_fail(error);
	fill_query(&waiting.query, settings);
	gather_begin(&waiting.gathered, waiting.source);
	waiting.gathered.destroyed = on_destroyed;
	waiting.gathered.lost = on_lost;
	waiting.gathered.context = &waiting;
	int status = wait_for(&waiting);
	if (waiting.judged)
		why_fini(&waiting.why);
	source_close(waiting.source);
	gathered_fini(&waiting.gathered);
	host_fini(&waiting.host);
	buf_fini(&waiting.said);
	return status;
}

int cli_wait(int argc, char *const argv[])
{
	struct wait_settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_USAGE;

	if (!wait_parse(&settings, argc, argv, &error))
		cli_usage(&error);
	else
		status = settings.help ? cli_print(wait_help) : run(&settings);
	buf_fini(&error);
	return status;
}
