/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/member.h"

#include <string.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/flags.h"
#include "model/names.h"
#include "model/sock.h"
#include "model/table.h"
#include "out/member_get.h"

static const struct member_group local_group = { .key = "\"local\":" };
static const struct member_group remote_group = { .key = "\"remote\":" };
static const struct member_group timer_group = { .key = "\"timer\":", .known = member_has_timer };
static const struct member_group options_group = { .key = "\"options\":" };
static const struct member_group container_group = { .key = "\"container\":", .known = member_has_container };
static const struct member_group cgroup_group = { .key = "\"cgroup\":", .known = member_has_cgroup };
static const struct member_group exposure_group = { .key = "\"exposure\":" };
static const struct member_group owners_group = { .key = "\"owners\":", .known = member_has_known_owners,
						  .count = member_count_owners };

#define ALONE(name) .path = #name, .key = "\"" #name "\":"
#define IN(group_, name) .path = #group_ "." #name, .key = "\"" #name "\":", .group = &group_##_group
#define ONLY(set) .protos = (set)
#define NUMBERED (UINT32_C(1) << PROTO_RAW | UINT32_C(1) << PROTO_ICMP | UINT32_C(1) << PROTO_NETLINK | PROTOS_PACKET)
#define NL (UINT32_C(1) << PROTO_NETLINK)
#define XDP (UINT32_C(1) << PROTO_XDP)
#define COLUMN(id) .columns = COLUMN_BIT(COLUMN_##id)
#define COLUMNS(id, other) .columns = (COLUMN_BIT(COLUMN_##id) | COLUMN_BIT(COLUMN_##other))

const struct member members[] = {
	{ ALONE(time), .use = MEMBER_TIMED, .get = member_time, .help = "when it was looked, as RFC 3339 in UTC" },
	{ ALONE(proto), COLUMN(PROTO), .get = member_proto, .help = "protocol: tcp, udp, udplite, mptcp, sctp, raw, icmp, unix, packet, netlink, vsock, xdp, tipc" },
	{ ALONE(family), COLUMN(PROTO), .get = member_family,
	  .help = "inet, inet6, unix, packet, netlink, vsock, xdp or tipc" },
	{ ALONE(type), COLUMN(PROTO), .get = member_type, ONLY(PROTOS_UNIX | PROTOS_PACKET | PROTOS_VSOCK),
	  .help = "of unix, packet and vsock: stream, dgram, seqpacket or raw" },
	{ ALONE(state), COLUMN(STATE), .get = member_state, .help = "state, as in the column" },
	{ IN(local, addr), COLUMN(LOCAL), .of = MEMBER_LOCAL, .get = member_address, .help = "local address; none where the family has none" },
	{ IN(local, port), COLUMN(LOCAL), .of = MEMBER_LOCAL, .get = member_port, .help = "local port, 0: none; null where the family has none" },
	{ IN(local, dev), COLUMNS(LOCAL, DEVICE), .get = member_device, .help = "device that the socket is bound to" },
	{ IN(local, name), COLUMN(LOCAL), .use = MEMBER_RESOLVED, .of = MEMBER_LOCAL, .get = member_host,
	  .help = "with -r, name of the local host" },
	{ IN(local, path), COLUMN(LOCAL), ONLY(PROTOS_UNIX), .of = MEMBER_LOCAL, .get = member_path_name,
	  .help = "of unix: the path that it is bound to" },
	{ IN(local, abstract), COLUMN(LOCAL), ONLY(PROTOS_UNIX), .of = MEMBER_LOCAL, .get = member_abstract,
	  .help = "of unix: the abstract name that it is bound to, without the NUL that it begins with" },
	{ IN(local, file), COLUMN(FILE), ONLY(PROTOS_UNIX), .use = MEMBER_SHOWN, .get = member_file,
	  .help = "of unix: what stands at that path: alive (its file), gone (nothing) or replaced (another one)" },
	{ IN(local, cid), COLUMN(LOCAL), ONLY(PROTOS_VSOCK), .of = MEMBER_LOCAL, .get = member_cid, .help = "of vsock: context id" },
	{ IN(local, netlink), COLUMN(LOCAL), ONLY(NL), .of = MEMBER_LOCAL, .get = member_end_first,
	  .help = "of netlink: port id, 0: the kernel's own" },
	{ IN(local, queue), COLUMN(LOCAL), ONLY(XDP), .of = MEMBER_LOCAL, .get = member_end_first, .help = "of XDP: queue" },
	{ IN(remote, addr), COLUMN(FOREIGN), .of = MEMBER_REMOTE, .get = member_address, .help = "address of the peer" },
	{ IN(remote, port), COLUMN(FOREIGN), .of = MEMBER_REMOTE, .get = member_port, .help = "port of the peer, 0: none; null where the family has none" },
	{ IN(remote, inode), COLUMN(FOREIGN), ONLY(PROTOS_UNIX), .of = MEMBER_REMOTE, .get = member_end_first,
	  .help = "of unix: inode of the socket at the other end, 0: none" },
	{ IN(remote, path), COLUMN(FOREIGN), ONLY(PROTOS_UNIX), .of = MEMBER_REMOTE, .get = member_path_name,
	  .help = "of unix: the path that it is bound to" },
	{ IN(remote, abstract), COLUMN(FOREIGN), ONLY(PROTOS_UNIX), .of = MEMBER_REMOTE, .get = member_abstract,
	  .help = "of unix: the abstract name that it is bound to" },
	{ IN(remote, cid), COLUMN(FOREIGN), ONLY(PROTOS_VSOCK), .of = MEMBER_REMOTE, .get = member_cid,
	  .help = "of vsock: context id of the peer" },
	{ IN(remote, netlink), COLUMN(FOREIGN), ONLY(NL), .of = MEMBER_REMOTE, .get = member_end_first,
	  .help = "of netlink: port id of the peer, 0: none" },
	{ IN(remote, name), COLUMN(FOREIGN), .use = MEMBER_RESOLVED, .of = MEMBER_REMOTE, .get = member_host,
	  .help = "with -r, name of the peer's host" },
	{ ALONE(protocol), COLUMN(LOCAL), ONLY(NUMBERED), .get = member_number,
	  .help = "IP protocol of raw, identifier of icmp, Ethernet protocol of packet, protocol of netlink sockets" },
	{ ALONE(recvq), COLUMNS(RECV_QUEUE, BACKLOG), .get = member_recv_queue,
	  .help = "bytes that wait to be read; for LISTEN, connections that wait for accept()" },
	{ ALONE(sendq), COLUMNS(SEND_QUEUE, BACKLOG), .get = member_send_queue,
	  .help = "bytes that the peer has not acknowledged; for LISTEN, how many connections may wait" },
	{ ALONE(uid), COLUMN(USER), .get = member_uid, .help = "user who owns the socket, as a number" },
	{ ALONE(user), COLUMN(USER), .get = member_user, .help = "the same by name" },
	{ ALONE(inode), COLUMN(INODE), .get = member_inode, .help = "inode; 0: no descriptor refers to the socket" },
	{ ALONE(cookie), COLUMN(COOKIE), .get = member_cookie, .help = "SO_COOKIE, the same for the whole life of the socket" },
	{ ALONE(netns), COLUMN(NETNS), .get = member_netns, .help = "with -N, inode of the network namespace" },
	{ ALONE(netns_name), COLUMN(NETNS), .get = member_netns_name,
	  .help = "what the column shows of it, but for the inode of one without a name" },
	{ IN(timer, kind), COLUMN(TIMER), .get = member_timer_kind,
	  .help = "off, on (retransmission), keepalive, timewait, persist or unknown" },
	{ IN(timer, ms), COLUMN(TIMER), .get = member_timer_ms, .help = "what is left of it, in milliseconds" },
	{ IN(timer, retrans), COLUMN(TIMER), .get = member_timer_retrans, .help = "tries so far" },
	{ IN(options, reuseaddr), COLUMN(FLAGS), .of = FLAG_REUSEADDR, .get = member_flag, .help = "SO_REUSEADDR" },
	{ IN(options, reuseport), COLUMN(FLAGS), .of = FLAG_REUSEPORT, .get = member_flag, .help = "SO_REUSEPORT" },
	{ IN(options, v6only), COLUMN(FLAGS), .of = FLAG_V6ONLY, .get = member_flag, .help = "IPV6_V6ONLY" },
	{ IN(options, freebind), COLUMN(FLAGS), .of = FLAG_FREEBIND, .get = member_flag, .help = "IP_FREEBIND" },
	{ IN(options, transparent), COLUMN(FLAGS), .of = FLAG_TRANSPARENT, .get = member_flag, .help = "IP_TRANSPARENT" },
	{ IN(options, bind_address_no_port), COLUMN(FLAGS), .of = FLAG_NO_PORT, .get = member_flag,
	  .help = "IP_BIND_ADDRESS_NO_PORT" },
	{ IN(owners, pid), COLUMN(OWNERS), .get = member_pid, .help = "process, of each descriptor that refers to the socket" },
	{ IN(owners, fd), COLUMN(OWNERS), .get = member_fd, .help = "number of the descriptor" },
	{ IN(owners, comm), COLUMN(OWNERS), .get = member_comm, .help = "name of the process" },
	{ ALONE(former_owners), COLUMN(OWNERS), .get = member_former, .help = "whether those held it once, and do no more" },
	{ ALONE(age_ms), COLUMN(AGE), .use = MEMBER_SHOWN, .get = member_age,
	  .help = "how long this program has seen the socket, in milliseconds" },
	{ ALONE(rtt_us), COLUMN(RTT), .use = MEMBER_SHOWN, .get = member_rtt,
	  .help = "round trip time of TCP, smoothed, in microseconds" },
	{ ALONE(cwnd), COLUMN(WINDOW), .use = MEMBER_SHOWN, .get = member_window,
	  .help = "congestion window of TCP, in segments" },
	{ ALONE(retrans), COLUMN(RETRANS), .use = MEMBER_SHOWN, .get = member_retrans,
	  .help = "segments that TCP had to send again" },
	{ ALONE(bytes_in), COLUMN(BYTES_IN), .use = MEMBER_SHOWN, .get = member_bytes_in, .help = "bytes received by TCP" },
	{ ALONE(bytes_out), COLUMN(BYTES_OUT), .use = MEMBER_SHOWN, .get = member_bytes_out,
	  .help = "bytes sent by TCP that the peer has acknowledged" },
	{ ALONE(in_rate), COLUMN(IN_RATE), .use = MEMBER_SHOWN, .get = member_in_rate,
	  .help = "bytes per second that TCP received since the look before" },
	{ ALONE(out_rate), COLUMN(OUT_RATE), .use = MEMBER_SHOWN, .get = member_out_rate,
	  .help = "bytes per second that the peer acknowledged since the look before" },
	{ ALONE(cong), COLUMN(CONGESTION), .use = MEMBER_SHOWN, .get = member_congestion,
	  .help = "congestion control algorithm of TCP" },
	{ ALONE(mem), COLUMN(MEMORY), .use = MEMBER_SHOWN, .get = member_memory,
	  .help = "bytes of kernel memory that what is queued takes" },
	{ ALONE(drops), COLUMN(DROPS), .use = MEMBER_SHOWN, .get = member_drops,
	  .help = "packets, or for LISTEN requests, that were thrown away" },
	{ ALONE(mptcp_token), COLUMN(TOKEN), .use = MEMBER_SHOWN, .get = member_token,
	  .help = "token of the MPTCP connection that it is, or carries a part of" },
	{ ALONE(unit), COLUMN(UNIT), .use = MEMBER_SHOWN, .get = member_unit,
	  .help = "systemd unit, or else the last part of the control group, of the socket, or else of its first process" },
	{ IN(container, id), COLUMN(CONTAINER), .use = MEMBER_SHOWN, .get = member_container_id,
	  .help = "id of the container, as its runtime knows it" },
	{ IN(container, name), COLUMN(CONTAINER), .use = MEMBER_SHOWN, .get = member_container_name,
	  .help = "name of the container; of Kubernetes NAMESPACE/POD/CONTAINER" },
	{ IN(container, runtime), COLUMN(CONTAINER), .use = MEMBER_SHOWN, .get = member_container_runtime,
	  .help = "docker, podman, containerd, cri-o, lxc or systemd-nspawn, where the control group tells" },
	{ IN(container, pod), COLUMN(CONTAINER), .use = MEMBER_SHOWN, .get = member_container_pod,
	  .help = "uid of the Kubernetes pod" },
	{ IN(cgroup, path), COLUMN(CGROUP), .use = MEMBER_SHOWN, .get = member_cgroup_path, .help = "control group" },
	{ IN(cgroup, id), COLUMN(CGROUP), .use = MEMBER_SHOWN, .get = member_cgroup_id,
	  .help = "the kernel's number of the socket's own control group" },
	{ IN(cgroup, gone), COLUMN(CGROUP), .use = MEMBER_SHOWN, .get = member_cgroup_gone,
	  .help = "whether it was removed meanwhile" },
	{ IN(cgroup, of), COLUMN(CGROUP), .use = MEMBER_SHOWN, .get = member_cgroup_of,
	  .help = "whose it is: socket, or process, which is the first one that holds it" },
	{ IN(exposure, reach), COLUMN(EXPOSURE), .use = MEMBER_SHOWN, .get = member_exposure_reach,
	  .help = "none, loopback, host, multicast, device or everywhere" },
	{ IN(exposure, scope), COLUMN(EXPOSURE), .use = MEMBER_SHOWN, .get = member_exposure_scope,
	  .help = "of host link, private or global, of device and everywhere ipv4, ipv6 or both" },
	{ ALONE(command), COLUMN(COMMAND), .use = MEMBER_SHOWN, .get = member_command,
	  .help = "command line of the first process, its first 4 KiB" },
	{ .path = NULL },
};

_Static_assert(sizeof(members) / sizeof(members[0]) - 1 <= MEMBERS_MAX, "MEMBERS_MAX is too small");

const char *member_path(size_t i)
{
	return members[i].path;
}

const struct member *member_named(const char *path)
{
	for (const struct member *member = members; member->path != NULL; member++) {
		if (strcmp(member->path, path) == 0)
			return member;
	}
	return NULL;
}

static bool is_known(const struct member_group *group, const struct row *row)
{
	return group == NULL || group->known == NULL || group->known(row);
}

/* Whether sockets of some of these protocols have it. */
static bool has(const struct member *member, uint32_t protos)
{
	return member->protos == 0 || (member->protos & protos) != 0;
}

uint32_t member_count(const struct member *member, const struct row *row)
{
	return member->group != NULL && member->group->count != NULL ? member->group->count(row) : 1;
}

struct value member_get(const struct member *member, const struct member_place *place)
{
	struct member_place own = *place;

	if (!is_known(member->group, place->row) || !has(member, UINT32_C(1) << place->row->sock.proto))
		return (struct value){ .kind = VALUE_UNKNOWN };
	own.of = member->of;
	buf_clear(own.scratch);
	return member->get(&own);
}

bool member_is_used(const struct member *member, const struct column_context *context, uint32_t protos)
{
	if (!has(member, protos))
		return false;
	switch (member->use) {
	case MEMBER_SHOWN:
		return (member->columns & context->shown) != 0;
	case MEMBER_RESOLVED:
		return context->names->resolve;
	case MEMBER_TIMED:
		return context->timed;
	default:
		return true;
	}
}

void value_add_bytes(struct buf *out, struct value value)
{
	for (const char *at = value.text, *end = at + value.length; at < end; at += strlen(at) + 1) {
		buf_puts(out, at);
		if (at + strlen(at) < end)
			buf_puts(out, "\\x00");
	}
}

void members_describe(struct buf *out)
{
	enum { WIDTH = 30 };

	for (const struct member *member = members; member->path != NULL; member++) {
		buf_puts(out, member->path);
		buf_fill(out, ' ', WIDTH - strlen(member->path));
		buf_printf(out, "%s\n", member->help);
	}
}
