/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_detail.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <string.h>

#include "kernel/diag_inet.h"
#include "kernel/nl.h"
#include "model/detail.h"
#include "model/rules.h"
#include "model/query.h"
#include "model/sock.h"

#define EXTENSION(attribute) (1u << ((attribute) - 1))

/* INET_DIAG_SHUTDOWN, _SOCKOPT and _MARK come unasked; _CLASS_ID with _TCLASS. */
#define EXTENSIONS                                                                                                             \
	(EXTENSION(INET_DIAG_INFO) | EXTENSION(INET_DIAG_CONG) | EXTENSION(INET_DIAG_TOS) | EXTENSION(INET_DIAG_TCLASS) |      \
	 EXTENSION(INET_DIAG_SKMEMINFO) | EXTENSION(INET_DIAG_SHUTDOWN))

_Static_assert((int)MEMORY_DROPS == SK_MEMINFO_DROPS && (int)MEMORY_QUEUED == SK_MEMINFO_WMEM_QUEUED,
	       "enum detail_memory is not the kernel's");

bool diag_detail_exists(const struct sock *sock)
{
	const uint32_t scanty = STATE_BIT(STATE_TIME_WAIT) | STATE_BIT(STATE_SYN_RECV) | STATE_BIT(STATE_BOUND);

	return rules_knows(sock) && sock->state < STATE_COUNT && (STATE_BIT(sock->state) & scanty) == 0 && sock->timer != TIMER_TIMEWAIT;
}

static struct nlmsghdr *dump_request(void *buffer, const struct sock *sock)
{
	struct query query;

	query_init(&query);
	query.states = STATE_BIT(sock->state);
	portset_add(&query.ports, sock->local_port, sock->local_port);
	return diag_inet_request(buffer, sock->proto, sock->family, &query);
}

struct nlmsghdr *diag_detail_request(void *buffer, const struct sock *sock)
{
	bool connection = sock->proto == PROTO_TCP && (STATE_BIT(sock->state) & STATES_LISTENING) == 0;
	struct nlmsghdr *header = connection ? diag_inet_one(buffer, sock) : dump_request(buffer, sock);

	if (header == NULL)
		return NULL;
	struct inet_diag_req_v2 *request = mnl_nlmsg_get_payload(header);
	request->idiag_ext = EXTENSIONS;
	return header;
}

/* The structure grew with the kernels, so it may be shorter or longer than the one known here (linux/tcp.h). */
static bool parse_tcp(const struct nlattr *attr, struct sock_detail *detail)
{
	size_t length = mnl_attr_get_payload_len(attr);

	detail->tcp_bytes = length < sizeof(detail->tcp) ? length : sizeof(detail->tcp);
	memcpy(&detail->tcp, mnl_attr_get_payload(attr), detail->tcp_bytes);
	return true;
}

static bool parse_memory(const struct nlattr *attr, struct sock_detail *detail)
{
	size_t count = mnl_attr_get_payload_len(attr) / sizeof(detail->memory[0]);

	if (mnl_attr_get_payload_len(attr) % sizeof(detail->memory[0]) != 0)
		return false;
	detail->memory_count = count < MEMORY_COUNT ? count : MEMORY_COUNT;
	memcpy(detail->memory, mnl_attr_get_payload(attr), detail->memory_count * sizeof(detail->memory[0]));
	return true;
}

/* This one may grow, too.  One that is too short has been counted by diag_inet_parse, which reads the rest of it. */
static bool parse_options(const struct nlattr *attr, struct sock_detail *detail)
{
	struct inet_diag_sockopt told;

	if (mnl_attr_get_payload_len(attr) < sizeof(told))
		return true;
	memcpy(&told, mnl_attr_get_payload(attr), sizeof(told));
	detail->options = (uint16_t)((told.recverr ? OPTION_RECVERR : 0) | (told.hdrincl ? OPTION_HDRINCL : 0) |
				     (told.recverr_rfc4884 ? OPTION_RECVERR_RFC4884 : 0) |
				     (told.nodefrag ? OPTION_NODEFRAG : 0) | (told.mc_loop ? OPTION_MULTICAST_LOOP : 0) |
				     (told.mc_all ? OPTION_MULTICAST_ALL : 0) | (told.defer_connect ? OPTION_DEFER_CONNECT : 0));
	detail->have |= DETAIL_OPTIONS;
	return true;
}

/* Attributes that are one number. */
static const struct {
	uint16_t type;
	enum mnl_attr_data_type data;
	enum detail_have have;
	size_t offset; /* of the member */
} numbers[] = {
	{ INET_DIAG_SHUTDOWN, MNL_TYPE_U8, DETAIL_SHUTDOWN, offsetof(struct sock_detail, shutdown) },
	{ INET_DIAG_TOS, MNL_TYPE_U8, DETAIL_TOS, offsetof(struct sock_detail, tos) },
	{ INET_DIAG_TCLASS, MNL_TYPE_U8, DETAIL_TCLASS, offsetof(struct sock_detail, tclass) },
	{ INET_DIAG_MARK, MNL_TYPE_U32, DETAIL_MARK, offsetof(struct sock_detail, mark) },
	{ INET_DIAG_CLASS_ID, MNL_TYPE_U32, DETAIL_CLASS_ID, offsetof(struct sock_detail, class_id) },
};

/* Attributes of several. */
static const struct {
	uint16_t type;
	bool (*parse)(const struct nlattr *attr, struct sock_detail *detail); /* false: it has a wrong length */
} structures[] = {
	{ INET_DIAG_INFO, parse_tcp },
	{ INET_DIAG_SKMEMINFO, parse_memory },
	{ INET_DIAG_SOCKOPT, parse_options },
};

static bool parse_number(const struct nlattr *attr, struct sock_detail *detail, size_t at)
{
	if (mnl_attr_validate(attr, numbers[at].data) < 0)
		return false;
	memcpy((char *)detail + numbers[at].offset, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	detail->have |= numbers[at].have;
	return true;
}

/* True for one that is not known here, too. */
static bool parse_attribute(const struct nlattr *attr, struct sock_detail *detail)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].type == mnl_attr_get_type(attr))
			return parse_number(attr, detail, i);
	}
	for (size_t i = 0; i < sizeof(structures) / sizeof(structures[0]); i++) {
		if (structures[i].type == mnl_attr_get_type(attr))
			return structures[i].parse(attr, detail);
	}
	return true;
}

bool diag_detail_parse(const struct nlmsghdr *message, const struct sock *sock, struct sock_detail *detail)
{
	struct sock found;
	unsigned long malformed = 0;

	if (!diag_inet_parse(message, sock->proto, &found, &malformed) || found.cookie != sock->cookie)
		return false;
	*detail = (struct sock_detail){ .cookie = found.cookie };
	diag_inet_parse_info(message, sock->proto, &detail->info, &detail->malformed);
	detail->malformed = 0; /* the same attributes come again */
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct inet_diag_msg), attr)) != NULL;)
		detail->malformed += parse_attribute(attr, detail) ? 0 : 1;
	detail->malformed += malformed;
	return true;
}
