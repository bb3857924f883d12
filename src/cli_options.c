/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "cli.h"
#include "cli_format.h"
#include "model/proto.h"
#include "model/sock.h"
#include "ui/pane_view.h"
#include "ui/screen.h"



static bool apply_listening(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	(void)argument, (void)error;
	settings->query.states = STATES_LISTENING;
	return true;
}

static bool apply_all(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	(void)argument, (void)error;
	settings->query.states = STATES_ALL;
	return true;
}



static bool apply_query(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	uint32_t named;

	if (!proto_set_parse(&named, argument, error))
		return false;
	settings->protos |= named;
	return true;
}

static bool apply_port(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return portset_parse(&settings->query.ports, argument, error);
}

static bool apply_filter(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return filter_parse(&settings->filter, argument, error);
}

static bool apply_netns(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return netns_wish_add(&settings->netns, argument, error);
}

/* For what fingers add and this program does anyway: timers and processes are always shown. */
static bool apply_nothing(void *settings, const char *argument, struct buf *error)
{
	(void)settings, (void)argument, (void)error;
	return true;
}

static bool apply_interval(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	uint64_t ns;

	if (!text_duration(argument, NS_PER_S / 10, 3600 * NS_PER_S, &ns))
		return options_fault(error, "", argument, ": not a number of seconds from 0.1 to 3600");
	settings->interval_ms = (uint32_t)((ns + NS_PER_MS / 2) / NS_PER_MS);
	return true;
}

static bool apply_linger(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return text_duration(argument, 0, 3600 * NS_PER_S, &settings->linger_ns) ||
	       options_fault(error, "", argument, ": not a number of seconds from 0 to 3600");
}

static bool apply_history(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	double entries;

	if (!text_number(argument, 1, 10000000, &entries) || strchr(argument, '.') != NULL)
		return options_fault(error, "", argument, ": not a number of entries from 1 to 10000000");
	settings->history_size = (size_t)entries;
	return true;
}

static bool apply_theme(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return theme_parse(&settings->theme, argument, error);
}

static bool apply_pane(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return pane_view_parse(&settings->pane, argument, error);
}

static bool apply_bind(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return keymap_bind(&settings->keymap, argument, error);
}

static bool apply_sort(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	bool inverted = argument[0] == '-';
	const char *id = argument + (inverted ? 1 : 0);
	bool usual = strcmp(id, SORT_USUAL) == 0;
	const struct column *column = usual ? NULL : column_named(id, error);

	if (column == NULL && !usual)
		return false;
	settings->sort = column;
	settings->inverted = inverted;
	return true;
}

static bool apply_columns(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	if (format_is_help(settings, argument, TASK_COLUMNS))
		return true;
	settings->columns_asked = argument[0] != '+';
	return column_list_parse(&settings->columns, argument, error);
}

/* Those that were added before it stay: -ie is -ei. */
static bool apply_extended(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	struct column_list before = settings->columns;

	(void)argument, (void)error;
	settings->extended = true;
	column_list_usual(&settings->columns, VIEW_EXTENDED);
	for (size_t i = 0; i < before.count; i++)
		column_list_add(&settings->columns, before.all[i]);
	return true;
}

static bool add_columns(struct settings *settings, const enum column_id *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		column_list_add(&settings->columns, &columns[ids[i]]);
	return true;
}

static bool apply_info(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	static const enum column_id ids[] = { COLUMN_RTT, COLUMN_WINDOW, COLUMN_RETRANS, COLUMN_BYTES_IN, COLUMN_BYTES_OUT,
					      COLUMN_IN_RATE, COLUMN_OUT_RATE, COLUMN_CONGESTION };

	(void)argument, (void)error;
	return add_columns(settings, ids, sizeof(ids) / sizeof(ids[0]));
}

static bool apply_memory(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	static const enum column_id ids[] = { COLUMN_MEMORY, COLUMN_DROPS };

	(void)argument, (void)error;
	return add_columns(settings, ids, sizeof(ids) / sizeof(ids[0]));
}

static bool apply_numeric(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	(void)argument, (void)error;
	settings->resolve = false;
	return true;
}

static bool apply_group(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return group_by_parse(&settings->group_by, argument, error);
}

static bool set_text(char **text, const char *argument, struct buf *error)
{
	if (argument[0] == '\0')
		return options_fault(error, "", argument, " is no name of a file");
	free(*text);
	*text = xstrdup(argument);
	return true;
}

static bool apply_record(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return set_text(&settings->record, argument, error);
}

static bool apply_replay(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return set_text(&settings->replay, argument, error);
}

/* "1000" or "1000,50". */
static bool apply_synthetic(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;
	const char *comma = strchr(argument, ',');
	size_t length = comma != NULL ? (size_t)(comma - argument) : strlen(argument);
	char count_text[16] = { 0 };
	double count, churn = 0;

	if (length < sizeof(count_text))
		memcpy(count_text, argument, length);
	if (strchr(argument, '.') != NULL || !text_number(count_text, 0, 10000000, &count) ||
	    (comma != NULL && !text_number(comma + 1, 0, 1000000, &churn)))
		return options_fault(error, "", argument,
				 ": not a number of sockets to 10000000, and behind a comma one of events to 1000000");
	settings->synthetic = true;
	settings->made_up = (uint32_t)count;
	settings->churn = (uint32_t)churn;
	return true;
}

static bool apply_headless(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return screen_parse_size(argument, &settings->width, &settings->height) ||
	       options_fault(error, "", argument, ": not a size such as 80x24, of 1 to 1000 each");
}

static bool apply_script(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	return set_text(&settings->script, argument, error);
}

static bool apply_clock(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	settings->has_clock = clock_parse(argument, &settings->clock_ns);
	return settings->has_clock ||
	       options_fault(error, "", argument, ": not a time such as 2026-11-20T14:02:11Z, or seconds since 1970");
}

static bool apply_version(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	(void)argument, (void)error;
	settings->task = TASK_VERSION;
	return true;
}

static bool apply_help(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	(void)argument, (void)error;
	settings->task = TASK_HELP;
	return true;
}

#define FLAG(member) .flag = offsetof(struct settings, member)
#define PROTOS(set) .flag = offsetof(struct settings, protos), .bits = (set)
#define FAMILIES(set) .flag = offsetof(struct settings, families), .bits = (set)

const struct option_entry cli_options[] = {
	{ 'p', "port", "PORTS", "only sockets with one of these local or foreign ports: 80,443,8000-8100,http",
	  .apply = apply_port },
	{ 0, "filter", "FILTER", "only sockets of which this is so, as 'state established and dport = :443'; see ports(1), FILTER",
	  .apply = apply_filter },
	{ 't', "tcp", NULL, "TCP", PROTOS(1u << PROTO_TCP) },
	{ 'u', "udp", NULL, "UDP; TCP and UDP are shown when no kind of sockets is named", PROTOS(1u << PROTO_UDP) },
	{ 'U', "udplite", NULL, "UDP-Lite", PROTOS(1u << PROTO_UDPLITE) },
	{ 'S', "sctp", NULL, "SCTP", PROTOS(1u << PROTO_SCTP) },
	{ 0, "mptcp", NULL, "MPTCP: whole connections; the parts that they are made of are TCP", PROTOS(1u << PROTO_MPTCP) },
	{ 0, "dccp", NULL, "DCCP", PROTOS(1u << PROTO_DCCP) },
	{ 'w', "raw", NULL, "raw sockets", PROTOS(1u << PROTO_RAW) },
	{ 0, "icmp", NULL, "ping sockets", PROTOS(1u << PROTO_ICMP) },
	{ 'x', "unix", NULL, "unix sockets", PROTOS(PROTOS_UNIX) },
	{ 0, "packet", NULL, "packet sockets", PROTOS(PROTOS_PACKET) },
	{ 0, "netlink", NULL, "netlink sockets", PROTOS(1u << PROTO_NETLINK) },
	{ 0, "vsock", NULL, "sockets between virtual machines and their host", PROTOS(PROTOS_VSOCK) },
	{ 0, "xdp", NULL, "express data path sockets", PROTOS(1u << PROTO_XDP) },
	{ 0, "tipc", NULL, "TIPC", PROTOS(1u << PROTO_TIPC) },
	{ 'A', "query", "KINDS", "these kinds of sockets: all, inet, unix, tcp, unix_dgram, packet_raw and so on; !KIND: all but that",
	  .apply = apply_query },
	{ '4', "ipv4", NULL, "sockets of the IPv4 family", FAMILIES(1u << FAMILY_INET) },
	{ '6', "ipv6", NULL, "sockets of the IPv6 family; without -4 and -6 both are shown", FAMILIES(1u << FAMILY_INET6) },
	{ 'N', "netns", "NETNS", "sockets of these network namespaces: NAME, PID, /PATH or all; may be repeated",
	  .apply = apply_netns },
	{ 'l', "listening", NULL, "only sockets without a peer: LISTEN, BOUND and UNCONN", .apply = apply_listening },
	{ 'a', "all", NULL, "sockets in every state, which is the default; undoes -l", .apply = apply_all },
	{ 'e', "extended", NULL, "the usual columns, and flags, inode and cookie", .apply = apply_extended },
	{ 'i', "info", NULL, "what TCP has measured, too: rtt,cwnd,retrans,in,out,in-rate,out-rate,cong", .apply = apply_info },
	{ 'm', "memory", NULL, "the memory of the queues and what was dropped for want of it, too: mem,drops", .apply = apply_memory },
	{ 0, "columns", "IDS", "these columns, such as local,state,owners; with a + before them: these, too; help: print all",
	  .apply = apply_columns },
	{ 0, "sort", "COLUMN", "sort by this column, the other way round with a - before it; usual: by state and port",
	  .apply = apply_sort },
	{ 0, "pane", "PANE", "begin with this pane below the live table: none, detail, history, why or playground", .apply = apply_pane },
	{ 0, "group", "KEY", "the live table has totals for each port, process, state, unit, container or netns (or none)",
	  .apply = apply_group },
	{ '1', "once", NULL, "print the list once, in a terminal too", FLAG(once) },
	{ 'c', "interval", "SECONDS", "refresh that often instead of every second; on the command line: print the list that often",
	  .apply = apply_interval },
	{ 0, "linger", "SECONDS", "mark rows that are new, changed or gone for so long (3 without it)", .apply = apply_linger },
	{ 0, "history", "ENTRIES", "keep so many entries of the history (10000 without it)", .apply = apply_history },
	{ 'H', "no-header", NULL, "no header line in the list", FLAG(no_header) },
	{ 'W', "wide", NULL, "do not fit the list to the terminal", FLAG(wide) },
	{ 0, "json", NULL, "print one JSON document", .apply = format_json },
	{ 0, "ndjson", NULL, "print JSON, one socket a line", .apply = format_ndjson },
	{ 0, "csv", NULL, "print CSV: a header line, and what the columns show, one socket a line", .apply = format_csv },
	{ 0, "format", "TEMPLATE", "print this for each socket: '{local.port} {owners.comm}'; help: print the names",
	  .apply = format_template },
	{ 0, "null", NULL, "end each line of the list, or of --format, with a NUL byte", FLAG(null) },
	{ '0', "zero", NULL, "with --format the same, as for xargs -0; else --packet, as of ss", FLAG(zero) },
	{ 's', "summary", NULL, "print how many there are, by protocol and state; also with --json or --csv", FLAG(summary) },
	{ 0, "count", NULL, "print only how many there are", .apply = format_count },
	{ 'q', "quiet", NULL, "print nothing: the exit status says whether there is one", .apply = format_quiet },
	{ 0, "record", "FILE", "write down what the kernel says, and the owners, into a new file, for --replay",
	  .apply = apply_record },
	{ 0, "replay", "FILE", "show what was recorded there, at its own pace, instead of this system; the list: its end",
	  .apply = apply_replay },
	{ 0, "synthetic", "N[,CHURN]", "show N sockets that are made up; so many of them come or go in a second",
	  .apply = apply_synthetic },
	{ 0, "headless", "WxH", "the live table without a terminal: print its first screen, of that size, or do --script",
	  .apply = apply_headless },
	{ 0, "script", "FILE", "with --headless: do what is written there (-: standard input), step by step",
	  .apply = apply_script },
	{ 0, "clock", "TIME", "with --headless: the time of day to begin with, as 2026-11-20T14:02:11Z",
	  .apply = apply_clock },
	{ 0, "playground", NULL,
	  "the live table with the playground open, empty, or with a FILE.lab or the lesson that is named",
	  FLAG(playground) },
	{ 0, "private", NULL, "with --playground: in a private network, which nothing of this host is in", FLAG(private_network) },
	{ 0, "readonly", NULL, "the live table can neither kill nor destroy nor write files", FLAG(readonly) },
	{ 0, "no-owners", NULL, "do not look for the processes", FLAG(no_owners) },
	{ 'C', "no-color", NULL, "no colour; the variable NO_COLOR says the same", FLAG(no_color) },
	{ 0, "theme", "THEME", "colours for a background: dark, light, both or mono; auto, as without it: by COLORFGBG",
	  .apply = apply_theme },
	{ 0, "bind", "KEY ACTION", "what a key does in the live table, such as 'F5 pause'; none: nothing; may be repeated",
	  .apply = apply_bind },
	{ 0, "save-view", NULL, "write the view into the configuration file when the live table is quit",
	  FLAG(save_view) },
	{ 'M', "no-mouse", NULL, "leave the mouse to the terminal", FLAG(no_mouse) },
	{ 'n', "numeric", NULL, "numbers instead of names of hosts and services, which is the default; undoes -r",
	  .apply = apply_numeric },
	{ 'r', "resolve", NULL, "names of hosts and services instead of numbers", FLAG(resolve) },
	{ 'o', "timers", NULL, "timers, which are always shown", .apply = apply_nothing },
	{ 0, "processes", NULL, "processes, which are always shown; -p without ports is this", .apply = apply_nothing },
	{ 0, "no-config", NULL, "do not read the configuration file", FLAG(no_config) },
	{ 'V', "version", NULL, "print the version", .apply = apply_version },
	{ 'h', "help", NULL, "print this", .apply = apply_help },
	{ .name = NULL },
};

_Static_assert(sizeof(cli_options) / sizeof(cli_options[0]) - 1 <= OPTIONS_MAX, "OPTIONS_MAX is too small");

const char *cli_option_name(size_t i)
{
	return cli_options[i].name;
}
