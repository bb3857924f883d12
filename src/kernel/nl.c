/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/nl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/netns.h"

/* The most that the kernel puts into one message of a dump (netlink_dump: SKB_WITH_OVERHEAD(32768)), Linux 4.4. */
#define CHUNK_BYTES 32768

/* Takes the socket over; NULL: there is none, for errno. */
static int begin(struct nl *nl, struct mnl_socket *socket, uint32_t groups)
{
	*nl = (struct nl){ .socket = socket };
	if (socket == NULL)
		return -errno;
	if (mnl_socket_bind(nl->socket, groups, MNL_SOCKET_AUTOPID) < 0) {
		int error = errno;

		nl_close(nl);
		return -error;
	}
	if (groups == 0)
		nl->port_id = mnl_socket_get_portid(nl->socket); /* messages of groups come with 0, as their sequence number */
	return 0;
}

static struct mnl_socket *open_socket(int family)
{
	return mnl_socket_open2(family, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int nl_open(struct nl *nl, uint32_t groups)
{
	return begin(nl, open_socket(NETLINK_SOCK_DIAG), groups);
}

int nl_open_family(struct nl *nl, int family)
{
	return begin(nl, open_socket(family), 0);
}

int nl_open_in(struct nl *nl, int netns, struct uid_map *uids)
{
	const struct netns_what what = { .domain = AF_NETLINK, .type = SOCK_RAW | SOCK_NONBLOCK, .protocol = NETLINK_SOCK_DIAG };
	int fd = netns_open(netns, &what, uids);

	*nl = (struct nl){ .socket = NULL };
	if (fd < 0)
		return fd;
	struct mnl_socket *socket = mnl_socket_fdopen(fd);
	int error = begin(nl, socket, 0);
	if (socket == NULL)
		close(fd);
	return error;
}

void nl_close(struct nl *nl)
{
	if (nl->socket != NULL)
		mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

int nl_dump(struct nl *nl, struct nlmsghdr *request)
{
	request->nlmsg_seq = ++nl->sequence;
	nl->interrupted = false;
	return mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0 ? -errno : 0;
}

/* The payload of NLMSG_ERROR begins with a negative errno, and so does NLMSG_DONE's when the dump failed on its way. */
static int status_of(const struct nlmsghdr *message)
{
	if (mnl_nlmsg_get_payload_len(message) < sizeof(int))
		return message->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	return *(const int *)mnl_nlmsg_get_payload(message);
}

/* As nl_step. */
static int take(struct nl *nl, const struct nlmsghdr *message, nl_message_fn *handle, void *context)
{
	if (message->nlmsg_seq != nl->sequence || message->nlmsg_pid != nl->port_id)
		return 0;
	/* The rows are good, what is missing is not: keep them, and let the caller infer no closing from this dump. */
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		nl->interrupted = true;
	int status;
	switch (message->nlmsg_type) {
	case NLMSG_DONE:
	case NLMSG_ERROR: /* 0 is an acknowledgement, which ends a dump of nothing */
		status = status_of(message);
		return status < 0 ? status : 1;
	case NLMSG_NOOP:
		return 0;
	case NLMSG_OVERRUN:
		nl->interrupted = true;
		return 0;
	default:
		handle(message, context);
		return 0;
	}
}

int nl_step(struct nl *nl, nl_message_fn *handle, void *context)
{
	_Alignas(struct nlmsghdr) char chunk[CHUNK_BYTES];
	ssize_t received = mnl_socket_recvfrom(nl->socket, chunk, sizeof(chunk));

	if (received < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* ENOBUFS: replies were lost, although a dump waits for its reader; ENOSPC, of libmnl: a chunk was longer than the buffer. */
	if (received < 0)
		return errno == ENOSPC ? -EMSGSIZE : -errno;
	if (nl->record != NULL)
		nl->record(nl->recorder, chunk, (size_t)received);
	return nl_feed(nl, chunk, (size_t)received, handle, context);
}

/* libmnl's own check takes a length of 2^31 or more, which only a recording could have, for a negative one. */
static bool is_whole(const struct nlmsghdr *message, size_t left)
{
	return left >= sizeof(*message) && message->nlmsg_len >= sizeof(*message) && message->nlmsg_len <= left;
}

int nl_feed(struct nl *nl, const void *chunk, size_t length, nl_message_fn *handle, void *context)
{
	int ended = 0;

	for (size_t at = 0; ended == 0 && at < length;) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)((const char *)chunk + at);

		if (!is_whole(message, length - at))
			return -EBADMSG; /* whatever followed is lost, and nobody knows how much that was */
		ended = take(nl, message, handle, context);
		at += NLMSG_ALIGN((size_t)message->nlmsg_len);
	}
	return ended;
}

/* Every chunk is one message at least; who has more than this to say was asked too much. */
enum { CHUNKS_MAX = 1000 };

int nl_ask(struct nl *nl, struct nlmsghdr *request, nl_message_fn *message, void *context)
{
	bool is_dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int ended = 0;

	request->nlmsg_flags |= is_dump ? 0 : NLM_F_ACK;
	int error = nl_dump(nl, request);
	if (error < 0)
		return error;
	for (int i = 0; ended == 0 && i < CHUNKS_MAX; i++)
		ended = nl_step(nl, message, context);
	return ended < 0 ? ended : ended > 0 ? 0 : -EPROTO;
}

static void ignore(const struct nlmsghdr *message, void *context)
{
	(void)message, (void)context;
}

int nl_request(struct nl *nl, struct nlmsghdr *request)
{
	return nl_ask(nl, request, ignore, NULL);
}

static const struct nlattr *next_attribute(const char *from, const char *end, const struct nlattr *attribute)
{
	const char *next = attribute != NULL ? (const char *)mnl_attr_next(attribute) : from;

	return mnl_attr_ok((const struct nlattr *)next, (int)(end - next)) ? (const struct nlattr *)next : NULL;
}

const struct nlattr *nl_attribute(const struct nlmsghdr *message, size_t header_bytes, const struct nlattr *attribute)
{
	const char *payload = mnl_nlmsg_get_payload(message);

	return next_attribute(payload + MNL_ALIGN(header_bytes), payload + mnl_nlmsg_get_payload_len(message), attribute);
}

const struct nlattr *nl_nested(const struct nlattr *outer, const struct nlattr *attribute)
{
	const char *payload = mnl_attr_get_payload(outer);

	return next_attribute(payload, payload + mnl_attr_get_payload_len(outer), attribute);
}
