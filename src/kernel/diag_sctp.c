/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_sctp.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>

#include "kernel/diag_inet.h"
#include "kernel/nl.h"
#include "model/sock.h"

/* By SCTP_STATE_* (include/net/sctp/constants.h). */
static const uint8_t states[] = {
	STATE_CLOSE, STATE_SYN_SENT, STATE_SYN_SENT, STATE_ESTABLISHED, STATE_FIN_WAIT1, STATE_FIN_WAIT2, STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
};

/* Only an association has peers; what else there is is the socket itself (inet_sctp_diag_fill). */
static bool is_association(const struct nlmsghdr *message)
{
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct inet_diag_msg), attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == INET_DIAG_PEERS)
			return true;
	}
	return false;
}

/* FNV-1a, with the two top bits set, so that it is not mistaken for a cookie, nor for what is made of an inode. */
static uint64_t identity_of(const struct sock *sock)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ sock->cookie;

	for (size_t i = 0; i < sizeof(sock->foreign); i++)
		hash = (hash ^ sock->foreign[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ sock->local_port) * UINT64_C(0x100000001b3);
	hash = (hash ^ sock->foreign_port) * UINT64_C(0x100000001b3);
	return hash | UINT64_C(3) << 62;
}

bool diag_sctp_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	if (!diag_inet_parse(message, proto, sock, malformed))
		return false;
	if (!is_association(message))
		return true;
	unsigned kernels = ((const struct inet_diag_msg *)mnl_nlmsg_get_payload(message))->idiag_state;
	sock->state = kernels < sizeof(states) ? states[kernels] : (uint16_t)(STATE_RAW + kernels);
	sock->cookie = identity_of(sock);
	sock->have &= ~(uint32_t)HAVE_COOKIE;
	return true;
}
