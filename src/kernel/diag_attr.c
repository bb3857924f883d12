/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_attr.h"

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

struct nlmsghdr *diag_dump_request(void *buffer, size_t length, void **own)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);

	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	*own = mnl_nlmsg_put_extra_header(header, length);
	return header;
}

uint64_t diag_cookie(const uint32_t words[2])
{
	return (uint64_t)words[1] << 32 | words[0];
}

bool diag_attr_u32(const struct nlattr *attr, uint32_t *value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
		return false;
	*value = mnl_attr_get_u32(attr);
	return true;
}

bool diag_attr_uid(const struct nlattr *attr, struct sock *sock)
{
	if (!diag_attr_u32(attr, &sock->uid))
		return false;
	sock->have |= HAVE_UID;
	return true;
}

/* Reads as many words as this kernel knows; false: fewer than always were there (SK_MEMINFO_WMEM_QUEUED). */
static bool read_memory(const struct nlattr *attr, uint32_t memory[SK_MEMINFO_VARS], size_t *count)
{
	size_t length = mnl_attr_get_payload_len(attr), most = SK_MEMINFO_VARS * sizeof(memory[0]);

	memset(memory, 0, most);
	memcpy(memory, mnl_attr_get_payload(attr), length < most ? length : most);
	*count = length / sizeof(memory[0]);
	return *count > SK_MEMINFO_WMEM_QUEUED;
}

bool diag_attr_memory(const struct nlattr *attr, struct sock_info *info)
{
	uint32_t memory[SK_MEMINFO_VARS];
	size_t count;

	if (!read_memory(attr, memory, &count))
		return false;
	info->memory_bytes = memory[SK_MEMINFO_RMEM_ALLOC] + memory[SK_MEMINFO_WMEM_QUEUED];
	info->have |= INFO_MEMORY;
	if (count > SK_MEMINFO_DROPS) {
		info->drops = memory[SK_MEMINFO_DROPS];
		info->have |= INFO_DROPS;
	}
	return true;
}

bool diag_attr_queues(const struct nlattr *attr, struct sock *sock)
{
	uint32_t memory[SK_MEMINFO_VARS];
	size_t count;

	if (!read_memory(attr, memory, &count))
		return false;
	sock->recv_queue = memory[SK_MEMINFO_RMEM_ALLOC];
	sock->send_queue = memory[SK_MEMINFO_WMEM_ALLOC];
	sock->have |= HAVE_QUEUES;
	return true;
}

bool diag_inform_memory(const struct nlmsghdr *message, size_t header_bytes, unsigned type, const struct query *query,
			struct sock_info *info)
{
	*info = (struct sock_info){ .have = 0 };
	if ((query->needs & NEED_MEMORY) == 0)
		return false;
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, header_bytes, attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == type)
			diag_attr_memory(attr, info);
	}
	return info->have != 0;
}

uint16_t diag_state(uint8_t kernels)
{
	if (kernels == STATE_CLOSE)
		return STATE_UNCONN;
	return kernels > 0 && kernels <= STATE_CLOSING ? kernels : (uint16_t)(STATE_RAW + kernels);
}

uint32_t diag_states(uint32_t states)
{
	const uint32_t known = STATE_BIT(STATE_CLOSING + 1) - STATE_BIT(STATE_ESTABLISHED);
	uint32_t asked = states & known & ~STATE_BIT(STATE_CLOSE);

	if (states == STATES_ALL)
		return UINT32_MAX;
	if (states & STATE_BIT(STATE_UNCONN))
		asked |= STATE_BIT(STATE_CLOSE);
	return asked | ((states & STATE_BIT(STATE_OTHERS)) != 0 ? ~known : 0);
}
