/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/column_text.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/cgroup.h"
#include "model/column.h"
#include "model/exposure.h"
#include "model/names.h"
#include "model/process.h"
#include "model/proto.h"
#include "model/rate.h"
#include "model/table.h"
#include "model/whose.h"

void column_proto_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_puts(out, proto_entries[row->sock.proto].shown);
	if (row->sock.family == FAMILY_INET6)
		buf_putc(out, '6');
}

static void known_uint(struct buf *out, const struct row *row, uint32_t have, uint64_t value)
{
	if ((row->sock.have & have) == have)
		buf_uint(out, value);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_recv_queue_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	known_uint(out, row, HAVE_QUEUES, row->sock.recv_queue);
}

void column_send_queue_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	known_uint(out, row, HAVE_QUEUES, row->sock.send_queue);
}

void column_state_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	state_format(out, row->sock.state);
}

static void two_digits(struct buf *out, uint64_t value)
{
	buf_putc(out, (char)('0' + value / 10));
	buf_putc(out, (char)('0' + value % 10));
}

static void duration_text(struct buf *out, uint64_t ms)
{
	uint64_t seconds = ms / 1000;

	if (seconds >= 3600) {
		buf_uint(out, seconds / 3600);
		buf_putc(out, ':');
	}
	two_digits(out, seconds / 60 % 60);
	buf_putc(out, ':');
	two_digits(out, seconds % 60);
}

/* No blank in it: a row of the list has as many words as there are columns, whatever the timer. */
void column_timer_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct sock *sock = &row->sock;

	if (!(sock->have & HAVE_TIMER) || sock->timer == TIMER_OFF) {
		buf_puts(out, COLUMN_UNKNOWN);
		return;
	}
	if (sock->timer == TIMER_KEEPALIVE)
		buf_puts(out, "keep=");
	else if (sock->timer != TIMER_TIMEWAIT)
		buf_printf(out, "%s=", timer_name(sock->timer));
	duration_text(out, row_timer_left_ms(row, context->now_ns));
	if (sock->retrans > 0)
		buf_printf(out, "/%u", (unsigned)sock->retrans);
}

/* No blank in it, either. */
void column_flags_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct sock *sock = &row->sock;
	size_t from = out->length;

	(void)context;
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (sock->flags.set & flag_names[i].flag)
			buf_putc(out, flag_names[i].letter);
	}
	if (!flags_decide(sock->flags, sock->family))
		buf_putc(out, '?');
	if (out->length == from)
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_user_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const char *name = NULL;

	if (row->sock.have & HAVE_UID)
		name = name_get(&context->names->of[NAME_USER], name_number(row->sock.uid));
	if (name != NULL)
		text_clean(out, name);
	else
		known_uint(out, row, HAVE_UID, row->sock.uid);
}

void column_inode_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_uint(out, row->sock.inode);
}

void column_cookie_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	known_uint(out, row, HAVE_COOKIE, row->sock.cookie);
}

void column_age_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	duration_text(out, row_age_ns(row, context->now_ns) / NS_PER_MS);
}

void column_backlog_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (sock_has_backlog(&row->sock))
		buf_printf(out, "%u/%u", row->sock.recv_queue, row->sock.send_queue);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

static bool knows(const struct row *row, enum info_have have)
{
	return row->info != NULL && (row->info->have & have) != 0;
}

static void info_uint(struct buf *out, const struct row *row, enum info_have have, uint64_t value)
{
	if (knows(row, have))
		buf_uint(out, value);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_rtt_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (knows(row, INFO_TCP) && row->info->rtt_us > 0)
		buf_printf(out, "%u.%03u", row->info->rtt_us / 1000, row->info->rtt_us % 1000);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_window_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_TCP, row->info != NULL ? row->info->congestion_window : 0);
}

void column_retrans_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_TCP, row->info != NULL ? row->info->retransmitted : 0);
}

void column_bytes_in_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_BYTES, row->info != NULL ? row->info->received_bytes : 0);
}

void column_bytes_out_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_BYTES, row->info != NULL ? row->info->acked_bytes : 0);
}

static void rate_text(struct buf *out, const struct row *row, uint64_t rate)
{
	if (knows(row, INFO_RATES))
		rate_format(out, rate);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_in_rate_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	rate_text(out, row, row->info != NULL ? row->info->in_rate : 0);
}

void column_out_rate_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	rate_text(out, row, row->info != NULL ? row->info->out_rate : 0);
}

void column_congestion_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (knows(row, INFO_CONGESTION) && row->info->congestion[0] != '\0')
		text_clean(out, row->info->congestion);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_memory_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_MEMORY, row->info != NULL ? row->info->memory_bytes : 0);
}

void column_drops_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_DROPS, row->info != NULL ? row->info->drops : 0);
}

void column_file_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_puts(out, knows(row, INFO_FILE) ? file_name(row->info->file) : COLUMN_UNKNOWN);
}

void column_token_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (knows(row, INFO_TOKEN))
		buf_printf(out, "%08x", row->info->token);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void netns_text(struct buf *out, uint32_t netns, const struct names *names)
{
	const char *name = name_get(&names->of[NAME_NETNS], name_number(netns));
	uint32_t inode = names_netns(names, netns);

	if (name != NULL && inode != 0)
		text_clean(out, name);
	else if (inode != 0)
		buf_uint(out, inode);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_netns_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	netns_text(out, row->sock.netns, context->names);
}

void in_netns_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (row->sock.netns == 0)
		return;
	buf_puts(out, " in ");
	netns_text(out, row->sock.netns, context->names);
}

void column_unit_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct cgroup *cgroup = whose_unit(row);

	(void)context;
	text_clean(out, cgroup != NULL ? cgroup->unit : COLUMN_UNKNOWN);
}

void column_container_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct cgroup *cgroup = whose_container(row);

	(void)context;
	if (cgroup != NULL)
		cgroup_format_container(out, cgroup);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_cgroup_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct cgroup *cgroup = whose_cgroup(row);

	(void)context;
	if (cgroup != NULL)
		cgroup_format(out, cgroup);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_exposure_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct exposure exposure = sock_exposure(&row->sock);

	(void)context;
	if (exposure.reach != REACH_NONE)
		exposure_format(out, exposure);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

void column_command_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct process *process = row->info != NULL ? row->info->process : NULL;

	(void)context;
	if (process == NULL) {
		buf_puts(out, COLUMN_UNKNOWN);
		return;
	}
	buf_puts(out, row->owners_former ? "(" : "");
	process_format_command(out, process);
	buf_puts(out, row->owners_former ? ")" : "");
}

/* Owners come by pid: a process that holds the socket more than once is named once. */
static bool is_repeat(const struct row *row, uint32_t at)
{
	return at > 0 && row_owner(row, at)->pid == row_owner(row, at - 1)->pid;
}

static void all_owners_text(struct buf *out, const struct row *row)
{
	for (uint32_t i = 0; i < row->owner_count; i++) {
		if (is_repeat(row, i))
			continue;
		if (i > 0)
			buf_putc(out, ',');
		owner_format(out, row_owner(row, i));
	}
}

static void first_owner_text(struct buf *out, const struct row *row)
{
	unsigned more = 0;

	owner_format(out, row_owner(row, 0));
	for (uint32_t i = 1; i < row->owner_count; i++)
		more += is_repeat(row, i) ? 0 : 1;
	if (more > 0)
		buf_printf(out, " +%u", more);
}

void column_owners_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (row->owner_count == 0) {
		buf_puts(out, COLUMN_UNKNOWN);
		return;
	}
	if (row->owners_former)
		buf_putc(out, '(');
	if (context->brief)
		first_owner_text(out, row);
	else
		all_owners_text(out, row);
	if (row->owners_former)
		buf_putc(out, ')');
}
