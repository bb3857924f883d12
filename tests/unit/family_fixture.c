/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "family_fixture.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct family_fixture fixture;

void family_begin(unsigned proto, unsigned family, const void *own, size_t length)
{
	memset(&fixture, 0, sizeof(fixture));
	query_init(&fixture.query);
	fixture.query.protos = PROTOS_ALL;
	fixture.query.needs = NEED_INFO;
	fixture.class = &dump_classes[dump_class_find(proto, family)];
	fixture.message = mnl_nlmsg_put_header(fixture.bytes);
	fixture.message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	if (length > 0)
		memcpy(mnl_nlmsg_put_extra_header(fixture.message, length), own, length);
}

void family_begin_inet(unsigned proto, uint8_t state)
{
	struct inet_diag_msg diag = { .idiag_family = AF_INET, .idiag_state = state, .id.idiag_cookie = { 1, 2 } };

	diag.id.idiag_sport = htons(80);
	diag.id.idiag_dport = htons(40000);
	family_begin(proto, FAMILY_INET, &diag, sizeof(diag));
}

bool family_read(const struct nlmsghdr *message)
{
	fixture.info = (struct sock_info){ .have = 0 };
	if (!fixture.class->parse(message, fixture.class->proto, &fixture.sock, &fixture.malformed))
		return false;
	if (fixture.class->inform != NULL)
		fixture.class->inform(message, fixture.class->proto, &fixture.query, &fixture.info, &fixture.malformed);
	return true;
}
