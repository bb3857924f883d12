/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live program with made-up sockets whose names are any texts, on a screen of any size, and any keys: whatever is drawn is
 * whole characters that are harmless and stand in their own cells.
 */
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/text.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/made_up.h"
#include "model/owner.h"
#include "model/query.h"
#include "ui/app.h"
#include "ui/export.h"
#include "ui/input.h"
#include "ui/mouse.h"
#include "ui/play.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/ui.h"

enum { WIDTH_MOST = 500, HEIGHT_MOST = 200, SOCKETS = 40, STEPS_MOST = 32 };

/* What is left of the bytes; zeros behind their end. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

static uint8_t take(struct bytes *bytes)
{
	if (bytes->size == 0)
		return 0;
	bytes->size--;
	return *bytes->data++;
}

/* From 1 on, and most of them less than a quarter of the most, as what is large takes its time. */
static unsigned take_number(struct bytes *bytes, unsigned most)
{
	unsigned high = take(bytes);

	return (high << 8 | take(bytes)) % (high < 0xc0 ? most / 4 : most) + 1;
}

/* Its length is the first byte. */
static const char *take_text(struct bytes *bytes, struct buf *text)
{
	size_t length = take(bytes);

	length = length < bytes->size ? length : bytes->size;
	buf_clear(text);
	buf_add(text, bytes->data, length);
	bytes->data += length;
	bytes->size -= length;
	return buf_str(text);
}

static void name_all(struct app *app, struct bytes *bytes)
{
	struct buf text = BUF_INIT;

	made_up_names(&app->names);
	name_learn(&app->names.of[NAME_USER], name_number(0), take_text(bytes, &text), true, 0);
	name_learn(&app->names.of[NAME_DEVICE], name_number(1), take_text(bytes, &text), true, 0);
	name_learn(&app->names.of[NAME_CGROUP], name_number(1), take_text(bytes, &text), true, 0);
	name_learn(&app->names.of[NAME_CONTAINER], name_number(1), take_text(bytes, &text), true, 0);
	name_learn(&app->names.of[NAME_HOST], name_address(FAMILY_INET, (uint8_t[16]){ 127, 0, 0, 1 }), take_text(bytes, &text), true, 0);
	buf_fini(&text);
}

/* One of the unix domain; what it is called is the bytes'. */
static void see_unix(struct app *app, struct bytes *bytes)
{
	struct sock sock = {
		.cookie = 4242, .have = HAVE_COOKIE | HAVE_QUEUES | HAVE_UID, .proto = PROTO_UNIX_STREAM, .family = FAMILY_UNIX,
		.state = STATE_LISTEN, .inode = 4242, .ifindex = 1,
	};
	struct sock_info info = { .have = INFO_NAME | INFO_CGROUP, .cgroup = 1 };
	struct buf text = BUF_INIT;

	take_text(bytes, &text);
	info.name_length = (uint8_t)(text.length < UNIX_NAME_MAX ? text.length : UNIX_NAME_MAX);
	info.is_abstract = text.length % 2 == 0;
	memcpy(info.name, buf_str(&text), info.name_length);
	table_see_info(&app->table, &sock, &info);
	buf_fini(&text);
}

static char *copy(const char *text)
{
	char *made = strdup(text);

	must(made != NULL);
	return made;
}

static void take_owners(struct app *app, const struct made_up *host, struct bytes *bytes)
{
	struct map wanted = MAP_INIT;
	struct owner_scan scan = { .processes = 1 };
	struct owner owner = { .pid = 7, .fd = 3, .start_ticks = 9 };
	struct buf text = BUF_INIT;

	table_want_owners(&app->table, true, &wanted);
	for (uint32_t i = 0; i < SOCKETS; i++) {
		const struct place place = made_up_place(host, i);

		made_up_owners(host, &place, &wanted, &scan);
	}
	strncpy(owner.comm, take_text(bytes, &text), sizeof(owner.comm) - 1);
	owner_scan_add(&scan, 4242, &owner);
	struct process *told = process_list_add(&scan.told);
	*told = (struct process){ .pid = 7, .start_ticks = 9 };
	memcpy(told->comm, owner.comm, sizeof(told->comm));
	told->command_line = copy(take_text(bytes, &text));
	told->directory = copy(take_text(bytes, &text));
	cgroup_read(&told->cgroup, take_text(bytes, &text));
	owner_scan_sort(&scan);
	table_take_owners(&app->table, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
	buf_fini(&text);
}

/* A snapshot that has those of them of which the bit is not set, some in another state than before. */
static void look(struct app *app, const struct made_up *host, struct bytes *bytes)
{
	uint8_t missing = take(bytes);

	table_begin(&app->table, app->table.now_ns + 1);
	for (uint32_t i = 0; i < SOCKETS; i++) {
		const struct place place = made_up_place(host, i);
		struct sock_info info;
		struct sock sock;

		if (!made_up_sock(host, &place, &sock) || (missing >> i % 8 & 1) != 0)
			continue;
		if (i % 16 == missing % 16)
			sock.state = STATE_CLOSE_WAIT;
		made_up_info(host, &sock, &info);
		table_see_info(&app->table, &sock, &info);
	}
	see_unix(app, bytes);
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++)
			table_end_class(&app->table, proto, family);
	}
	table_end(&app->table);
}

static void fill(struct app *app, const struct made_up *host, struct bytes *bytes)
{
	name_all(app, bytes);
	look(app, host, bytes);
	take_owners(app, host, bytes);
	app->waiting = false;
	app->seeks_owners = true;
	app_take_names(app);
	app_relist(app);
}

static void check(const struct screen *screen)
{
	for (size_t i = 0; i < (size_t)screen->width * screen->height; i++) {
		const struct cell *cell = &screen->cells[i];
		bool first = i % screen->width == 0, last = (i + 1) % screen->width == 0;

		must((cell->face & ~(unsigned)FACE_SELECTED) < FACE_COUNT);
		must(cell->width == (cell->c == 0 ? 0 : text_char_width(cell->c)));
		must(cell->c != 0 || (!first && cell[-1].width == 2));
		must(cell->width != 2 || (!last && cell[1].c == 0));
	}
}

static void print(const struct screen *screen)
{
	struct buf text = BUF_INIT;

	screen_format(&text, screen);
	must_be_harmless(&text, true);
	buf_fini(&text);
}

static void copied(const char *text)
{
	struct buf whole = BUF_INIT;

	buf_puts(&whole, text);
	must_be_harmless(&whole, false);
	buf_fini(&whole);
}

/* Of what the keys ask for only what needs neither terminal nor kernel. */
static void grant(struct app *app)
{
	unsigned wishes = app->wishes;

	app->wishes = 0;
	if (wishes & WISH_PLAY)
		play_judge(app->play);
	if (wishes & WISH_COPY)
		export_row(app, copied);
}

static void work(struct app *app)
{
	while (app_is_busy(app))
		app_work(app);
}

static void go_on(struct app *app, const struct made_up *host, struct bytes *bytes)
{
	look(app, host, bytes);
	app_update(app);
	if (table_expire(&app->table, app->table.now_ns + take(bytes)))
		app_update(app);
	if (take(bytes) % 2 == 0)
		work(app);
}

static void press(struct app *app, struct screen *screen, const struct made_up *host, struct bytes *bytes)
{
	uint8_t what = take(bytes);
	struct buf text = BUF_INIT;

	if (what < 0x80) {
		app_key(app, what);
	} else if (what < 0xa0) {
		app_key(app, INPUT_UP + what % (INPUT_F1 + 12 - INPUT_UP));
	} else if (what < 0xb0) {
		const struct mouse mouse = { take_number(bytes, WIDTH_MOST) - 1, take_number(bytes, HEIGHT_MOST) - 1, what % 3 };

		mouse_act(app, &mouse);
	} else if (what < 0xc0) {
		screen_resize(screen, take_number(bytes, WIDTH_MOST), take_number(bytes, HEIGHT_MOST));
	} else if (what < 0xd0) {
		app_say(app, take_text(bytes, &text));
	} else if (what >= 0xe0) {
		go_on(app, host, bytes);
	} else {
		for (const char *at = take_text(bytes, &text); *at != '\0';)
			app_key(app, text_decode(&at));
	}
	buf_fini(&text);
}

static void run(struct bytes *bytes)
{
	struct screen screen = { .cells = NULL };
	struct made_up host;
	struct query query;
	struct app app;

	made_up_init(&host, SOCKETS, 0, 1);
	query_init(&query);
	query.protos = PROTOS_ALL;
	app_init(&app, &query, 50);
	app.play = play_pane_new(true, &app.table);
	screen_resize(&screen, take_number(bytes, WIDTH_MOST), take_number(bytes, HEIGHT_MOST));
	fill(&app, &host, bytes);
	for (unsigned i = 0; i < STEPS_MOST; i++) {
		grant(&app);
		app_draw(&app, &screen);
		check(&screen);
		if (bytes->size == 0)
			break;
		press(&app, &screen, &host, bytes);
	}
	work(&app);
	app_draw(&app, &screen);
	check(&screen);
	print(&screen);
	screen_fini(&screen);
	app_fini(&app);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, size };

	use_utf8();
	run(&bytes);
	return 0;
}
