/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether conditions are so, of what is known of a row.
 */
#include <fnmatch.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "model/cgroup.h"
#include "model/column.h"
#include "model/exposure.h"
#include "model/filter_node.h"
#include "model/names.h"
#include "model/process.h"
#include "model/table.h"
#include "model/unix_name.h"
#include "model/whose.h"

static enum truth truth_of(bool so)
{
	return so ? TRUTH_TRUE : TRUTH_FALSE;
}

/* A set of things with small numbers. */
static enum truth judge_member(const struct filter_node *node, const struct filter_subject *subject, unsigned known, unsigned bit)
{
	return (subject->known & known) != 0 ? truth_of((node->set >> bit & 1) != 0) : TRUTH_UNKNOWN;
}

enum truth judge_proto(const struct filter_node *node, const struct filter_subject *subject)
{
	return judge_member(node, subject, KNOWN_CLASS, subject->row->sock.proto);
}

enum truth judge_family(const struct filter_node *node, const struct filter_subject *subject)
{
	return judge_member(node, subject, KNOWN_CLASS, subject->row->sock.family);
}

enum truth judge_state(const struct filter_node *node, const struct filter_subject *subject)
{
	unsigned state = subject->row->sock.state;

	return judge_member(node, subject, KNOWN_STATE, state < STATE_COUNT ? state : STATE_OTHERS);
}

enum truth judge_timer(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;

	if (!(sock->have & HAVE_TIMER) || sock->timer >= TIMER_COUNT)
		return TRUTH_UNKNOWN;
	return judge_member(node, subject, KNOWN_READING, sock->timer);
}

/* Addresses and ports: where none are given any is right. */

static bool has_port(const struct filter_node *node, uint16_t port)
{
	return node->ports == NULL || portset_has(node->ports, port);
}

static enum truth judge_ends(const struct filter_subject *subject, bool so)
{
	return (subject->known & KNOWN_ENDS) != 0 ? truth_of(so) : TRUTH_UNKNOWN;
}

/* No condition on ports is ever so of a socket that has none. */
static bool lacks_ports(const struct filter_subject *subject)
{
	return (subject->known & KNOWN_CLASS) != 0 && !sock_has_ports(&subject->row->sock);
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned rest = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

/* As inet_diag_bc_run (net/ipv4/inet_diag.c): what is said of IPv4 holds for addresses that are mapped into IPv6. */
static bool has_address(const struct filter_address *wanted, unsigned family, const uint8_t address[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!wanted->given || wanted->family == family)
		return !wanted->given || same_bits(wanted->bytes, address, wanted->bits);
	return memcmp(address, mapped, sizeof(mapped)) == 0 && same_bits(wanted->bytes, address + sizeof(mapped), wanted->bits);
}

static enum truth judge_host(const struct filter_node *node, const struct filter_subject *subject, const uint8_t address[16],
			     uint16_t port)
{
	const struct filter_address *wanted = &node->address;
	unsigned family = subject->row->sock.family;
	bool strict = wanted->family_only || (wanted->given && wanted->family == FAMILY_INET6);

	if ((strict || node->ports != NULL || wanted->given) && !(subject->known & KNOWN_CLASS))
		return TRUTH_UNKNOWN;
	if ((strict && wanted->family != family) || (node->ports != NULL && lacks_ports(subject)) ||
	    (wanted->given && !family_is_inet(family)))
		return TRUTH_FALSE;
	return judge_ends(subject, has_port(node, port) && has_address(wanted, family, address));
}

static bool has_name(const struct filter_node *node, const struct sock_info *info)
{
	struct buf name = BUF_INIT;

	unix_name_text(&name, info);
	bool so = unix_name_has(info) && fnmatch(node->text, buf_str(&name), 0) == 0;
	buf_fini(&name);
	return so;
}

/* The name of a unix socket, as a pattern of the shell; or that of the one at the other end. */
static enum truth judge_name(const struct filter_node *node, const struct filter_subject *subject, bool of_peer)
{
	const struct row *row = subject->row;

	if (!(subject->known & KNOWN_CLASS))
		return TRUTH_UNKNOWN;
	if (row->sock.family != FAMILY_UNIX)
		return TRUTH_FALSE;
	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	if (of_peer && sock_peer(&row->sock) == 0)
		return TRUTH_FALSE;
	if (of_peer)
		row = subject->context->table != NULL ? table_peer(subject->context->table, &row->sock) : NULL;
	return row != NULL ? truth_of(has_name(node, row->info)) : TRUTH_UNKNOWN;
}

enum truth judge_src(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;

	if (node->text != NULL)
		return judge_name(node, subject, false);
	return judge_host(node, subject, sock->local, sock->local_port);
}

enum truth judge_dst(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;

	if (node->text != NULL)
		return judge_name(node, subject, true);
	return judge_host(node, subject, sock->foreign, sock->foreign_port);
}

enum truth judge_port(const struct filter_node *node, const struct filter_subject *subject)
{
	enum truth local = judge_src(node, subject);

	return local == TRUTH_TRUE ? local : judge_dst(node, subject);
}

/* Whether the kernel chose a port it does not tell; that it is one of those that it chooses from is what ss(8) says, too. */
enum truth judge_autobound(const struct filter_node *node, const struct filter_subject *subject)
{
	return judge_src(node, subject);
}

/* Numbers. */

static bool compares(const struct filter_node *node, uint64_t number)
{
	const bool results[OP_COUNT] = {
		[OP_EQUAL] = number == node->number,   [OP_LESS] = number < node->number, [OP_AT_MOST] = number <= node->number,
		[OP_MORE] = number > node->number, [OP_AT_LEAST] = number >= node->number,
	};

	return results[node->op];
}

enum truth judge_number(const struct filter_node *node, const struct filter_subject *subject)
{
	uint64_t number;

	if (!(subject->known & KNOWN_READING) || !filter_fields[node->field].number(subject->row, &number))
		return TRUTH_UNKNOWN;
	return truth_of(compares(node, number));
}

/* A socket that was there before this program looked is at least as old as it was seen, and nobody knows how much older. */
enum truth judge_age(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct row *row = subject->row;

	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	uint64_t now_ns = subject->context->now_ns, seen_ns = now_ns > row->first_ns ? now_ns - row->first_ns : 0;
	bool so = compares(node, seen_ns), will_be = compares(node, UINT64_MAX);
	return row->opened || so == will_be ? truth_of(so) : TRUTH_UNKNOWN;
}

enum truth judge_fwmark(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock_info *info = subject->row->info;

	if (!(subject->known & KNOWN_READING) || info == NULL || !(info->have & INFO_MARK))
		return TRUTH_UNKNOWN;
	return truth_of((info->mark & node->mask) == node->number);
}

enum truth judge_cgroup(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock_info *info = subject->row->info;

	if (!(subject->known & KNOWN_READING) || info == NULL || !(info->have & INFO_CGROUP))
		return TRUTH_UNKNOWN;
	return truth_of(info->cgroup == node->number);
}

enum truth judge_exposure(const struct filter_node *node, const struct filter_subject *subject)
{
	const unsigned needed = KNOWN_CLASS | KNOWN_STATE | KNOWN_ENDS;

	if ((subject->known & needed) != needed)
		return TRUTH_UNKNOWN;
	return truth_of((node->set >> sock_exposure(&subject->row->sock).reach & 1) != 0);
}

enum truth judge_flags(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;
	uint32_t known = sock->flags.known | (sock->family == FAMILY_INET ? FLAG_V6ONLY : 0);

	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	if ((node->set & known & ~(uint32_t)sock->flags.set) != 0)
		return TRUTH_FALSE;
	return (node->set & ~known) != 0 ? TRUTH_UNKNOWN : TRUTH_TRUE;
}

/* Texts. */

static enum truth says(const struct filter_node *node, const char *text)
{
	return truth_of(node->regex != NULL ? regexec(node->regex, text, 0, NULL, 0) == 0 : strcmp(node->text, text) == 0);
}

/* What has a number and may have a name. */
static enum truth judge_named(const struct filter_node *node, const struct filter_subject *subject, enum name_kind kind,
			      struct name_key key)
{
	if (node->numeric)
		return truth_of(node->number == key.low);
	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	const struct name_cache *cache = &subject->context->names->of[kind];
	const char *name = name_get(cache, key);
	if (name == NULL)
		return name_is_sure(cache, key) ? TRUTH_FALSE : TRUTH_UNKNOWN;
	return says(node, name);
}

enum truth judge_user(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;

	if (!(subject->known & KNOWN_READING) || !(sock->have & HAVE_UID))
		return TRUTH_UNKNOWN;
	return judge_named(node, subject, NAME_USER, name_number(sock->uid));
}

enum truth judge_dev(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock *sock = &subject->row->sock;
	uint32_t index = sock->ifindex;

	if (!(subject->known & KNOWN_ENDS))
		return TRUTH_UNKNOWN;
	return index != 0 || node->numeric ? judge_named(node, subject, NAME_DEVICE, name_device(sock->netns, index)) : TRUTH_FALSE;
}

/* Where no others are looked at nobody has asked which one it is. */
enum truth judge_netns(const struct filter_node *node, const struct filter_subject *subject)
{
	uint32_t netns = subject->row->sock.netns;

	if (!(subject->known & KNOWN_READING) || names_netns(subject->context->names, netns) == 0)
		return TRUTH_UNKNOWN;
	if (node->numeric)
		return truth_of(node->number == names_netns(subject->context->names, netns));
	return judge_named(node, subject, NAME_NETNS, name_number(netns));
}

enum truth judge_cong(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct sock_info *info = subject->row->info;

	if (!(subject->known & KNOWN_READING) || info == NULL || !(info->have & INFO_CONGESTION))
		return TRUTH_UNKNOWN;
	return says(node, info->congestion);
}

/* Owners.  Those that held the socket count as far as they are remembered, as the column shows them, too. */

/* Of a row without any: a socket that no descriptor refers to has none. */
static enum truth judge_nobody(const struct filter_subject *subject)
{
	return (subject->known & KNOWN_READING) != 0 && subject->row->sock.inode == 0 ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

enum truth judge_pid(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct row *row = subject->row;

	for (uint32_t i = 0; i < row->owner_count; i++) {
		if ((uint64_t)row_owner(row, i)->pid == node->number)
			return TRUTH_TRUE;
	}
	return row->owner_count > 0 ? TRUTH_FALSE : judge_nobody(subject);
}

enum truth judge_comm(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct row *row = subject->row;

	for (uint32_t i = 0; i < row->owner_count; i++) {
		if (says(node, row_owner(row, i)->comm) == TRUTH_TRUE)
			return TRUTH_TRUE;
	}
	return row->owner_count > 0 ? TRUTH_FALSE : judge_nobody(subject);
}

static const struct process *process_of(const struct row *row)
{
	return row->info != NULL ? row->info->process : NULL;
}

enum truth judge_command(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct process *process = process_of(subject->row);
	struct buf text = BUF_INIT;

	if (process == NULL)
		return judge_nobody(subject);
	process_format_command(&text, process);
	enum truth result = says(node, buf_str(&text));
	buf_fini(&text);
	return result;
}

/* Of a row of which neither cgroup says what is asked for: whether that will stay so. */
static enum truth judge_unsaid(const struct filter_subject *subject)
{
	const struct row *row = subject->row;
	const struct cgroup *own = row->info != NULL ? row->info->group : NULL;
	bool settled = (subject->known & KNOWN_OWNERS) != 0 || row->owners_sought || row->sock.inode == 0;

	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	if (process_of(row) != NULL || (own != NULL && own->path != NULL && settled))
		return TRUTH_FALSE;
	return TRUTH_UNKNOWN;
}

enum truth judge_unit(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct cgroup *cgroup = whose_unit(subject->row);

	return cgroup != NULL ? says(node, cgroup->unit) : judge_unsaid(subject);
}

/* Its whole id, and what the column says. */
enum truth judge_container(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct cgroup *cgroup = whose_container(subject->row);
	struct buf text = BUF_INIT;

	if (cgroup == NULL)
		return judge_unsaid(subject);
	cgroup_format_container(&text, cgroup);
	enum truth result = says(node, text.data);
	buf_fini(&text);
	return result == TRUTH_TRUE || cgroup->container == NULL ? result : says(node, cgroup->container);
}

enum truth judge_owner(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct row *row = subject->row;
	uint32_t bits = 0;

	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	if (row->sock.inode == 0)
		bits = 1u << OWNER_NONE | (row->owner_count > 0 ? 1u << OWNER_FORMER : 0);
	else if (row->owner_count > 0 && !row->owners_former)
		bits = 1u << OWNER_KNOWN;
	else if (row->owners_sought)
		bits = 1u << OWNER_HIDDEN;
	else if ((node->set & ~(1u << OWNER_NONE | 1u << OWNER_FORMER)) != 0)
		return TRUTH_UNKNOWN;
	return truth_of((node->set & bits) != 0);
}

/* What will still be known may have the word in it. */
enum truth judge_word(const struct filter_node *node, const struct filter_subject *subject)
{
	const struct row *row = subject->row;
	bool has_owners = (subject->known & KNOWN_OWNERS) != 0 || row->owners_sought || row->sock.inode == 0;

	if (!(subject->known & KNOWN_READING))
		return TRUTH_UNKNOWN;
	if (filter_finds(node->text, row, subject->context))
		return TRUTH_TRUE;
	return has_owners && (subject->known & KNOWN_NAMES) != 0 ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static enum truth least(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static enum truth most(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

enum truth filter_judge_node(const struct filter *filter, size_t at, const struct filter_subject *subject)
{
	const struct filter_node *node = &filter->nodes[at];

	if (node->kind == FILTER_CONDITION)
		return filter_fields[node->field].judge(node, subject);
	enum truth left = filter_judge_node(filter, node->left, subject);
	if (node->kind == FILTER_NOT)
		return TRUTH_TRUE - left;
	if (left == (node->kind == FILTER_AND ? TRUTH_FALSE : TRUTH_TRUE))
		return left;
	enum truth right = filter_judge_node(filter, node->right, subject);
	return node->kind == FILTER_AND ? least(left, right) : most(left, right);
}

enum truth filter_judge(const struct filter *filter, const struct row *row, const struct column_context *context, unsigned known)
{
	const struct filter_subject subject = { row, context, known };

	return filter->count > 0 ? filter_judge_node(filter, filter->count - 1, &subject) : TRUTH_TRUE;
}

bool filter_match(const struct filter *filter, const struct row *row, const struct column_context *context)
{
	return filter_judge(filter, row, context, KNOWN_ALL) == TRUTH_TRUE;
}

bool filter_admits(const struct filter *filter, const struct sock *sock, unsigned known)
{
	if (filter == NULL)
		return true;
	const struct row row = { .sock = *sock };
	return filter_judge(filter, &row, NULL, known & (KNOWN_CLASS | KNOWN_STATE | KNOWN_ENDS)) != TRUTH_FALSE;
}
