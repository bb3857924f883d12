/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each member says of a socket: member.c says which member is whose.
 */
#ifndef OUT_MEMBER_GET_H
#define OUT_MEMBER_GET_H

#include "out/member.h"

/* member.of for those that both ends have; for member_flag it is an enum sock_flag. */
enum member_end {
	MEMBER_LOCAL,
	MEMBER_REMOTE,
};

struct value member_time(const struct member_place *place);
struct value member_proto(const struct member_place *place);
struct value member_type(const struct member_place *place);
struct value member_family(const struct member_place *place);
struct value member_state(const struct member_place *place);
struct value member_address(const struct member_place *place);
struct value member_port(const struct member_place *place);
struct value member_path_name(const struct member_place *place);
struct value member_abstract(const struct member_place *place);
struct value member_file(const struct member_place *place);
struct value member_cid(const struct member_place *place);
struct value member_end_first(const struct member_place *place);
struct value member_number(const struct member_place *place);
struct value member_token(const struct member_place *place);
struct value member_host(const struct member_place *place);
struct value member_device(const struct member_place *place);
struct value member_recv_queue(const struct member_place *place);
struct value member_send_queue(const struct member_place *place);
struct value member_uid(const struct member_place *place);
struct value member_user(const struct member_place *place);
struct value member_inode(const struct member_place *place);
struct value member_cookie(const struct member_place *place);
struct value member_netns(const struct member_place *place);
struct value member_netns_name(const struct member_place *place);
struct value member_timer_kind(const struct member_place *place);
struct value member_timer_ms(const struct member_place *place);
struct value member_timer_retrans(const struct member_place *place);
struct value member_flag(const struct member_place *place);
struct value member_pid(const struct member_place *place);
struct value member_fd(const struct member_place *place);
struct value member_comm(const struct member_place *place);
struct value member_former(const struct member_place *place);
struct value member_age(const struct member_place *place);
struct value member_rtt(const struct member_place *place);
struct value member_window(const struct member_place *place);
struct value member_retrans(const struct member_place *place);
struct value member_bytes_in(const struct member_place *place);
struct value member_bytes_out(const struct member_place *place);
struct value member_in_rate(const struct member_place *place);
struct value member_out_rate(const struct member_place *place);
struct value member_congestion(const struct member_place *place);
struct value member_memory(const struct member_place *place);
struct value member_drops(const struct member_place *place);
struct value member_unit(const struct member_place *place);
struct value member_container_id(const struct member_place *place);
struct value member_container_name(const struct member_place *place);
struct value member_container_runtime(const struct member_place *place);
struct value member_container_pod(const struct member_place *place);
struct value member_cgroup_path(const struct member_place *place);
struct value member_cgroup_id(const struct member_place *place);
struct value member_cgroup_gone(const struct member_place *place);
struct value member_cgroup_of(const struct member_place *place);
struct value member_exposure_reach(const struct member_place *place);
struct value member_exposure_scope(const struct member_place *place);
struct value member_command(const struct member_place *place);

/* Of groups: whether they are known, and how many owners there are. */
bool member_has_timer(const struct row *row);
bool member_has_container(const struct row *row);
bool member_has_cgroup(const struct row *row);
bool member_has_known_owners(const struct row *row);
uint32_t member_count_owners(const struct row *row);

#endif
