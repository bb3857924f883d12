/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/hit.h"

#include "model/holder.h"
#include "model/whose.h"
#include "ui/app.h"

/* Calls for each row that is meant: the tagged ones, or else the selected one, or those below the selected headline. */
static void for_each_meant(struct app *app, void (*add)(struct hit *hit, const struct row *row))
{
	size_t tagged = 0, first, count = app_selection(app, &first);

	app->hit = (struct hit){ .process_count = 0 };
	for (size_t i = 0; i < app->table.count; i++) {
		const struct row *row = &app->table.rows[i];

		if (!row->tagged || row->life == ROW_GONE)
			continue;
		tagged++;
		add(&app->hit, row);
	}
	for (size_t i = first; tagged == 0 && i < first + count; i++) {
		const struct row *row = app_row(app, i);

		if (row->life != ROW_GONE)
			add(&app->hit, row);
	}
}

static void add_process(struct hit *hit, const struct owner *owner)
{
	for (size_t i = 0; i < hit->process_count; i++) {
		if (hit->processes[i].pid == owner->pid)
			return;
	}
	if (hit->process_count < HIT_MAX)
		hit->processes[hit->process_count++] = *owner;
	else
		hit->more = true;
}

static void add_sock(struct hit *hit, const struct row *row)
{
	if (hit->sock_count < HIT_MAX)
		hit->socks[hit->sock_count++] = row->sock;
	else
		hit->more = true;
}

/* Of the sockets the first one is enough: it is what the processes are asked about. */
static void add_processes(struct hit *hit, const struct row *row)
{
	if (hit->sock_count == 0)
		add_sock(hit, row);
	/* Nobody who means a socket means all that a systemd has started. */
	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++) {
		if (!owner_is_systemd(row_owner(row, i)))
			add_process(hit, row_owner(row, i));
	}
}

/* The first socket that is meant. */
static const struct row *first_meant(const struct app *app)
{
	const struct sock *sock = &app->hit.socks[0];

	return &app->table.rows[table_find(&app->table, sock->netns, sock->cookie)];
}

static void say_nobody(struct app *app)
{
	const struct row *row = first_meant(app);

	app_say(app, whose_activator(row) != NULL ? "systemd holds this socket for one of its units, which is to be stopped; " :
		     row_owner_hidden(row)	  ? "Who holds this socket cannot be seen by this user (man ports, Permissions); " :
						    "No process is known that holds this socket; ");
	keymap_name(&app->message, &app->keymap, "destroy");
	buf_puts(&app->message, " destroys the socket itself");
}

/* Somebody holds the first socket that is meant, and a scan that will tell who has not ended yet. */
static bool waits_for_owners(const struct app *app)
{
	const struct row *row = first_meant(app);

	return app->seeks_owners && row->sock.inode != 0 && !row->owners_sought;
}

static void say_no_socket(struct app *app)
{
	size_t first;

	app_say(app, app_selection(app, &first) > 0 ? "What is selected is gone already" : "No socket is selected");
}

bool hit_collect_processes(struct app *app)
{
	for_each_meant(app, add_processes);
	if (app->hit.sock_count == 0)
		say_no_socket(app);
	else if (app->hit.process_count == 0 && waits_for_owners(app))
		app_say(app, "Its owners are still being looked for; try again");
	else if (app->hit.process_count == 0)
		say_nobody(app);
	return app->hit.process_count > 0;
}

bool hit_collect_socks(struct app *app)
{
	for_each_meant(app, add_sock);
	if (app->hit.sock_count == 0)
		say_no_socket(app);
	return app->hit.sock_count > 0;
}

bool hit_narrow(struct hit *hit, size_t number)
{
	if (number == 0 || number > hit->process_count)
		return false;
	hit->processes[0] = hit->processes[number - 1];
	hit->process_count = 1;
	hit->more = false;
	return true;
}

/* An answer to a question. */
struct choice {
	const char *action, *word;
};

/* Appends what is possible, each as its key and a word. */
static void put_choices(struct buf *out, const struct keymap *keymap, const struct choice *choices)
{
	for (const char *before = " "; choices->action != NULL; choices++, before = ", ") {
		buf_puts(out, before);
		keymap_name(out, keymap, choices->action);
		buf_printf(out, " %s", choices->word);
	}
}

static void ask_kill(struct buf *out, const struct app *app)
{
	static const struct choice one[] = { { "kill-term", "TERM" }, { "kill-kill", "KILL" }, { "kill-no", "no" }, { NULL, NULL } };
	static const struct choice several[] = {
		{ "kill-term", "TERM all" }, { "kill-kill", "KILL all" }, { "kill-one", "only that one" }, { "kill-no", "no" }, { NULL, NULL },
	};
	const struct hit *hit = &app->hit;

	buf_puts(out, "Kill");
	for (size_t i = 0; i < hit->process_count; i++) {
		buf_putc(out, ' ');
		if (hit->process_count > 1)
			buf_printf(out, "%zu:", i + 1);
		owner_format(out, &hit->processes[i]);
	}
	buf_puts(out, hit->more ? " (of more)?" : "?");
	put_choices(out, &app->keymap, hit->process_count > 1 ? several : one);
}

/* By numbers, as names are what somebody's name server says. */
static void ask_destroy(struct buf *out, const struct app *app)
{
	static const struct choice choices[] = { { "destroy-yes", "yes" }, { "destroy-no", "no" }, { NULL, NULL } };
	const struct column_context context = { .names = &app->names, .table = &app->table, .numeric = true };

	buf_puts(out, "Destroy");
	for (size_t i = 0; i < app->hit.sock_count; i++) {
		const struct row row = { .sock = app->hit.socks[i] };

		buf_putc(out, ' ');
		endpoints_text(out, &row, &context);
		in_netns_text(out, &row, &context);
	}
	buf_puts(out, app->hit.more ? " (of more)?" : "?");
	put_choices(out, &app->keymap, choices);
}

void hit_ask(struct buf *out, const struct app *app)
{
	if (app->mode == MODE_KILL)
		ask_kill(out, app);
	else
		ask_destroy(out, app);
}

void hit_report(struct buf *out, const struct app *app, const struct owner *process, const struct holder_port *port)
{
	const struct column_context context = { .names = &app->names, .table = &app->table };

	owner_format(out, process);
	buf_printf(out, " has ended; port %u ", (unsigned)port->number);
	if (port->netns != 0) {
		buf_puts(out, "in ");
		netns_text(out, port->netns, &app->names);
		buf_putc(out, ' ');
	}
	holder_text(out, &app->table, port, &context);
}
