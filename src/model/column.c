/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/column.h"

#include "model/column_text.h"
#include "model/sock.h"

const struct column columns[COLUMN_COUNT] = {
	[COLUMN_PROTO] = {
		.id = "proto", .title = "Proto", .least_width = 5, .keep = 7, .text = column_proto_text, .compare = compare_proto,
		.help = "protocol, with a 6 for sockets of the IPv6 family; u_str, u_dgr, u_seq: unix; p_raw, p_dgr: packet; nl: netlink; v_: vsock",
	},
	[COLUMN_RECV_QUEUE] = {
		.id = "recvq", .title = "Recv-Q", .least_width = 6, .keep = 4, .right = true, .text = column_recv_queue_text, .compare = compare_recv_queue,
		.help = "bytes that wait to be read; for LISTEN, connections that wait for accept()",
	},
	[COLUMN_SEND_QUEUE] = {
		.id = "sendq", .title = "Send-Q", .least_width = 6, .keep = 3, .right = true, .text = column_send_queue_text, .compare = compare_send_queue,
		.help = "bytes that the peer has not acknowledged; for LISTEN, how many connections may wait",
	},
	[COLUMN_LOCAL] = {
		.id = "local", .title = "Local Address", .least_width = 21, .tight_width = 18, .keep = 9, .keeps_end = true, .keeps_port = true, .text = column_local_text, .compare = compare_local,
		.help = "local address, %device if it is bound to one, and port; for unix, the name and the inode",
	},
	[COLUMN_FOREIGN] = {
		.id = "foreign", .title = "Foreign Address", .least_width = 21, .tight_width = 18, .keep = 6, .keeps_end = true, .keeps_port = true, .text = column_foreign_text, .compare = compare_foreign,
		.help = "address and port of the peer; for unix, its name and inode",
	},
	[COLUMN_STATE] = {
		.id = "state", .title = "State", .least_width = 11, .keep = 9, .text = column_state_text, .compare = compare_state,
		.help = "state as netstat names it; BOUND: bound, but neither listening nor connected; UNCONN: neither, of UDP, unix and others",
	},
	[COLUMN_TIMER] = {
		.id = "timer", .title = "Timer", .least_width = 12, .tight_width = 10, .keep = 5, .text = column_timer_text, .compare = compare_timer,
		.help = "what is left of TIME_WAIT; on= retransmission, keep= keepalive, persist= probe, /N tries so far",
	},
	[COLUMN_FLAGS] = {
		.id = "flags", .title = "Flags", .least_width = 5, .keep = 4, .live = true, .needs = NEED_FLAGS,
		.text = column_flags_text, .compare = compare_flags,
		.help = "A SO_REUSEADDR, P SO_REUSEPORT, 6 IPV6_V6ONLY, F IP_FREEBIND, T IP_TRANSPARENT, N IP_BIND_ADDRESS_NO_PORT; "
			"a dash: none of them is set; ?: it is not known whether A, P or 6 is",
	},
	[COLUMN_USER] = {
		.id = "user", .title = "User", .least_width = 8, .keep = 2, .text = column_user_text, .compare = compare_user,
		.help = "user who owns the socket",
	},
	[COLUMN_INODE] = {
		.id = "inode", .title = "Inode", .least_width = 10, .keep = 1, .right = true, .extended = true,
		.text = column_inode_text, .compare = compare_inode, .help = "inode, as /proc/PID/fd shows it; 0: no descriptor refers to the socket",
	},
	[COLUMN_COOKIE] = {
		.id = "cookie", .title = "Cookie", .least_width = 10, .keep = 0, .right = true, .extended = true,
		.text = column_cookie_text, .compare = compare_cookie, .help = "SO_COOKIE, the same for the whole life of the socket",
	},
	[COLUMN_AGE] = {
		.id = "age", .title = "Age", .least_width = 8, .keep = 1, .right = true, .named = true, .text = column_age_text,
		.compare = compare_age, .help = "how long this program has seen the socket",
	},
	[COLUMN_DEVICE] = {
		.id = "device", .title = "Device", .least_width = 6, .keep = 1, .named = true, .text = column_device_text,
		.compare = compare_device, .help = "device that the socket is bound to (SO_BINDTODEVICE, or the scope of its address)",
	},
	[COLUMN_FILE] = {
		.id = "file", .title = "File", .least_width = 8, .keep = 1, .named = true, .needs = NEED_FILE,
		.text = column_file_text, .compare = compare_file,
		.help = "what stands at the path of a unix socket: alive: its own file; gone: nothing; replaced: another file; "
			"nobody can connect to one that is not alive",
	},
	[COLUMN_BACKLOG] = {
		.id = "backlog", .title = "Backlog", .least_width = 7, .keep = 1, .right = true, .named = true,
		.text = column_backlog_text, .compare = compare_backlog,
		.help = "for LISTEN, connections that wait for accept(), and after the slash how many may; the fullest first",
	},
	[COLUMN_RTT] = {
		.id = "rtt", .title = "RTT-ms", .least_width = 8, .keep = 1, .right = true, .named = true, .needs = NEED_TCP,
		.text = column_rtt_text, .compare = compare_rtt, .help = "round trip time of TCP, smoothed, in milliseconds",
	},
	[COLUMN_WINDOW] = {
		.id = "cwnd", .title = "Cwnd", .least_width = 6, .keep = 1, .right = true, .named = true, .needs = NEED_TCP,
		.text = column_window_text, .compare = compare_window, .help = "congestion window of TCP, in segments",
	},
	[COLUMN_RETRANS] = {
		.id = "retrans", .title = "Retrans", .least_width = 7, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = column_retrans_text, .compare = compare_retrans,
		.help = "segments that TCP had to send again, in the life of the connection",
	},
	[COLUMN_BYTES_IN] = {
		.id = "in", .title = "Bytes-In", .least_width = 10, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = column_bytes_in_text, .compare = compare_bytes_in, .help = "bytes received by TCP",
	},
	[COLUMN_BYTES_OUT] = {
		.id = "out", .title = "Bytes-Out", .least_width = 10, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = column_bytes_out_text, .compare = compare_bytes_out,
		.help = "bytes sent by TCP that the peer has acknowledged",
	},
	[COLUMN_IN_RATE] = {
		.id = "in-rate", .title = "In-B/s", .least_width = 6, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = column_in_rate_text, .compare = compare_in_rate,
		.help = "bytes per second that TCP received since the look before, k being 1000; the fastest first",
	},
	[COLUMN_OUT_RATE] = {
		.id = "out-rate", .title = "Out-B/s", .least_width = 7, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = column_out_rate_text, .compare = compare_out_rate,
		.help = "bytes per second that the peer acknowledged since the look before; the fastest first",
	},
	[COLUMN_CONGESTION] = {
		.id = "cong", .title = "Cong", .least_width = 8, .keep = 1, .named = true, .needs = NEED_CONGESTION,
		.text = column_congestion_text, .compare = compare_congestion, .help = "congestion control algorithm of TCP",
	},
	[COLUMN_MEMORY] = {
		.id = "mem", .title = "Memory", .least_width = 8, .keep = 1, .right = true, .named = true,
		.needs = NEED_MEMORY, .text = column_memory_text, .compare = compare_memory,
		.help = "bytes of kernel memory that what is queued takes",
	},
	[COLUMN_DROPS] = {
		.id = "drops", .title = "Drops", .least_width = 5, .keep = 1, .right = true, .named = true,
		.needs = NEED_MEMORY, .text = column_drops_text, .compare = compare_drops,
		.help = "packets, or for LISTEN requests, that were thrown away, mostly for want of room; most first",
	},
	[COLUMN_TOKEN] = {
		.id = "mptcp", .title = "MPTCP", .least_width = 8, .keep = 1, .right = true, .named = true, .needs = NEED_TCP,
		.text = column_token_text, .compare = compare_token,
		.help = "token of an MPTCP connection, the same for its mptcp row and the tcp rows that it is made of",
	},
	[COLUMN_NETNS] = {
		.id = "netns", .title = "Netns", .least_width = 8, .tight_width = 6, .keep = 7, .named = true,
		.text = column_netns_text, .compare = compare_netns,
		.help = "network namespace, with -N: its name, else the container or unit of a process in it, else its inode",
	},
	[COLUMN_UNIT] = {
		.id = "unit", .title = "Unit", .least_width = 12, .keep = 1, .named = true, .needs = NEED_WHOSE,
		.text = column_unit_text, .compare = compare_unit,
		.help = "systemd unit, or else the last part of the control group, of the socket itself, or else of its first process",
	},
	[COLUMN_CONTAINER] = {
		.id = "container", .title = "Container", .least_width = 12, .keep = 1, .named = true, .needs = NEED_WHOSE,
		.text = column_container_text, .compare = compare_container,
		.help = "name of the container that the socket, or else its first process, belongs to, or the first digits of its id",
	},
	[COLUMN_CGROUP] = {
		.id = "cgroup", .title = "Cgroup", .least_width = 16, .keep = 1, .keeps_end = true, .named = true, .needs = NEED_WHOSE,
		.text = column_cgroup_text, .compare = compare_cgroup,
		.help = "control group that the socket was made in, or else that of its first process; (gone): it was removed",
	},
	[COLUMN_EXPOSURE] = {
		.id = "exposure", .title = "Exposure", .least_width = 15, .tight_width = 10, .keep = 1, .named = true, .text = column_exposure_text,
		.compare = compare_exposure,
		.help = "by which addresses a listener, or a UDP socket without a peer, is reached, whatever firewalls do; the widest first",
	},
	[COLUMN_COMMAND] = {
		.id = "command", .title = "Command", .least_width = 12, .keep = 1, .named = true, .needs = NEED_PROCESS,
		.text = column_command_text, .compare = compare_command,
		.help = "command line, its first 4 KiB, of the first process that holds the socket; in parentheses, that held it",
	},
	[COLUMN_OWNERS] = {
		.id = "owners", .title = "PID/Program", .least_width = 15, .tight_width = 11, .keep = 8, .keeps_end = true,
		.text = column_owners_text, .compare = compare_owners,
		.help = "processes that hold the socket; in parentheses those that held it",
	},
};

/* The least of the views that has it. */
static enum column_view first_view(const struct column *column)
{
	return column->extended ? VIEW_EXTENDED : column->live ? VIEW_LIVE : VIEW_LIST;
}

size_t columns_select(enum column_view view, const struct column *shown[COLUMN_COUNT])
{
	size_t count = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!columns[i].named && first_view(&columns[i]) <= view)
			shown[count++] = &columns[i];
	}
	return count;
}
