/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_kill.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_netns.h"
#include "cli_rights.h"
#include "gather.h"
#include "kernel/process.h"
#include "kernel/source.h"
#include "kill_words.h"
#include "model/column.h"
#include "model/column_text.h"
#include "model/holder.h"
#include "model/owner.h"
#include "model/whose.h"
#include "out/sink.h"

/* How often it is looked whether the port was given up; that of each process's end is told at once. */
#define LOOK_NS (50 * NS_PER_MS)

/* A port that is free must stay so for this long: who restarts a process does it at once, or after 100 ms (systemd's RestartSec). */
#define SETTLE_NS (250 * NS_PER_MS)

/* A process that is to get the signal. */
struct target {
	struct owner owner;
	size_t row;     /* of the first table: the first socket that it is for */
	size_t socks;   /* how many there are of them */
	bool sent;      /* it got it */
};

struct killing {
	const struct kill_settings *settings;
	struct clock clock;
	struct source *source;
	struct gathered gathered;
	struct sink sink;
	struct target *targets;  /* owned */
	struct pollfd *pidfds;   /* owned; of each target; fd -1 when it did not get it, or has ended */
	size_t count, sent;
	size_t hits;             /* sockets that are meant and that somebody holds */
	size_t hidden;           /* of them those whose owners cannot be seen */
	size_t others;           /* sockets with the port that are not meant */
	bool refused;            /* somebody could not be killed, or is not to be */
};

/* Whoever listens; with --all everybody.  What nobody holds, as TIME_WAIT, goes by itself. */
static bool is_meant(const struct killing *killing, const struct row *row)
{
	const struct kill_settings *settings = killing->settings;

	if (row->life == ROW_GONE || row->sock.inode == 0)
		return false;
	return settings->all ||
	       (sock_is_listening(&row->sock) && portset_has(&settings->words.query.ports, row->sock.local_port));
}

static void add_target(struct killing *killing, const struct owner *owner, size_t row)
{
	for (size_t i = 0; i < killing->count; i++) {
		if (killing->targets[i].owner.pid == owner->pid) {
			killing->targets[i].socks += killing->targets[i].row != row ? 1 : 0;
			return;
		}
	}
	killing->targets = xrealloc_array(killing->targets, killing->count + 1, sizeof(killing->targets[0]));
	killing->targets[killing->count++] = (struct target){ .owner = *owner, .row = row, .socks = 1 };
}

/*
 * The first process ends with its whole system or container, and a user's systemd with the whole session; this one would tell
 * nobody what it did.  Appends why, or nothing.
 */
static void explain_immunity(struct buf *out, const struct owner *owner, const struct row *row)
{
	const char *unit = whose_socket_unit(row);

	if (owner_is_systemd(owner)) {
		buf_puts(out, "is not killed, as all that it has started would end with it; it holds the socket for others (socket "
			      "activation): stop ");
		text_clean(out, unit != NULL ? unit : "the socket's unit (systemctl list-sockets)");
	} else if (owner->pid == 1) {
		buf_puts(out, "is not killed, as all others would end with it");
	} else if (owner->pid == getpid()) {
		buf_puts(out, "is this command itself, and has inherited the socket");
	}
}

static void add_owners(struct killing *killing, size_t at)
{
	const struct row *row = &killing->gathered.table.rows[at];

	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++) {
		struct buf name = BUF_INIT, why_not = BUF_INIT;

		explain_immunity(&why_not, row_owner(row, i), row);
		if (why_not.length == 0) {
			add_target(killing, row_owner(row, i), at);
			continue;
		}
		killing->refused = true;
		owner_format(&name, row_owner(row, i));
		if (i == 0 || row_owner(row, i)->pid != row_owner(row, i - 1)->pid) /* else with another descriptor */
			fprintf(stderr, "ports: %s %s\n", name.data, why_not.data);
		buf_fini(&name);
		buf_fini(&why_not);
	}
}

static void collect(struct killing *killing)
{
	const struct table *table = &killing->gathered.table;

	for (size_t i = 0; i < table->count; i++) {
		if (!is_meant(killing, &table->rows[i])) {
			killing->others++;
			continue;
		}
		killing->hits++;
		killing->hidden += row_owner_hidden(&table->rows[i]) ? 1 : 0;
		add_owners(killing, i);
	}
}

/* "4242/server (tcp 0.0.0.0:8080 LISTEN, and 2 more)" */
static void target_text(struct buf *out, const struct killing *killing, const struct target *target)
{
	const struct row *row = &killing->gathered.table.rows[target->row];
	const struct column_context context = { .names = &killing->gathered.names, .numeric = true };

	owner_format(out, &target->owner);
	buf_puts(out, " (");
	columns[COLUMN_PROTO].text(out, row, &context);
	buf_putc(out, ' ');
	endpoints_text(out, row, &context);
	in_netns_text(out, row, &context);
	buf_putc(out, ' ');
	state_format(out, row->sock.state);
	if (target->socks > 1)
		buf_printf(out, ", and %zu more", target->socks - 1);
	buf_putc(out, ')');
}

/* With --dry-run the kernel is only asked whether it may be sent (kill(2): signal 0). */
static void send_one(struct killing *killing, struct target *target, struct pollfd *polled)
{
	bool dry = killing->settings->dry_run;
	struct buf *out = &killing->sink.buf, text = BUF_INIT;
	int pidfd, error = process_signal(target->owner.pid, target->owner.start_ticks,
					  dry ? 0 : killing->settings->signal_number, &pidfd);

	*polled = (struct pollfd){ .fd = error == 0 ? pidfd : -1, .events = POLLIN };
	target_text(&text, killing, target);
	if (error < 0) {
		fprintf(stderr, "ports: %s %s\n", text.data, process_signal_reason(error));
		killing->refused |= error != -ESRCH;
	} else {
		target->sent = true;
		killing->sent++;
		kill_signal_name(out, killing->settings->signal_number);
		buf_printf(out, " %s to %s\n", dry ? "would be sent" : "sent", text.data);
	}
	buf_fini(&text);
}

static void send_all(struct killing *killing)
{
	killing->pidfds = xcalloc(killing->count, sizeof(killing->pidfds[0]));
	for (size_t i = 0; i < killing->count; i++)
		send_one(killing, &killing->targets[i], &killing->pidfds[i]);
	sink_flush(&killing->sink);
}

/* Whether all that got the signal have ended; poll(2) passes over those that have. */
static bool note_ends(struct killing *killing)
{
	bool all = true;

	for (size_t i = 0; i < killing->count; i++) {
		struct pollfd *polled = &killing->pidfds[i];

		if (polled->fd >= 0 && polled->revents != 0) {
			close(polled->fd);
			polled->fd = -1;
		}
		all &= polled->fd < 0;
	}
	return all;
}

static bool is_given_up(const struct killing *killing)
{
	const struct table *table = &killing->gathered.table;

	for (size_t i = 0; i < table->count; i++) {
		if (is_meant(killing, &table->rows[i]))
			return false;
	}
	return true;
}

/* Looks again and again until the port was given up, for good; or all have ended, and somebody has it; or the time is over. */
static bool wait_for_ends(struct killing *killing)
{
	uint64_t now = clock_now_ns(&killing->clock), end = now + killing->settings->wait_ns, free_since = 0;

	for (;;) {
		bool all_ended = note_ends(killing);

		if (gather_look(&killing->gathered, killing->source, &killing->settings->words.query) < 0)
			return false;
		now = clock_now_ns(&killing->clock);
		bool given_up = is_given_up(killing);
		if (!given_up)
			free_since = 0;
		else if (free_since == 0)
			free_since = now;
		if (given_up && (now - free_since >= SETTLE_NS || now >= end))
			return true;
		if (!given_up && (all_ended || now >= end))
			return false;
		uint64_t due = now + LOOK_NS < end ? now + LOOK_NS : end;
		clock_wait(&killing->clock, killing->pidfds, killing->count, due);
	}
}

static void report_targets(struct killing *killing)
{
	struct buf *out = &killing->sink.buf;

	for (size_t i = 0; i < killing->count; i++) {
		if (!killing->targets[i].sent)
			continue;
		owner_format(out, &killing->targets[i].owner);
		buf_puts(out, killing->pidfds[i].fd >= 0 ? " is still there\n" : " has ended\n");
	}
}

/* Who has each of the ports now. */
static void report_ports(struct killing *killing)
{
	const struct column_context context = { .names = &killing->gathered.names, .brief = true };
	const struct query *query = &killing->settings->words.query;
	struct port_range run;
	uint32_t from = 0;

	gather_owners(&killing->gathered, killing->source, query, true);
	while (portset_next(&query->ports, &from, &run)) {
		for (uint32_t port = run.low; port <= run.high; port++) {
			const struct holder_port held = { .number = (uint16_t)port, .anywhere = true };

			buf_printf(&killing->sink.buf, "port %u ", (unsigned)port);
			holder_text(&killing->sink.buf, &killing->gathered.table, &held, &context);
			buf_putc(&killing->sink.buf, '\n');
		}
	}
}

/* There is nobody to kill. */
static int say_nobody(const struct killing *killing)
{
	struct buf text = BUF_INIT;

	if (killing->hits > 0)
		return EXIT_NOT_PERMITTED; /* somebody is, and it was said why it cannot be */
	buf_printf(&text, "ports: nobody %s port ", killing->settings->all ? "has" : "listens on");
	portset_format(&text, &killing->settings->words.query.ports);
	if (killing->others > 0)
		buf_printf(&text, "; %zu other socket%s, of connections, %s it%s", killing->others,
			   killing->others == 1 ? "" : "s", killing->others == 1 ? "has" : "have",
			   killing->settings->all ? ", and no process holds them" : " (--all)");
	fprintf(stderr, "%s\n", text.data);
	buf_fini(&text);
	return EXIT_NOTHING;
}

static int end_them(struct killing *killing)
{
	const struct kill_settings *settings = killing->settings;
	int failed = killing->refused || killing->hidden > 0 ? EXIT_NOT_PERMITTED : EXIT_TIMED_OUT;

	if (killing->sent == 0)
		return killing->refused ? EXIT_NOT_PERMITTED : EXIT_NOTHING;
	if (settings->dry_run || settings->wait_ns == 0)
		return killing->refused ? EXIT_NOT_PERMITTED : EXIT_MATCHED;
	bool given_up = wait_for_ends(killing);
	report_targets(killing);
	report_ports(killing);
	return given_up ? EXIT_MATCHED : failed;
}

static int kill_all(struct killing *killing)
{
	struct buf gaps = BUF_INIT;
	int error = gather(&killing->gathered, killing->source, &killing->settings->words.query, true);

	if (error < 0)
		return cli_fail(error);
	collect(killing);
	if (killing->hidden > 0)
		gathered_explain(&gaps, &killing->gathered, killing->source);
	else
		gather_explain(&gaps, killing->source);
	fputs(buf_str(&gaps), stderr);
	buf_fini(&gaps);
	if (killing->count == 0)
		return say_nobody(killing);
	send_all(killing);
	return end_them(killing);
}

static int run(const struct kill_settings *settings)
{
	struct killing killing = { .settings = settings };
	const struct source_live_options options = { .clock = &killing.clock, .owners = true };

	if (!cli_keep_rights("kill", &settings->words.query, false))
		return EXIT_SYSTEM;
	int status = cli_check_netns(&settings->words.query);
	if (status != EXIT_MATCHED)
		return status;
	int error = source_live_open(&killing.source, &options);
	if (error < 0)
		return cli_fail(error);
	sink_init(&killing.sink, STDOUT_FILENO);
	status = kill_all(&killing);
	status = cli_finish(&killing.sink, status);
	for (size_t i = 0; killing.pidfds != NULL && i < killing.count; i++) {
		if (killing.pidfds[i].fd >= 0)
			close(killing.pidfds[i].fd);
	}
	free(killing.pidfds);
	free(killing.targets);
	gathered_fini(&killing.gathered);
	source_close(killing.source);
	return status;
}

int cli_kill(int argc, char *const argv[])
{
	struct kill_settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_USAGE;

	if (!kill_parse(&settings, argc, argv, &error))
		cli_usage(&error);
	else
		status = settings.help ? cli_print(kill_help) : run(&settings);
	query_words_fini(&settings.words);
	buf_fini(&error);
	return status;
}
