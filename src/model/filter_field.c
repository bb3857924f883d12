/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What conditions can be about.
 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/filter_node.h"
#include "model/table.h"

static bool knows(const struct row *row, enum info_have have)
{
	return row->info != NULL && (row->info->have & have) != 0;
}

static bool number_recvq(const struct row *row, uint64_t *number)
{
	*number = row->sock.recv_queue;
	return (row->sock.have & HAVE_QUEUES) != 0;
}

static bool number_sendq(const struct row *row, uint64_t *number)
{
	*number = row->sock.send_queue;
	return (row->sock.have & HAVE_QUEUES) != 0;
}

static bool number_inode(const struct row *row, uint64_t *number)
{
	*number = row->sock.inode;
	return true;
}

static bool number_cookie(const struct row *row, uint64_t *number)
{
	*number = row->sock.cookie;
	return true;
}

/* 0 is what stands there before anything was measured. */
static bool number_rtt(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->rtt_us : 0;
	return knows(row, INFO_TCP) && *number > 0;
}

static bool number_cwnd(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->congestion_window : 0;
	return knows(row, INFO_TCP);
}

static bool number_retrans(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->retransmitted : 0;
	return knows(row, INFO_TCP);
}

static bool number_in(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->received_bytes : 0;
	return knows(row, INFO_BYTES);
}

static bool number_out(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->acked_bytes : 0;
	return knows(row, INFO_BYTES);
}

static bool number_in_rate(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->in_rate : 0;
	return knows(row, INFO_RATES);
}

static bool number_out_rate(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->out_rate : 0;
	return knows(row, INFO_RATES);
}

static bool number_mem(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->memory_bytes : 0;
	return knows(row, INFO_MEMORY);
}

static bool number_drops(const struct row *row, uint64_t *number)
{
	*number = row->info != NULL ? row->info->drops : 0;
	return knows(row, INFO_DROPS);
}

#define EXPECTS_STATE "a state such as listening, or all, connected, synchronized, bucket, big"
#define EXPECTS_HOST "an address such as 10.0.0.0/8, [::1]:443, :http or unix:/run/x; names of hosts are not looked up"
#define EXPECTS_PORT "a port such as :80, :http or 8000-8100"
#define EXPECTS_BYTES "a number of bytes such as 0 or 64k"
#define EXPECTS_COUNT "a number such as 3"

#define NUMBER(read) .judge = judge_number, .number = (read), .ops = OPS_EQUAL | OPS_ORDER

const struct filter_field_entry filter_fields[FIELD_COUNT] = {
	[FIELD_STATE] = { "state", EXPECTS_STATE, OPS_EQUAL, .value = value_state, .judge = judge_state },
	[FIELD_PROTO] = { "proto", "tcp, udp, unix or another kind of sockets, as for -A", OPS_EQUAL, .value = value_proto, .judge = judge_proto },
	[FIELD_FAMILY] = { "family", "inet, inet6, unix, packet, netlink, vsock, xdp or tipc", OPS_EQUAL, .value = value_family, .judge = judge_family },
	[FIELD_SRC] = { "src", EXPECTS_HOST, OPS_EQUAL, .value = value_host, .judge = judge_src },
	[FIELD_DST] = { "dst", EXPECTS_HOST, OPS_EQUAL, .value = value_host, .judge = judge_dst },
	[FIELD_SPORT] = { "sport", EXPECTS_PORT, OPS_EQUAL | OPS_ORDER, .value = value_ports, .judge = judge_src },
	[FIELD_DPORT] = { "dport", EXPECTS_PORT, OPS_EQUAL | OPS_ORDER, .value = value_ports, .judge = judge_dst },
	[FIELD_PORT] = { "port", EXPECTS_PORT, OPS_EQUAL | OPS_ORDER, .value = value_ports, .judge = judge_port },
	[FIELD_DEV] = { "dev", "a device such as eth0, or its index", OPS_TEXT, .value = value_dev, .judge = judge_dev },
	[FIELD_NETNS] = { "netns", "a network namespace such as red, own, or its inode", OPS_TEXT, .asks = ASKS_NETNS,
			  .value = value_netns, .judge = judge_netns },
	[FIELD_FWMARK] = { "fwmark", "a mark such as 0x1, or with a mask 0x1/0x3", OPS_EQUAL, .needs = NEED_MARK,
			   .value = value_fwmark, .judge = judge_fwmark },
	[FIELD_CGROUP] = { "cgroup", "the path of a cgroup such as /user.slice", OPS_EQUAL, .needs = NEED_CGROUP,
			   .value = value_cgroup, .judge = judge_cgroup },
	[FIELD_AUTOBOUND] = { "autobound", NULL, 0, .value = value_autobound, .judge = judge_autobound },
	[FIELD_PID] = { "pid", "a process id such as 4242", OPS_EQUAL, .asks = ASKS_OWNERS, .value = value_count,
			.judge = judge_pid },
	[FIELD_COMM] = { "comm", "the name of a program such as sshd", OPS_TEXT, .asks = ASKS_OWNERS, .value = value_text,
			 .judge = judge_comm },
	[FIELD_COMMAND] = { "command", "a text of the command line", OPS_TEXT, .needs = NEED_PROCESS, .asks = ASKS_OWNERS,
			    .value = value_text, .judge = judge_command },
	[FIELD_UNIT] = { "unit", "a systemd unit such as ssh.service", OPS_TEXT, .needs = NEED_WHOSE, .asks = ASKS_OWNERS,
			 .value = value_text, .judge = judge_unit },
	[FIELD_CONTAINER] = { "container", "the name or the id of a container", OPS_TEXT, .needs = NEED_WHOSE,
			      .asks = ASKS_OWNERS, .value = value_text, .judge = judge_container },
	[FIELD_EXPOSURE] = { "exposure", "loopback, host, multicast, device, everywhere or none", OPS_EQUAL,
			     .value = value_exposure, .judge = judge_exposure },
	[FIELD_USER] = { "user", "a user such as root, or a number", OPS_TEXT, .value = value_user, .judge = judge_user },
	[FIELD_OWNER] = { "owner", "none, former, hidden or known", OPS_EQUAL, .asks = ASKS_OWNERS, .value = value_owner,
			  .judge = judge_owner },
	[FIELD_FLAGS] = { "flags", "letters such as A or AP, of A P 6 F T N", OPS_EQUAL, .needs = NEED_FLAGS, .asks = ASKS_OWNERS,
			  .value = value_flags, .judge = judge_flags },
	[FIELD_TIMER] = { "timer", "off, on, keepalive, timewait or persist", OPS_EQUAL, .value = value_timer,
			  .judge = judge_timer },
	[FIELD_AGE] = { "age", "a time with its unit, such as 90s, 5m, 2h or 1d", OPS_ORDER, .asks = ASKS_AGE, .value = value_age,
			.judge = judge_age },
	[FIELD_RECVQ] = { "recvq", EXPECTS_BYTES, .value = value_bytes, NUMBER(number_recvq) },
	[FIELD_SENDQ] = { "sendq", EXPECTS_BYTES, .value = value_bytes, NUMBER(number_sendq) },
	[FIELD_RTT] = { "rtt", "a time with its unit, such as 100ms or 1.5s", .needs = NEED_TCP, .value = value_rtt,
			NUMBER(number_rtt) },
	[FIELD_CWND] = { "cwnd", EXPECTS_COUNT, .needs = NEED_TCP, .value = value_count, NUMBER(number_cwnd) },
	[FIELD_RETRANS] = { "retrans", EXPECTS_COUNT, .needs = NEED_TCP, .value = value_count, NUMBER(number_retrans) },
	[FIELD_IN] = { "in", EXPECTS_BYTES, .needs = NEED_TCP, .value = value_bytes, NUMBER(number_in) },
	[FIELD_OUT] = { "out", EXPECTS_BYTES, .needs = NEED_TCP, .value = value_bytes, NUMBER(number_out) },
	[FIELD_IN_RATE] = { "in-rate", EXPECTS_BYTES, .needs = NEED_TCP, .asks = ASKS_RATES, .value = value_bytes, NUMBER(number_in_rate) },
	[FIELD_OUT_RATE] = { "out-rate", EXPECTS_BYTES, .needs = NEED_TCP, .asks = ASKS_RATES, .value = value_bytes, NUMBER(number_out_rate) },
	[FIELD_CONG] = { "cong", "an algorithm such as cubic", OPS_TEXT, .needs = NEED_CONGESTION, .value = value_text,
			 .judge = judge_cong },
	[FIELD_MEM] = { "mem", EXPECTS_BYTES, .needs = NEED_MEMORY, .value = value_bytes, NUMBER(number_mem) },
	[FIELD_DROPS] = { "drops", EXPECTS_COUNT, .needs = NEED_MEMORY, .value = value_count, NUMBER(number_drops) },
	[FIELD_INODE] = { "inode", EXPECTS_COUNT, .value = value_count, NUMBER(number_inode) },
	[FIELD_COOKIE] = { "cookie", EXPECTS_COUNT, .value = value_count, NUMBER(number_cookie) },
	[FIELD_WORD] = { .asks = ASKS_TEXT, .value = value_word, .judge = judge_word },
};

enum filter_field filter_field_named(const char *name, size_t length)
{
	for (unsigned field = 0; field < FIELD_WORD; field++) {
		const char *whole = filter_fields[field].name;

		if (strncmp(whole, name, length) == 0 && whole[length] == '\0')
			return (enum filter_field)field;
	}
	return FIELD_WORD;
}

const char *filter_field_name(size_t i)
{
	return filter_fields[i].name;
}

bool filter_field_fail(const struct filter_node *node, const char *value, const char *expects, struct buf *error)
{
	buf_putc(error, '"');
	text_clean(error, value);
	buf_printf(error, "\" is no value for %s: %s", filter_fields[node->field].name, expects);
	return false;
}
