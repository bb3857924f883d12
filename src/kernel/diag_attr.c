/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_attr.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <stddef.h>

/* libmnl's own loop rounds the message's length up to 4, and could look behind the end of one that is cut off. */
const struct nlattr *diag_attr_next(const struct nlmsghdr *message, const struct nlattr *attribute)
{
	const char *payload = mnl_nlmsg_get_payload(message);
	const char *end = payload + mnl_nlmsg_get_payload_len(message);
	const char *next = attribute != NULL ? (const char *)mnl_attr_next(attribute) : payload + sizeof(struct inet_diag_msg);

	return mnl_attr_ok((const struct nlattr *)next, (int)(end - next)) ? (const struct nlattr *)next : NULL;
}
