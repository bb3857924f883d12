/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden screens: a made-up table, drawn at several sizes, compared cell by cell and face by face.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <locale.h>
#include <stdlib.h>

#include "golden.h"
#include "made_app.h"

#include "base/buf.h"
#include "ui/app.h"
#include "ui/input.h"
#include "ui/screen.h"
#include "ui/theme.h"

static const char face_letters[FACE_COUNT + 1] = ".thlweocznxgdmapkb";

/* One letter a cell says which face it has; upper case: selected. */
static void format_faces(struct buf *out, const struct screen *screen)
{
	for (unsigned y = 0; y < screen->height; y++) {
		for (unsigned x = 0; x < screen->width; x++) {
			unsigned face = screen->cells[(size_t)y * screen->width + x].face;
			char letter = face_letters[face & ~(unsigned)FACE_SELECTED];

			if ((face & FACE_SELECTED) != 0)
				letter = letter == '.' ? 'S' : (char)toupper(letter);
			buf_putc(out, letter);
		}
		buf_putc(out, '\n');
	}
}

static void expect(struct app *app, unsigned width, unsigned height, const char *name)
{
	struct buf drawn = BUF_INIT;
	struct screen screen = { .cells = NULL };

	screen_resize(&screen, width, height);
	app_draw(app, &screen);
	screen_format(&drawn, &screen);
	buf_fill(&drawn, '=', width);
	buf_putc(&drawn, '\n');
	format_faces(&drawn, &screen);
	golden_compare(&drawn, name);
	screen_fini(&screen);
	buf_fini(&drawn);
}

static void add_style(struct buf *out, enum theme theme, enum depth depth, unsigned face)
{
	struct style style = theme_style(theme, depth, face);

	if (style.color < 0)
		buf_puts(out, "  own");
	else
		buf_printf(out, depth == DEPTH_TRUE ? "  #%06x" : "  %u", (unsigned)style.color);
	buf_puts(out, style.bold ? " bold" : "");
	buf_puts(out, style.dim ? " dim" : "");
	buf_puts(out, style.underline ? " underline" : "");
	buf_puts(out, style.reverse ? " reverse" : "");
}

/* A line for each face by its letter, with its styles without colours, with 8, 256 and all of them. */
static void the_themes(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (enum theme theme = THEME_DARK; theme < THEME_COUNT; theme++) {
		buf_printf(&text, "%s\n", theme_name(theme));
		for (unsigned face = 0; face < FACE_COUNT; face++) {
			buf_putc(&text, face_letters[face]);
			for (enum depth depth = 0; depth < DEPTH_COUNT; depth++)
				add_style(&text, theme, depth, face);
			buf_putc(&text, '\n');
		}
	}
	golden_compare(&text, "themes");
	buf_fini(&text);
}

static void press(struct app *app, const char *keys)
{
	for (; *keys != '\0'; keys++)
		app_key(app, *keys == '\x02' ? INPUT_F1 + 1 : (uint32_t)*keys); /* \x02: F2 */
}

static void the_table_at(unsigned width, unsigned height, const char *keys, const char *name)
{
	struct screen screen = { .cells = NULL };
	struct app app;

	make_app(&app);
	screen_resize(&screen, width, height);
	app_draw(&app, &screen); /* keys come to a program that has drawn: it knows how long a page is */
	press(&app, keys);
	expect(&app, width, height, name);
	screen_fini(&screen);
	app_fini(&app);
}

static void the_table_at_80x24(void **state)
{
	(void)state;
	the_table_at(80, 24, "", "table-80x24");
}

static void the_table_at_120x40(void **state)
{
	(void)state;
	the_table_at(120, 40, "jj", "table-120x40");
}

static void the_table_at_50x10(void **state)
{
	(void)state;
	the_table_at(50, 10, "G", "table-50x10");
}

static void a_screen_that_is_too_small_says_so(void **state)
{
	(void)state;
	the_table_at(39, 5, "", "too-small");
}

static void the_extended_columns(void **state)
{
	(void)state;
	the_table_at(140, 16, "e", "extended-140x16");
}

static void only_listeners_paused(void **state)
{
	(void)state;
	the_table_at(80, 12, "lp", "listeners-80x12");
}

static void a_port_being_typed(void **state)
{
	(void)state;
	the_table_at(80, 16, "9999", "jump-80x16");
}

static void the_help(void **state)
{
	(void)state;
	the_table_at(80, 24, "?", "help-80x24");
}

static void the_end_of_the_help(void **state)
{
	(void)state;
	the_table_at(80, 24, "?G", "help-end-80x24");
}

static void the_detail_of_a_listener(void **state)
{
	(void)state;
	the_table_at(80, 40, "\r", "detail-80x40");
}

static void the_detail_of_a_time_wait(void **state)
{
	(void)state;
	the_table_at(120, 40, "jjjj\r", "detail-time-wait-120x40");
}

/* What the kernel tells of a connection that has seen better days. */
static const struct sock_detail told_of_connection = {
	.cookie = 6,
	.have = DETAIL_SHUTDOWN | DETAIL_TOS | DETAIL_OPTIONS | DETAIL_MARK,
	.info = { .have = INFO_CONGESTION | INFO_RATES, .congestion = "cubic", .in_rate = 1234567, .out_rate = 890 },
	.tcp = {
		.tcpi_state = STATE_ESTABLISHED,
		.tcpi_ca_state = TCP_CA_Recovery,
		.tcpi_options = TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE,
		.tcpi_snd_wscale = 7,
		.tcpi_rcv_wscale = 10,
		.tcpi_rto = 212000,
		.tcpi_snd_mss = 1448,
		.tcpi_unacked = 4,
		.tcpi_lost = 1,
		.tcpi_retrans = 1,
		.tcpi_last_data_sent = 120,
		.tcpi_last_data_recv = 64000,
		.tcpi_pmtu = 1500,
		.tcpi_rtt = 11870,
		.tcpi_rttvar = 2045,
		.tcpi_snd_ssthresh = 7,
		.tcpi_snd_cwnd = 7,
		.tcpi_reordering = 3,
		.tcpi_total_retrans = 12,
		.tcpi_pacing_rate = 1760000,
		.tcpi_bytes_acked = 1048576,
		.tcpi_bytes_received = 73400320,
		.tcpi_segs_out = 26000,
		.tcpi_segs_in = 51000,
		.tcpi_min_rtt = 9120,
		.tcpi_data_segs_in = 50700,
		.tcpi_data_segs_out = 730,
		.tcpi_delivery_rate = 812000,
		.tcpi_busy_time = 93000000,
		.tcpi_rwnd_limited = 31000000,
		.tcpi_sndbuf_limited = 1000000,
		.tcpi_bytes_retrans = 17376,
		.tcpi_snd_wnd = 64128,
	},
	.tcp_bytes = sizeof(struct tcp_info),
	.memory = {
		[MEMORY_RECEIVED] = 2304, [MEMORY_RECEIVE_LIMIT] = 131072, [MEMORY_SEND_LIMIT] = 87040,
		[MEMORY_AHEAD] = 1792, [MEMORY_QUEUED] = 9216, [MEMORY_DROPS] = 3,
	},
	.memory_count = MEMORY_COUNT,
	.options = OPTION_RECVERR | OPTION_MULTICAST_LOOP | OPTION_MULTICAST_ALL,
	.shutdown = SHUTDOWN_RECEIVING,
	.tos = 0x10,
};

static const struct sock_detail told_of_udp = {
	.cookie = 4,
	.memory = { [MEMORY_RECEIVED] = 212480, [MEMORY_RECEIVE_LIMIT] = 212992, [MEMORY_SEND_LIMIT] = 212992, [MEMORY_DROPS] = 90210 },
	.memory_count = MEMORY_COUNT,
};

static void the_detail_with(const char *keys, const struct sock_detail *told, unsigned height, const char *name)
{
	struct app app;

	make_app(&app);
	app.detail = *told;
	press(&app, keys);
	expect(&app, 80, height, name);
	app_fini(&app);
}

static void the_detail_of_a_connection(void **state)
{
	(void)state;
	the_detail_with("jjjjj\r", &told_of_connection, 100, "detail-connection-80x100");
}

static void the_detail_of_a_socket_that_dropped(void **state)
{
	(void)state;
	the_detail_with("jjj\r", &told_of_udp, 40, "detail-udp-80x40");
}

/* The selection has moved, and nobody has asked the kernel since. */
static void the_detail_says_nothing_of_another_socket(void **state)
{
	(void)state;
	the_detail_with("jjjjj\r", &told_of_udp, 40, "detail-other-80x40");
}

static void the_history(void **state)
{
	(void)state;
	the_table_at(80, 24, "\t\t", "history-80x24");
}

static void the_question_whom_to_kill(void **state)
{
	(void)state;
	the_table_at(80, 12, " jj K", "kill-80x12");
}

static void a_filter_and_an_order(void **state)
{
	(void)state;
	the_table_at(80, 12, ">>>>I\\established", "filter-80x12");
}

/* The one before, "established and state listen", was right and holds on. */
static void a_filter_that_is_not_right(void **state)
{
	(void)state;
	the_table_at(80, 12, "\\established and state listenin", "filter-error-80x12");
}

static void the_names_instead_of_numbers(void **state)
{
	(void)state;
	the_table_at(80, 12, "r", "names-80x12");
}

static void the_columns_being_chosen(void **state)
{
	(void)state;
	the_table_at(80, 24, "\x02jjx>", "columns-80x24");
}

static void the_columns_that_were_chosen(void **state)
{
	(void)state;
	the_table_at(80, 16, "\x02 jj>jjjjjjjj q", "chosen-80x16");
}

static void the_table_by_port_at_80x24(void **state)
{
	(void)state;
	the_table_at(80, 24, "v", "group-port-80x24");
}

/* One group is folded, a row is followed. */
static void the_table_by_process_at_120x40(void **state)
{
	(void)state;
	the_table_at(120, 40, "vvjjj jjz/51240\rF", "group-process-120x40");
}

static void the_table_by_state_at_50x10(void **state)
{
	(void)state;
	the_table_at(50, 10, "vvv*j ", "group-state-50x10");
}

static void a_listener_that_is_or_was_overrun(void **state)
{
	struct app app;

	(void)state;
	make_app(&app);
	struct sock sock = app.table.rows[table_find(&app.table, 0, 1)].sock;
	sock.recv_queue = 129;
	table_see(&app.table, &sock);
	expect(&app, 120, 12, "overrun-120x12");
	sock.recv_queue = 0;
	table_see(&app.table, &sock);
	app_key(&app, '\r');
	expect(&app, 120, 40, "overrun-before-120x40");
	app_fini(&app);
}

static void an_empty_table(void **state)
{
	struct query query;
	struct app app;

	(void)state;
	query_init(&query);
	app_init(&app, &query, 100);
	app.interval_ms = 200;
	app.real_ns = MADE_APP_NS;
	expect(&app, 80, 10, "waiting-80x10");
	app.waiting = false;
	expect(&app, 80, 10, "empty-80x10");
	app_fini(&app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_at_80x24),
		cmocka_unit_test(the_table_at_120x40),
		cmocka_unit_test(the_table_at_50x10),
		cmocka_unit_test(a_screen_that_is_too_small_says_so),
		cmocka_unit_test(the_extended_columns),
		cmocka_unit_test(only_listeners_paused),
		cmocka_unit_test(a_port_being_typed),
		cmocka_unit_test(the_help),
		cmocka_unit_test(the_end_of_the_help),
		cmocka_unit_test(the_detail_of_a_listener),
		cmocka_unit_test(the_detail_of_a_time_wait),
		cmocka_unit_test(the_detail_of_a_connection),
		cmocka_unit_test(the_detail_of_a_socket_that_dropped),
		cmocka_unit_test(the_detail_says_nothing_of_another_socket),
		cmocka_unit_test(the_history),
		cmocka_unit_test(the_question_whom_to_kill),
		cmocka_unit_test(a_filter_and_an_order),
		cmocka_unit_test(a_filter_that_is_not_right),
		cmocka_unit_test(the_names_instead_of_numbers),
		cmocka_unit_test(the_columns_being_chosen),
		cmocka_unit_test(the_columns_that_were_chosen),
		cmocka_unit_test(the_table_by_port_at_80x24),
		cmocka_unit_test(the_table_by_process_at_120x40),
		cmocka_unit_test(the_table_by_state_at_50x10),
		cmocka_unit_test(a_listener_that_is_or_was_overrun),
		cmocka_unit_test(an_empty_table),
		cmocka_unit_test(the_themes),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
