/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_rights.h"
#include "gather.h"
#include "kernel/diag_unix.h"
#include "kernel/forward_netns.h"
#include "kernel/host.h"
#include "kernel/owners.h"
#include "kernel/process.h"
#include "kernel/source.h"
#include "kernel/trial.h"
#include "kernel/unix_path.h"
#include "model/column.h"
#include "model/forward.h"
#include "model/process.h"
#include "model/unix_sock.h"
#include "model/why.h"
#include "model/why_text.h"
#include "out/sink.h"
#include "out/why.h"
#include "why_elsewhere.h"
#include "why_words.h"

/* All that was looked at. */
struct look {
	struct clock clock;
	struct source *source;
	struct gathered gathered;
	struct host host;
	struct portset taken;
	struct unix_sock *socks;      /* owned; of the unix domain */
	struct unix_scene names;
	struct owner_scan scan;       /* of their owners */
	struct process_list processes;
	struct forward_list forwards;
	struct elsewhere elsewhere;
};

static bool is_unix(const struct bind_wish *wish)
{
	return wish->proto >= BIND_UNIX_STREAM;
}

/* Port 0 is none. */
static void take_ports(struct look *look, const struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].sock.local_port != 0)
			portset_add(&look->taken, table->rows[i].sock.local_port, table->rows[i].sock.local_port);
	}
}

/* The sockets on the port with all that is known of them; of the others only which ports they have. */
static int look_at_ports(struct look *look, const struct bind_wish *wish)
{
	const struct source_live_options options = { .clock = &look->clock, .owners = true };
	struct query query;
	struct gathered others;
	int error = source_live_open(&look->source, &options);

	if (error < 0)
		return error;
	query_init(&query);
	query.protos |= wish->proto == BIND_UDPLITE ? UINT32_C(1) << PROTO_UDPLITE : 0;
	error = gather(&others, look->source, &query, false);
	take_ports(look, &others.table);
	gathered_fini(&others);
	if (error < 0)
		return error;
	if (wish->port != 0)
		portset_add(&query.ports, wish->port, wish->port);
	query.needs = wish->port != 0 ? NEED_FLAGS | NEED_CGROUP : 0; /* no flag matters for port 0 */
	return gather(&look->gathered, look->source, &query, true);
}

static void add_name(void *context, const struct unix_sock *sock)
{
	struct look *look = context;

	look->socks = xrealloc_array(look->socks, look->names.count + 1, sizeof(look->socks[0]));
	look->socks[look->names.count++] = *sock;
}

static int look_at_names(struct look *look, struct bind_wish *wish)
{
	struct map wanted = MAP_INIT;
	int error = diag_unix_dump(add_name, look);

	if (error < 0)
		return error;
	look->names.socks = look->socks;
	look->names.holder = SIZE_MAX;
	if (!wish->name.abstract)
		wish->name.at_path = (uint8_t)unix_path_look(wish->name.text, look->socks, look->names.count,
							     &look->names.holder);
	for (size_t i = 0; i < look->names.count; i++)
		map_put(&wanted, look->socks[i].inode, 0);
	owners_scan_together(&look->scan, &wanted, NULL, "/proc");
	look->names.scan = &look->scan;
	map_fini(&wanted);
	return 0;
}

static void look_fini(struct look *look)
{
	gathered_fini(&look->gathered);
	host_fini(&look->host);
	process_list_fini(&look->processes);
	forward_list_fini(&look->forwards);
	elsewhere_fini(&look->elsewhere);
	owner_scan_fini(&look->scan);
	source_close(look->source);
	free(look->socks);
}

/* Once for each process. */
static void find_forward(struct look *look, int32_t pid)
{
	const struct process *process = process_list_find(&look->processes, pid);
	struct forward forward;

	if (process == NULL || forward_list_find(&look->forwards, pid) != NULL || !forward_read(&forward, process))
		return;
	forward_locate(&forward);
	forward_list_add(&look->forwards, &forward);
}

static void describe_owners(struct look *look, const struct why *why)
{
	for (size_t i = 0; i < why->verdict.count; i++) {
		const struct row *row = why_row(why, &why->verdict.blockers[i]);

		for (uint32_t k = 0; row != NULL && k < row->owner_count && !row->owners_former; k++) {
			process_describe(&look->processes, row_owner(row, k)->pid);
			find_forward(look, row_owner(row, k)->pid);
		}
	}
}

static void make_trial(struct why_trial *trial, const struct why *why, const struct why_settings *settings)
{
	struct trial tried;

	if (settings->no_trial)
		return;
	trial->left_out = trial_harm(&why->wish);
	if (trial->left_out != NULL)
		return;
	if (trial_bind(&why->wish, settings->listens && trial_may_listen(&why->wish), &tried) < 0) {
		trial->left_out = "this user may not act as the one that was named";
		return;
	}
	*trial = (struct why_trial){
		.done = true,
		.listened = tried.listened,
		.bind_error = tried.bind_error,
		.listen_error = tried.listen_error,
	};
}

/* The kernel's own word, where there is one. */
static int status_of(const struct why *why, const struct why_trial *trial)
{
	bool tried_all = trial->done && (trial->bind_error != 0 || trial->listened || !why->listens);

	if (tried_all)
		return trial->bind_error == 0 && trial->listen_error == 0 ? EXIT_MATCHED : EXIT_NOTHING;
	if (why->verdict.outcome == BIND_UNKNOWN)
		return EXIT_NOT_PERMITTED;
	return why->verdict.outcome == BIND_OK ? EXIT_MATCHED : EXIT_NOTHING;
}

/* Where nobody here has the port, somebody elsewhere may be who is looked for. */
static bool explains_nothing(const struct why *why)
{
	return why->verdict.outcome == BIND_OK && why->count == 0 && why->names == NULL && why->wish.port != 0;
}

static int answer(struct look *look, const struct bind_wish *wish, const struct why_settings *settings, struct buf *out)
{
	const struct why_scene scene = {
		.table = &look->gathered.table,
		.names = is_unix(wish) ? &look->names : NULL,
		.host = &look->host.values,
		.taken = &look->taken,
		.now_ns = look->gathered.table.now_ns,
	};
	const struct column_context names = { .names = &look->gathered.names, .now_ns = scene.now_ns };
	struct why_context context = {
		.columns = &names,
		.processes = &look->processes,
		.scan = &look->gathered.scan,
		.forwards = &look->forwards,
	};
	struct why_trial trial = { .done = false };
	struct why why;

	why_make(&why, wish, settings->listens, &scene);
	describe_owners(look, &why);
	make_trial(&trial, &why, settings);
	if (settings->elsewhere && explains_nothing(&why) && elsewhere_look(&look->elsewhere, wish, &look->clock))
		context.elsewhere = &look->elsewhere.found;
	if (settings->json)
		why_write_json(out, &why, &context, &trial);
	else
		why_write_text(out, &why, &context, &trial);
	int status = status_of(&why, &trial);
	why_fini(&why);
	return status;
}

/*
 * Looks, judges, tries, and appends the answer to out and what could not be seen to gaps, a line each.  The exit status, or -errno
 * when the kernel could not be asked.
 */
static int why_answer(const struct why_settings *settings, struct buf *out, struct buf *gaps)
{
	struct look look = { .socks = NULL };
	struct bind_wish wish;

	host_read(&look.host);
	wish_settle(&wish, &settings->words, &look.host);
	int status = is_unix(&wish) ? look_at_names(&look, &wish) : look_at_ports(&look, &wish);
	if (status == 0)
		status = answer(&look, &wish, settings, out);
	if (look.source != NULL)
		gathered_explain(gaps, &look.gathered, look.source);
	look_fini(&look);
	return status;
}

int cli_why(int argc, char *const argv[])
{
	struct why_settings settings;
	struct buf error = BUF_INIT, gaps = BUF_INIT;
	struct sink sink;

	if (!why_parse(&settings, argc, argv, &error)) {
		cli_usage(&error);
		buf_fini(&error);
		return EXIT_USAGE;
	}
	if (settings.help)
		return cli_print(why_help);
	settings.elsewhere = true;
	if (!cli_keep_rights("why", NULL, false))
		return EXIT_SYSTEM;
	sink_init(&sink, STDOUT_FILENO);
	int status = why_answer(&settings, &sink.buf, &gaps);
	if (status < 0) {
		sink_fini(&sink);
		buf_fini(&gaps);
		return cli_fail(status);
	}
	status = cli_finish(&sink, status);
	fputs(buf_str(&gaps), stderr);
	buf_fini(&gaps);
	return status;
}

void cli_why_beside(const struct sock *sock, struct buf *text)
{
	const struct bind_sock other = rules_sock(sock);
	struct why_settings settings = { .no_trial = true, .listens = sock->proto == PROTO_TCP };
	struct buf gaps = BUF_INIT;

	settings.words.wish = (struct bind_wish){ .proto = other.proto, .family = other.family, .port = other.port };
	memcpy(settings.words.wish.address, other.address, sizeof(settings.words.wish.address));
	int status = why_answer(&settings, text, &gaps);
	if (status < 0)
		buf_printf(text, "The kernel cannot be asked: %s\n", strerror(-status));
	if (gaps.length > 0)
		buf_printf(text, "\n%s", gaps.data);
	buf_fini(&gaps);
}
