/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_unix.h"

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "kernel/nl.h"
#include "kernel/unix_path.h"
#include "model/query.h"
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
static bool read_name(const struct nlattr *attr, char into[UNIX_NAME_MAX], uint8_t *name_length, bool *is_abstract)
{
	const char *name = mnl_attr_get_payload(attr);
	size_t length = mnl_attr_get_payload_len(attr);

	if (length == 0 || length > UNIX_NAME_MAX)
		return false;
	*is_abstract = name[0] == '\0';
	name += *is_abstract ? 1 : 0;
	length = *is_abstract ? length - 1 : strnlen(name, length);
	memcpy(into, name, length);
	*name_length = (uint8_t)length;
	return true;
}

static bool read_file(const struct nlattr *attr, struct unix_diag_vfs *file)
{
	if (mnl_attr_get_payload_len(attr) < sizeof(*file))
		return false;
	memcpy(file, mnl_attr_get_payload(attr), sizeof(*file));
	return true;
}

static bool take_file(struct unix_sock *sock, const struct nlattr *attr)
{
	struct unix_diag_vfs file;

	if (!read_file(attr, &file))
		return false;
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
		.cookie = diag_cookie(diag->udiag_cookie),
		.inode = diag->udiag_ino,
		.state = diag->udiag_state,
	};
	if (!set_proto(sock, diag->udiag_type))
		return false;
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == UNIX_DIAG_NAME)
			good = read_name(attr, sock->name, &sock->name_length, &sock->is_abstract);
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

static struct nlmsghdr *put_request(void *buffer, uint32_t states, uint32_t show)
{
	struct unix_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);

	request->sdiag_family = AF_UNIX;
	request->udiag_states = states;
	request->udiag_show = show;
	return header;
}

int diag_unix_dump(void (*each)(void *context, const struct unix_sock *sock), void *context)
{
	_Alignas(struct nlmsghdr) char buffer[256];
	struct dump dump = { each, context, 0 };
	struct nl nl;
	int error = nl_open(&nl, 0);

	if (error < 0)
		return error;
	error = nl_ask(&nl, put_request(buffer, UINT32_MAX, UDIAG_SHOW_NAME | UDIAG_SHOW_VFS), take, &dump);
	nl_close(&nl);
	return error;
}

/* UDIAG_SHOW_UID came with Linux 4.20; older kernels pass it over. */
struct nlmsghdr *diag_unix_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	uint32_t show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID, states = 0;

	(void)proto;
	for (proto = PROTO_UNIX_STREAM; proto <= PROTO_UNIX_SEQPACKET; proto++)
		states |= query_has_class(query, proto, family) ? query_states(query, proto, family) : 0;
	show |= query->needs & NEED_FILE ? UDIAG_SHOW_VFS : 0;
	show |= query->needs & NEED_MEMORY ? UDIAG_SHOW_MEMINFO : 0;
	return states != 0 ? put_request(buffer, diag_states(states), show) : NULL;
}

struct nlmsghdr *diag_unix_one(void *buffer, const struct sock *sock)
{
	struct nlmsghdr *header = put_request(buffer, UINT32_MAX, UDIAG_SHOW_NAME | UDIAG_SHOW_VFS);
	struct unix_diag_req *request = mnl_nlmsg_get_payload(header);

	header->nlmsg_flags = NLM_F_REQUEST;
	request->udiag_ino = sock->inode;
	request->udiag_cookie[0] = (uint32_t)sock->cookie;
	request->udiag_cookie[1] = (uint32_t)(sock->cookie >> 32);
	return header;
}

static bool parse_queues(const struct nlattr *attr, struct sock *sock)
{
	struct unix_diag_rqlen queues;

	if (mnl_attr_get_payload_len(attr) < sizeof(queues))
		return false;
	memcpy(&queues, mnl_attr_get_payload(attr), sizeof(queues));
	sock->recv_queue = queues.udiag_rqueue;
	sock->send_queue = queues.udiag_wqueue;
	sock->have |= HAVE_QUEUES;
	return true;
}

static bool parse_peer(const struct nlattr *attr, struct sock *sock)
{
	struct sock_end peer = { 0, 0 };

	if (!diag_attr_u32(attr, &peer.first))
		return false;
	sock_end_set(sock->foreign, peer);
	return true;
}

static bool parse_sock_attribute(const struct nlattr *attr, struct sock *sock)
{
	switch (mnl_attr_get_type(attr)) {
	case UNIX_DIAG_PEER:
		return parse_peer(attr, sock);
	case UNIX_DIAG_RQLEN:
		return parse_queues(attr, sock);
	case UNIX_DIAG_UID:
		return diag_attr_uid(attr, sock);
	default:
		return true;
	}
}

static uint8_t proto_of(unsigned type)
{
	return type == SOCK_STREAM ? PROTO_UNIX_STREAM : type == SOCK_SEQPACKET ? PROTO_UNIX_SEQPACKET : PROTO_UNIX_DGRAM;
}

bool diag_unix_parse_sock(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct unix_diag_msg *diag = mnl_nlmsg_get_payload(message);

	(void)proto;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->udiag_family != AF_UNIX)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->udiag_cookie),
		.have = HAVE_COOKIE,
		.proto = proto_of(diag->udiag_type), /* what bind() and connect() know as another type is SOCK_DGRAM (unix_create) */
		.family = FAMILY_UNIX,
		.state = diag_state(diag->udiag_state),
		.inode = diag->udiag_ino,
	};
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;)
		*malformed += parse_sock_attribute(attr, sock) ? 0 : 1;
	return true;
}

/* What stands at the path now; it may be relative to a directory that is not known. */
static void look_at_file(struct sock_info *info, const struct unix_diag_vfs *file)
{
	unsigned found;

	if (!(info->have & INFO_NAME) || info->is_abstract || info->name[0] != '/')
		return;
	if (!unix_path_compare(info->name, info->name_length, file->udiag_vfs_ino, file->udiag_vfs_dev, &found))
		return;
	info->file = (uint8_t)found;
	info->have |= INFO_FILE;
}

bool diag_unix_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
		      unsigned long *malformed)
{
	struct unix_diag_vfs file;
	bool has_file = false;

	(void)proto;
	*info = (struct sock_info){ .have = 0 };
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct unix_diag_msg), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == UNIX_DIAG_NAME) {
			good = read_name(attr, info->name, &info->name_length, &info->is_abstract);
			info->have |= good ? INFO_NAME : 0;
		} else if (mnl_attr_get_type(attr) == UNIX_DIAG_VFS) {
			good = has_file = read_file(attr, &file);
		} else if (mnl_attr_get_type(attr) == UNIX_DIAG_MEMINFO) {
			good = diag_attr_memory(attr, info);
		}
		*malformed += good ? 0 : 1;
	}
	if (has_file && (query->needs & NEED_FILE))
		look_at_file(info, &file);
	return true; /* also where it is nothing: a name may have been there that the socket lost */
}
