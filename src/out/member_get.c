/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/member_get.h"

#include "base/buf.h"
#include "base/clock.h"
#include "model/cgroup.h"
#include "model/column.h"
#include "model/exposure.h"
#include "model/names.h"
#include "model/process.h"
#include "model/proto.h"
#include "model/table.h"
#include "model/unix_name.h"
#include "model/whose.h"

static const struct value unknown = { .kind = VALUE_UNKNOWN };

static struct value number(uint64_t value)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = value };
}

static struct value number_if(bool known, uint64_t value)
{
	return known ? number(value) : unknown;
}

static struct value boolean(bool value)
{
	return (struct value){ .kind = VALUE_BOOL, .number = value };
}

static struct value word(const char *text)
{
	return (struct value){ .kind = VALUE_WORD, .text = text };
}

/* NULL: it is not known. */
static struct value text(const char *text)
{
	return (struct value){ .kind = text != NULL ? VALUE_TEXT : VALUE_UNKNOWN, .text = text };
}

/* What the kernel told besides; nothing, if it was not asked. */
static const struct sock_info *info_of(const struct member_place *place)
{
	static const struct sock_info nothing = { .have = 0 };

	return place->row->info != NULL ? place->row->info : &nothing;
}

struct value member_time(const struct member_place *place)
{
	const char *time = place->context->time;

	return time != NULL ? word(time) : unknown;
}

struct value member_proto(const struct member_place *place)
{
	return word(proto_entries[place->row->sock.proto].member);
}

struct value member_type(const struct member_place *place)
{
	const char *type = proto_entries[place->row->sock.proto].type;

	return type != NULL ? word(type) : unknown;
}

struct value member_family(const struct member_place *place)
{
	return word(sock_family_name(place->row->sock.family));
}

struct value member_state(const struct member_place *place)
{
	const char *name = state_name(place->row->sock.state);

	if (name == NULL)
		state_format(place->scratch, place->row->sock.state);
	return word(name != NULL ? name : buf_str(place->scratch));
}

static const uint8_t *address_at(const struct sock *sock, unsigned end)
{
	return end == MEMBER_LOCAL ? sock->local : sock->foreign;
}

struct value member_address(const struct member_place *place)
{
	const struct sock *sock = &place->row->sock;

	if (!family_is_inet(sock->family))
		return unknown;
	address_format(place->scratch, sock->family, address_at(sock, place->of));
	return word(buf_str(place->scratch));
}

/* Those of vsock have 32 bits. */
struct value member_port(const struct member_place *place)
{
	const struct sock *sock = &place->row->sock;
	uint32_t port = place->of == MEMBER_LOCAL ? sock->local_port : sock->foreign_port;

	if (sock->family == FAMILY_VSOCK)
		port = sock_end_get(address_at(sock, place->of)).second;
	return number_if(sock_has_ports(sock) || (sock->family == FAMILY_VSOCK && port != UINT32_MAX), port);
}

struct value member_cid(const struct member_place *place)
{
	uint32_t cid = sock_end_get(address_at(&place->row->sock, place->of)).first;

	return number_if(cid != UINT32_MAX, cid);
}

struct value member_end_first(const struct member_place *place)
{
	return number(sock_end_get(address_at(&place->row->sock, place->of)).first);
}

struct value member_number(const struct member_place *place)
{
	return number(place->row->sock.number);
}

/* The name of the unix socket at that end, if it is of that kind. */
static struct value unix_name(const struct member_place *place, bool abstract)
{
	const struct row *row = place->row;

	if (place->of == MEMBER_REMOTE)
		row = place->context->table != NULL ? table_peer(place->context->table, &row->sock) : NULL;
	if (row == NULL || !unix_name_has(row->info) || row->info->is_abstract != abstract)
		return unknown;
	buf_add(place->scratch, row->info->name, row->info->name_length);
	return (struct value){ .kind = VALUE_BYTES, .text = buf_str(place->scratch), .length = place->scratch->length };
}

struct value member_path_name(const struct member_place *place)
{
	return unix_name(place, false);
}

struct value member_abstract(const struct member_place *place)
{
	return unix_name(place, true);
}

struct value member_file(const struct member_place *place)
{
	const struct sock_info *info = info_of(place);

	return info->have & INFO_FILE ? word(file_name(info->file)) : unknown;
}

struct value member_token(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_TOKEN, info_of(place)->token);
}

struct value member_host(const struct member_place *place)
{
	const struct sock *sock = &place->row->sock;
	const struct names *names = place->context->names;

	return text(names->resolve && family_is_inet(sock->family) ? name_get(&names->of[NAME_HOST], name_address(sock->family, address_at(sock, place->of))) : NULL);
}

struct value member_device(const struct member_place *place)
{
	uint32_t ifindex = place->row->sock.ifindex;
	const struct name_key key = name_device(place->row->sock.netns, ifindex);
	const char *name = ifindex != 0 ? name_get(&place->context->names->of[NAME_DEVICE], key) : NULL;

	if (ifindex != 0 && name == NULL)
		buf_uint(place->scratch, ifindex);
	return ifindex != 0 && name == NULL ? word(buf_str(place->scratch)) : text(name);
}

struct value member_recv_queue(const struct member_place *place)
{
	return number_if(place->row->sock.have & HAVE_QUEUES, place->row->sock.recv_queue);
}

struct value member_send_queue(const struct member_place *place)
{
	return number_if(place->row->sock.have & HAVE_QUEUES, place->row->sock.send_queue);
}

struct value member_uid(const struct member_place *place)
{
	return number_if(place->row->sock.have & HAVE_UID, place->row->sock.uid);
}

struct value member_user(const struct member_place *place)
{
	const struct sock *sock = &place->row->sock;

	return text(sock->have & HAVE_UID ? name_get(&place->context->names->of[NAME_USER], name_number(sock->uid)) : NULL);
}

struct value member_inode(const struct member_place *place)
{
	return number(place->row->sock.inode);
}

struct value member_cookie(const struct member_place *place)
{
	return number_if(place->row->sock.have & HAVE_COOKIE, place->row->sock.cookie);
}

struct value member_netns(const struct member_place *place)
{
	uint32_t inode = names_netns(place->context->names, place->row->sock.netns);

	return number_if(inode != 0, inode);
}

struct value member_netns_name(const struct member_place *place)
{
	const struct names *names = place->context->names;
	uint32_t netns = place->row->sock.netns;

	return text(names_netns(names, netns) != 0 ? name_get(&names->of[NAME_NETNS], name_number(netns)) : NULL);
}

bool member_has_timer(const struct row *row)
{
	return (row->sock.have & HAVE_TIMER) != 0;
}

struct value member_timer_kind(const struct member_place *place)
{
	return word(timer_name(place->row->sock.timer));
}

struct value member_timer_ms(const struct member_place *place)
{
	return number_if(place->row->sock.timer != TIMER_OFF, place->row->sock.timer_ms);
}

struct value member_timer_retrans(const struct member_place *place)
{
	return number(place->row->sock.retrans);
}

struct value member_flag(const struct member_place *place)
{
	struct sock_flags flags = place->row->sock.flags;

	return flags.known & place->of ? boolean(flags.set & place->of) : unknown;
}

/* None where a descriptor is somewhere: then nobody knows whose. */
bool member_has_known_owners(const struct row *row)
{
	return row->owner_count > 0 || row->sock.inode == 0;
}

uint32_t member_count_owners(const struct row *row)
{
	return row->owner_count;
}

struct value member_pid(const struct member_place *place)
{
	return number((uint64_t)row_owner(place->row, place->at)->pid);
}

struct value member_fd(const struct member_place *place)
{
	return number((uint64_t)row_owner(place->row, place->at)->fd);
}

struct value member_comm(const struct member_place *place)
{
	return text(row_owner(place->row, place->at)->comm);
}

struct value member_former(const struct member_place *place)
{
	return boolean(place->row->owners_former);
}

struct value member_age(const struct member_place *place)
{
	uint64_t now_ns = place->context->now_ns, first_ns = place->row->first_ns;

	return number(now_ns > first_ns ? (now_ns - first_ns) / NS_PER_MS : 0);
}

struct value member_rtt(const struct member_place *place)
{
	const struct sock_info *info = info_of(place);

	return number_if((info->have & INFO_TCP) && info->rtt_us > 0, info->rtt_us);
}

struct value member_window(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_TCP, info_of(place)->congestion_window);
}

struct value member_retrans(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_TCP, info_of(place)->retransmitted);
}

struct value member_bytes_in(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_BYTES, info_of(place)->received_bytes);
}

struct value member_bytes_out(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_BYTES, info_of(place)->acked_bytes);
}

struct value member_in_rate(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_RATES, info_of(place)->in_rate);
}

struct value member_out_rate(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_RATES, info_of(place)->out_rate);
}

struct value member_congestion(const struct member_place *place)
{
	const struct sock_info *info = info_of(place);

	return text((info->have & INFO_CONGESTION) && info->congestion[0] != '\0' ? info->congestion : NULL);
}

struct value member_memory(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_MEMORY, info_of(place)->memory_bytes);
}

struct value member_drops(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_DROPS, info_of(place)->drops);
}

struct value member_unit(const struct member_place *place)
{
	const struct cgroup *cgroup = whose_unit(place->row);

	return text(cgroup != NULL ? cgroup->unit : NULL);
}

bool member_has_container(const struct row *row)
{
	return whose_container(row) != NULL;
}

struct value member_container_id(const struct member_place *place)
{
	return text(whose_container(place->row)->container);
}

struct value member_container_name(const struct member_place *place)
{
	return text(whose_container(place->row)->name);
}

struct value member_container_runtime(const struct member_place *place)
{
	const char *runtime = whose_container(place->row)->runtime;

	return runtime != NULL ? word(runtime) : unknown;
}

struct value member_container_pod(const struct member_place *place)
{
	return text(whose_container(place->row)->pod);
}

bool member_has_cgroup(const struct row *row)
{
	return whose_cgroup(row) != NULL;
}

struct value member_cgroup_path(const struct member_place *place)
{
	return text(whose_cgroup(place->row)->path);
}

struct value member_cgroup_id(const struct member_place *place)
{
	return number_if(info_of(place)->have & INFO_CGROUP, info_of(place)->cgroup);
}

struct value member_cgroup_gone(const struct member_place *place)
{
	return boolean(whose_cgroup(place->row)->gone);
}

struct value member_cgroup_of(const struct member_place *place)
{
	return word(whose_own(place->row, whose_cgroup(place->row)) ? "socket" : "process");
}

struct value member_exposure_reach(const struct member_place *place)
{
	return word(exposure_reach_name(sock_exposure(&place->row->sock).reach));
}

struct value member_exposure_scope(const struct member_place *place)
{
	const char *scope = exposure_scope_name(sock_exposure(&place->row->sock).scope);

	return scope != NULL ? word(scope) : unknown;
}

struct value member_command(const struct member_place *place)
{
	const struct process *process = info_of(place)->process;
	bool has = process != NULL && process->command_line != NULL && process->command_line[0] != '\0';

	return text(has ? process->command_line : NULL);
}
