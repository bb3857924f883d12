/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/compare.h"

#include <string.h>

#include "model/cgroup.h"
#include "model/exposure.h"
#include "model/process.h"
#include "model/table.h"
#include "model/unix_name.h"
#include "model/whose.h"

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The first of the results that is not 0. */
static int first(const int *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (results[i] != 0)
			return results[i];
	}
	return 0;
}

#define FIRST(...) first((const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

/* Who waits for peers comes first, then who has the port without one, then connections. */
static unsigned rank(unsigned state)
{
	switch (state) {
	case STATE_LISTEN:
		return 0;
	case STATE_UNCONN:
	case STATE_BOUND:
		return 1;
	default:
		return 2;
	}
}

int compare_cookie(const struct row *a, const struct row *b)
{
	return order(a->sock.cookie, b->sock.cookie);
}

int compare_usual(const struct row *left, const struct row *right)
{
	const struct sock *a = &left->sock, *b = &right->sock;
	const unsigned ranks[] = { rank(a->state), rank(b->state) };

	if (family_is_inet(a->family) != family_is_inet(b->family))
		return family_is_inet(a->family) ? -1 : 1;
	if (ranks[0] != ranks[1])
		return order(ranks[0], ranks[1]);
	if (a->local_port != b->local_port)
		return order(a->local_port, b->local_port);
	return FIRST(order(a->proto, b->proto), order(a->family, b->family), unix_name_compare(left->info, right->info),
		     order(a->number, b->number), memcmp(a->local, b->local, sizeof(a->local)),
		     order(a->foreign_port, b->foreign_port), memcmp(a->foreign, b->foreign, sizeof(a->foreign)),
		     order(a->netns, b->netns), compare_cookie(left, right));
}

/* So many bytes of an address as a number, which has the order of memcmp. */
static uint64_t read_bytes(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* What compare_usual looks at first; of others than have ports it looks at more before it comes to their ends. */
static uint64_t first_key(const struct sock *sock)
{
	uint64_t class = (uint64_t)rank(sock->state) << 28 | (uint64_t)sock->local_port << 12 | (uint64_t)sock->proto << 6;
	uint64_t others = family_is_inet(sock->family) ? 0 : UINT64_C(1) << 62;

	return others | (class | sock->family) << 32 | (sock_has_ports(sock) ? read_bytes(sock->local, 4) : 0);
}

_Static_assert((int)PROTO_COUNT <= 1 << 6 && (int)FAMILY_COUNT <= 1 << 6, "a protocol and a family have six bits each");

/* An address of IPv4 has nothing behind the four bytes that the first key has of it. */
uint64_t compare_usual_key(const struct row *row, unsigned level)
{
	const struct sock *sock = &row->sock;
	bool inet6 = sock->family == FAMILY_INET6;
	uint64_t port = sock->foreign_port;

	if (level == 0)
		return first_key(sock);
	if (!sock_has_ports(sock) || !family_is_inet(sock->family))
		return 0;
	switch (level) {
	case 1:
		return inet6 ? read_bytes(sock->local + 4, 8) : port << 32 | read_bytes(sock->foreign, 4);
	case 2:
		return inet6 ? read_bytes(sock->local + 12, 4) << 32 | port << 16 | read_bytes(sock->foreign, 2) : 0;
	default:
		return 0;
	}
}

int compare_proto(const struct row *a, const struct row *b)
{
	return FIRST(order(a->sock.proto, b->sock.proto), order(a->sock.family, b->sock.family), compare_usual(a, b));
}

/* A number of which it is known, or not, whether it means something. */
static int compare_known(const struct row *a, const struct row *b, uint32_t have, const uint32_t values[2])
{
	bool a_known = (a->sock.have & have) != 0, b_known = (b->sock.have & have) != 0;

	if (a_known != b_known)
		return a_known ? -1 : 1;
	return a_known && values[0] != values[1] ? order(values[0], values[1]) : compare_usual(a, b);
}

int compare_recv_queue(const struct row *a, const struct row *b)
{
	return compare_known(a, b, HAVE_QUEUES, (const uint32_t[]){ a->sock.recv_queue, b->sock.recv_queue });
}

int compare_send_queue(const struct row *a, const struct row *b)
{
	return compare_known(a, b, HAVE_QUEUES, (const uint32_t[]){ a->sock.send_queue, b->sock.send_queue });
}

int compare_user(const struct row *a, const struct row *b)
{
	return compare_known(a, b, HAVE_UID, (const uint32_t[]){ a->sock.uid, b->sock.uid });
}

int compare_local(const struct row *a, const struct row *b)
{
	return FIRST(order(a->sock.family, b->sock.family), unix_name_compare(a->info, b->info),
		     memcmp(a->sock.local, b->sock.local, sizeof(a->sock.local)),
		     order(a->sock.local_port, b->sock.local_port), compare_usual(a, b));
}

int compare_foreign(const struct row *a, const struct row *b)
{
	return FIRST(order(a->sock.family, b->sock.family),
		     memcmp(a->sock.foreign, b->sock.foreign, sizeof(a->sock.foreign)),
		     order(a->sock.foreign_port, b->sock.foreign_port), compare_usual(a, b));
}

/* By the numbers of the states, but listeners first. */
int compare_state(const struct row *a, const struct row *b)
{
	return FIRST(order(rank(a->sock.state), rank(b->sock.state)), order(a->sock.state, b->sock.state),
		     compare_usual(a, b));
}

/* The one that fires next is first; one that is off never does. */
static uint64_t fires_ms(const struct sock *sock)
{
	return (sock->have & HAVE_TIMER) != 0 && sock->timer != TIMER_OFF ? sock->timer_ms : UINT64_MAX;
}

int compare_timer(const struct row *a, const struct row *b)
{
	return FIRST(order(fires_ms(&a->sock), fires_ms(&b->sock)), compare_usual(a, b));
}

int compare_flags(const struct row *a, const struct row *b)
{
	bool a_known = flags_decide(a->sock.flags, a->sock.family), b_known = flags_decide(b->sock.flags, b->sock.family);

	return FIRST(order(b_known, a_known), order(a->sock.flags.set, b->sock.flags.set), compare_usual(a, b));
}

int compare_inode(const struct row *a, const struct row *b)
{
	return FIRST(order(a->sock.inode, b->sock.inode), compare_usual(a, b));
}

static uint64_t first_pid(const struct row *row)
{
	return row->owner_count > 0 ? (uint64_t)row_owner(row, 0)->pid : UINT64_MAX;
}

int compare_owners(const struct row *a, const struct row *b)
{
	return FIRST(order(first_pid(a), first_pid(b)), compare_usual(a, b));
}

/* The youngest first: who came last is who one looks for. */
int compare_age(const struct row *a, const struct row *b)
{
	return FIRST(order(b->first_ns, a->first_ns), compare_usual(a, b));
}

/* The own one first. */
int compare_netns(const struct row *a, const struct row *b)
{
	return FIRST(order(a->sock.netns, b->sock.netns), compare_usual(a, b));
}

/* Those that are bound to none come last: 0 less 1 is the largest number. */
int compare_device(const struct row *a, const struct row *b)
{
	return FIRST(order((uint64_t)a->sock.ifindex - 1, (uint64_t)b->sock.ifindex - 1), compare_usual(a, b));
}

/*
 * By how full it is.  It takes one more than its limit (sk_acceptq_is_full: ">"), so that a limit of 0 needs no rule of its
 * own.
 */
int compare_backlog(const struct row *a, const struct row *b)
{
	bool has_a = sock_has_backlog(&a->sock), has_b = sock_has_backlog(&b->sock);

	if (!has_a || !has_b)
		return FIRST(order(has_b, has_a), compare_usual(a, b));
	return FIRST(order(b->sock.recv_queue * (a->sock.send_queue + UINT64_C(1)),
			   a->sock.recv_queue * (b->sock.send_queue + UINT64_C(1))),
		     compare_usual(a, b));
}

static bool knows(const struct row *row, enum info_have have)
{
	return row->info != NULL && (row->info->have & have) != 0;
}

/* What is known before what is not. */
static int compare_knowledge(const struct row *a, const struct row *b, enum info_have have)
{
	return order(knows(b, have), knows(a, have));
}

#define COMPARE_INFO(have, member) \
	(knows(a, have) && knows(b, have) ? FIRST(order(a->info->member, b->info->member), compare_usual(a, b)) \
					  : FIRST(compare_knowledge(a, b, have), compare_usual(a, b)))

#define COMPARE_LARGEST(have, member) \
	(knows(a, have) && knows(b, have) ? FIRST(order(b->info->member, a->info->member), compare_usual(a, b)) \
					  : FIRST(compare_knowledge(a, b, have), compare_usual(a, b)))

int compare_in_rate(const struct row *a, const struct row *b)
{
	return COMPARE_LARGEST(INFO_RATES, in_rate);
}

int compare_out_rate(const struct row *a, const struct row *b)
{
	return COMPARE_LARGEST(INFO_RATES, out_rate);
}

int compare_drops(const struct row *a, const struct row *b)
{
	return COMPARE_LARGEST(INFO_DROPS, drops);
}

int compare_rtt(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_TCP, rtt_us);
}

int compare_window(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_TCP, congestion_window);
}

int compare_retrans(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_TCP, retransmitted);
}

int compare_bytes_in(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_BYTES, received_bytes);
}

int compare_bytes_out(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_BYTES, acked_bytes);
}

int compare_file(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_FILE, file);
}

/* The connection before what it is made of. */
int compare_token(const struct row *a, const struct row *b)
{
	if (!knows(a, INFO_TOKEN) || !knows(b, INFO_TOKEN))
		return FIRST(compare_knowledge(a, b, INFO_TOKEN), compare_usual(a, b));
	return FIRST(order(a->info->token, b->info->token), order(b->sock.proto, a->sock.proto), compare_usual(a, b));
}

int compare_memory(const struct row *a, const struct row *b)
{
	return COMPARE_INFO(INFO_MEMORY, memory_bytes);
}

int compare_congestion(const struct row *a, const struct row *b)
{
	if (!knows(a, INFO_CONGESTION) || !knows(b, INFO_CONGESTION))
		return FIRST(compare_knowledge(a, b, INFO_CONGESTION), compare_usual(a, b));
	return FIRST(strcmp(a->info->congestion, b->info->congestion), compare_usual(a, b));
}

static const struct process *process_of(const struct row *row)
{
	return row->info != NULL ? row->info->process : NULL;
}

/* A text before none. */
static int compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return order(a == NULL, b == NULL);
	return strcmp(a, b);
}

static const char *command_of(const struct row *row)
{
	const struct process *process = process_of(row);

	return process == NULL ? NULL : process->command_line != NULL ? process->command_line : process->comm;
}

int compare_command(const struct row *a, const struct row *b)
{
	return FIRST(compare_text(command_of(a), command_of(b)), compare_usual(a, b));
}

int compare_unit(const struct row *a, const struct row *b)
{
	const struct cgroup *groups[] = { whose_unit(a), whose_unit(b) };

	return FIRST(compare_text(groups[0] != NULL ? groups[0]->unit : NULL, groups[1] != NULL ? groups[1]->unit : NULL),
		     compare_usual(a, b));
}

/* What has a name before what has none, by its name or its id. */
static int compare_containers(const struct cgroup *a, const struct cgroup *b)
{
	if (a == NULL || b == NULL)
		return order(a == NULL, b == NULL);
	return FIRST(compare_text(a->name, b->name), compare_text(a->container, b->container), compare_text(a->pod, b->pod));
}

int compare_container(const struct row *a, const struct row *b)
{
	return FIRST(compare_containers(whose_container(a), whose_container(b)), compare_usual(a, b));
}

int compare_cgroup(const struct row *a, const struct row *b)
{
	const struct cgroup *groups[] = { whose_cgroup(a), whose_cgroup(b) };

	return FIRST(compare_text(groups[0] != NULL ? groups[0]->path : NULL, groups[1] != NULL ? groups[1]->path : NULL),
		     order(groups[0] == NULL, groups[1] == NULL), compare_usual(a, b));
}

int compare_exposure(const struct row *a, const struct row *b)
{
	return FIRST(exposure_compare(sock_exposure(&b->sock), sock_exposure(&a->sock)), compare_usual(a, b));
}
