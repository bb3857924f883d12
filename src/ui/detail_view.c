/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/detail_view.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/cgroup.h"
#include "model/explain.h"
#include "model/explain_detail.h"
#include "model/explain_whose.h"
#include "model/whose.h"
#include "ui/paper.h"
#include "ui/theme.h"

enum { LABEL_WIDTH = 10 };

/* What a paragraph is made in, and whose. */
struct detail {
	struct app *app;
	const struct row *row;
	struct column_context context;
	struct buf text;
};

/* Puts the text that was made, if there is any, and begins a new one. */
static void put(struct paper *paper, struct detail *detail, const char *label)
{
	if (detail->text.length > 0)
		paper_put(paper, &(struct paragraph){
					 .label_width = LABEL_WIDTH,
					 .label_face = FACE_KEY,
					 .label = label,
					 .face = FACE_TEXT,
					 .text = detail->text.data,
				 });
	buf_clear(&detail->text);
}

static void put_column(struct paper *paper, struct detail *detail, const char *label, enum column_id id)
{
	columns[id].text(&detail->text, detail->row, &detail->context);
	put(paper, detail, label);
}

static void put_socket(struct paper *paper, struct detail *detail)
{
	columns[COLUMN_PROTO].text(&detail->text, detail->row, &detail->context);
	buf_putc(&detail->text, ' ');
	columns[COLUMN_LOCAL].text(&detail->text, detail->row, &detail->context);
	if (sock_has_peer(&detail->row->sock)) {
		buf_puts(&detail->text, " to ");
		columns[COLUMN_FOREIGN].text(&detail->text, detail->row, &detail->context);
	}
	buf_puts(&detail->text, detail->row->life == ROW_GONE ? ", gone; it was in " : ", ");
	state_format(&detail->text, detail->row->sock.state);
	put(paper, detail, "Socket");
}

/* By name and by number, where it has both. */
static void put_netns(struct paper *paper, struct detail *detail)
{
	uint32_t netns = detail->row->sock.netns, inode = names_netns(&detail->app->names, netns);

	if (inode == 0)
		return;
	netns_text(&detail->text, netns, &detail->app->names);
	if (name_get(&detail->app->names.of[NAME_NETNS], name_number(netns)) != NULL)
		buf_printf(&detail->text, ", net:[%u]", inode);
	put(paper, detail, "Netns");
}

static void put_meaning(struct paper *paper, struct detail *detail)
{
	explain_state(&detail->text, detail->row, &detail->context);
	put(paper, detail, "Means");
	explain_timer(&detail->text, detail->row, &detail->context);
	put(paper, detail, "Timer");
	explain_queues(&detail->text, detail->row);
	put(paper, detail, "Queues");
	explain_flags(&detail->text, detail->row);
	put(paper, detail, "Flags");
	explain_blocks(&detail->text, detail->row, &detail->context);
	put(paper, detail, "Blocks");
	explain_exposure(&detail->text, detail->row);
	put(paper, detail, "Exposed");
}

/* What a process runs, or ran, as far as that was looked at. */
static const struct process *find_process(const struct detail *detail, const struct owner *owner)
{
	const struct row *row = detail->row;
	const struct process *kept = row->info != NULL ? row->info->process : NULL;

	if (!row->owners_former)
		return process_list_find(&detail->app->processes, owner->pid);
	return kept != NULL && kept->pid == owner->pid && kept->start_ticks == owner->start_ticks ? kept : NULL;
}

static void put_whose(struct paper *paper, struct detail *detail)
{
	const struct row *row = detail->row;

	explain_owners(&detail->text, row);
	put(paper, detail, "Owners");
	whose_explain_activation(&detail->text, row, row->owner_count > 0 ? find_process(detail, row_owner(row, 0)) : NULL);
	put(paper, detail, "Systemd");
	explain_container(&detail->text, row);
	put(paper, detail, "Container");
	explain_cgroup(&detail->text, row);
	put(paper, detail, "Cgroup");
}

/* What was told of another row, before the selection moved, is not this one's. */
static void put_kernels_words(struct paper *paper, struct detail *detail)
{
	static const struct sock_detail nothing;
	const struct sock_detail *told = &detail->app->detail;

	if (told->cookie != detail->row->sock.cookie || told->netns != detail->row->sock.netns)
		told = &nothing;
	for (size_t i = 0; i < detail_paragraph_count; i++) {
		detail_paragraphs[i].explain(&detail->text, &detail->row->sock, told);
		put(paper, detail, detail_paragraphs[i].label);
	}
}

static void put_facts(struct paper *paper, struct detail *detail)
{
	const struct sock *sock = &detail->row->sock;

	put_column(paper, detail, "User", COLUMN_USER);
	buf_printf(&detail->text, "seen for %llu s; inode %u",
		   (unsigned long long)(row_age_ns(detail->row, detail->context.now_ns) / NS_PER_S), sock->inode);
	if (sock->have & HAVE_COOKIE)
		buf_printf(&detail->text, ", cookie %llu", (unsigned long long)sock->cookie);
	if (detail->row->info != NULL && (detail->row->info->have & INFO_TOKEN))
		buf_printf(&detail->text, ", MPTCP connection %08x", detail->row->info->token);
	put(paper, detail, "Facts");
}

static void add_known(struct detail *detail, const char *before, const char *text)
{
	if (text == NULL)
		return;
	buf_puts(&detail->text, before);
	buf_puts(&detail->text, text);
}

static void put_process(struct paper *paper, struct detail *detail, const struct process *process)
{
	add_known(detail, "", process->command_line != NULL ? process->command_line : process->comm);
	put(paper, detail, "  runs");
	add_known(detail, "", process->directory);
	put(paper, detail, "  in");
	add_known(detail, "", process->cgroup.unit);
	put(paper, detail, "  unit");
	if (process->cgroup.container != NULL)
		cgroup_format_container(&detail->text, &process->cgroup);
	put(paper, detail, "  container");
	for (const struct process *up = process_list_find(&detail->app->processes, process->parent); up != NULL;
	     up = up->parent != up->pid ? process_list_find(&detail->app->processes, up->parent) : NULL) {
		if (detail->text.length > 0)
			buf_puts(&detail->text, ", of ");
		buf_printf(&detail->text, "%d/%s", up->pid, up->comm);
	}
	put(paper, detail, "  child of");
}

static void put_owner(struct paper *paper, struct detail *detail, uint32_t *at)
{
	const struct row *row = detail->row;
	const struct owner *owner = row_owner(row, *at);
	const struct process *process = find_process(detail, owner);

	owner_format(&detail->text, owner);
	buf_printf(&detail->text, ", descriptor %d", owner->fd);
	for (++*at; *at < row->owner_count && row_owner(row, *at)->pid == owner->pid; ++*at)
		buf_printf(&detail->text, ", %d", row_owner(row, *at)->fd);
	put(paper, detail, row->owners_former ? "Former" : "Owner");
	if (process != NULL)
		put_process(paper, detail, process);
}

static void put_all(struct paper *paper, void *context)
{
	struct detail *detail = context;

	put_socket(paper, detail);
	put_netns(paper, detail);
	put_meaning(paper, detail);
	put_facts(paper, detail);
	put_whose(paper, detail);
	for (uint32_t at = 0; at < detail->row->owner_count;)
		put_owner(paper, detail, &at);
	put_kernels_words(paper, detail);
}

static void put_nothing(struct paper *paper, void *context)
{
	const struct detail *detail = context;
	bool headline = app_selected_group(detail->app) != NULL;

	paper_put(paper, &(struct paragraph){
				 .face = FACE_DIM,
				 .text = headline ? "A headline is selected: the sockets below it have details." :
						    "No row is selected.",
			 });
}

/* By numbers: where the row has names, they are what it does not tell. */
void detail_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	struct paper paper = { .screen = screen, .place = *place, .top = &app->pane.top };
	struct detail detail = {
		.app = app,
		.row = app_selected(app),
		.context = { .names = &app->names, .table = &app->table, .now_ns = app->now_ns, .numeric = true },
	};

	paper_draw(&paper, detail.row != NULL ? put_all : put_nothing, &detail);
	app->pane.lines = paper.lines;
	buf_fini(&detail.text);
}
