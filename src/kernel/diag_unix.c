/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_unix.h"

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/nl.h"
#include "model/rules.h"
#include "model/unix_sock.h"

static bool set_proto(struct unix_sock *sock, unsigned type)
{
	switch (type) {
	case SOCK_STREAM:
		sock->proto = BIND_UNIX_STREAM;
		return true;
	case SOCK_DGRAM:
		sock->proto = BIND_UNIX_DGRAM;
		return true;
	case SOCK_SEQPACKET:
		sock->proto = BIND_UNIX_SEQPACKET;
		return true;
	default:
		return false;
	}
}

/* A path comes with the NULs that bind() was given, an abstract name with the NUL that it begins with (sk_diag_dump_name). */
static bool take_name(struct unix_sock *sock, const struct nlattr *attr)
{
	const char *name = mnl_attr_get_payload(attr);
	size_t length = mnl_attr_get_payload_len(attr);

	if (length == 0 || length > UNIX_NAME_MAX)
		return false;
	sock->is_abstract = name[0] == '\0';
	name += sock->is_abstract ? 1 : 0;
	length = sock->is_abstract ? length - 1 : strnlen(name, length);
	memcpy(sock->name, name, length);
	sock->name_length = (uint8_t)length;
	return true;
}

static bool take_file(struct unix_sock *sock, const struct nlattr *attr)
{
	struct unix_diag_vfs file;

	if (mnl_attr_get_payload_len(attr) < sizeof(file))
		return false;
	memcpy(&file, mnl_attr_get_payload(attr), sizeof(file));
	sock->file_inode = file.udiag_vfs_ino;
	sock->file_device = file.udiag_vfs_dev;
	sock->has_file = true;
	return true;
}

bool diag_unix_parse(const struct nlmsghdr *message, struct unix_sock *sock, unsigned long *malformed)
{
	const struct unix_diag_msg *diag = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->udiag_family != AF_UNIX)
		return false;
	*sock = (struct unix_sock){
		.cookie = (uint64_t)diag->udiag_cookie[1] << 32 | diag->udiag_cookie[0],
		.inode = diag->udiag_ino,
		.state = diag->udiag_state,
	};
	if (!set_proto(sock, diag->udiag_type))
		return false;
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == UNIX_DIAG_NAME)
			good = take_name(sock, attr);
		else if (mnl_attr_get_type(attr) == UNIX_DIAG_VFS)
			good = take_file(sock, attr);
		*malformed += good ? 0 : 1;
	}
	return true;
}

struct dump {
	void (*each)(void *context, const struct unix_sock *sock);
	void *context;
	unsigned long malformed;
};

static void take(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	struct unix_sock sock;

	if (diag_unix_parse(message, &sock, &dump->malformed))
		dump->each(dump->context, &sock);
}

int diag_unix_dump(void (*each)(void *context, const struct unix_sock *sock), void *context)
{
	_Alignas(struct nlmsghdr) char buffer[256];
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct dump dump = { each, context, 0 };
	struct nl nl;
	int error = nl_open(&nl, 0);

	if (error < 0)
		return error;
	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	struct unix_diag_req *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));
	request->sdiag_family = AF_UNIX;
	request->udiag_states = UINT32_MAX;
	request->udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS;
	error = nl_ask(&nl, header, take, &dump);
	nl_close(&nl);
	return error;
}
