/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a reply in sock_diag, of the family that the first byte chooses, or as a file of /proc/net: what is read of it can
 * be shown.
 */
#include <libmnl/libmnl.h>
#include <string.h>

#include "base/buf.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/family.h"
#include "kernel/proc_inet.h"
#include "model/column.h"
#include "model/names.h"
#include "model/proto.h"
#include "model/query.h"
#include "model/table.h"

enum { BYTES_MOST = 4096 };

static void show(const struct sock *sock, struct sock_info *info)
{
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	const struct row row = { .sock = *sock, .info = info };
	struct buf text = BUF_INIT;

	must(sock->proto < PROTO_COUNT && (proto_entries[sock->proto].families >> sock->family & 1) != 0);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		columns[i].text(&text, &row, &context);
	must_be_harmless(&text, false);
	buf_fini(&text);
}

static void read_line(const struct dump_class *class, const uint8_t *data, size_t size)
{
	char line[BYTES_MOST + 1];
	struct sock sock;

	memcpy(line, data, size);
	line[size] = '\0';
	if (proc_inet_parse(line, class->proto, class->family, &sock))
		show(&sock, NULL);
}

/* The message begins with a header whose length is that of what there is. */
static void read_message(const struct dump_class *class, const uint8_t *data, size_t size)
{
	_Alignas(struct nlmsghdr) char bytes[MNL_NLMSG_HDRLEN + BYTES_MOST];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	struct sock_info info = { .have = 0 };
	unsigned long malformed = 0;
	struct query query;
	struct sock sock;

	query_init(&query);
	query.needs = NEED_INFO | NEED_FILE;
	memcpy(bytes + MNL_NLMSG_HDRLEN, data, size);
	message->nlmsg_len = (uint32_t)(MNL_NLMSG_HDRLEN + size);
	if (!class->parse(message, class->proto, &sock, &malformed))
		return;
	bool informs = class->inform != NULL && class->inform(message, class->proto, &query, &info, &malformed);
	show(&sock, informs ? &info : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > BYTES_MOST)
		return 0;
	use_utf8();
	const struct dump_class *class = &dump_classes[data[0] % dump_class_count];
	if (class->file != NULL)
		read_line(class, data + 1, size - 1);
	if (class->request != NULL)
		read_message(class, data + 1, size - 1);
	return 0;
}
