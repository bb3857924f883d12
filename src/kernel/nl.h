/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One netlink socket, of NETLINK_SOCK_DIAG unless it is said: dumps over it, a chunk at a time, or the messages of multicast
 * groups.
 *
 * One dump runs at a time: the kernel answers a second request on the same socket with EBUSY inside the first one's
 * stream (netlink(7); __netlink_dump_start in net/netlink/af_netlink.c).  Messages of other sequence numbers are passed over.
 */
#ifndef KERNEL_NL_H
#define KERNEL_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mnl_socket;
struct nlattr;
struct nlmsghdr;
struct recorder;

struct nl {
	struct mnl_socket *socket; /* owned */
	uint32_t sequence;         /* of the dump that runs */
	uint32_t port_id;
	bool interrupted;          /* NLM_F_DUMP_INTR was seen in this dump: it may lack sockets or have some twice */
	/* NULL, or who writes down every chunk that is received, and as what; to be set after nl_open. */
	void (*record)(struct recorder *recorder, const void *bytes, size_t length);
	struct recorder *recorder;
};

/* Is called for every message of a dump that is not netlink's own. */
typedef void nl_message_fn(const struct nlmsghdr *message, void *context);

/*
 * groups: the multicast groups to hear, bit G - 1 for group G; 0 for a socket that dumps.  0 or -errno; -EPROTONOSUPPORT:
 * this kernel has no sock_diag.
 */
int nl_open(struct nl *nl, uint32_t groups);

/* A socket that dumps from another family of netlink: NETLINK_ROUTE. */
int nl_open_family(struct nl *nl, int family);

/*
 * As nl_open without groups, in that network namespace (kernel/netns.h); uids becomes what its users are here.  -EPERM: this user
 * may not go there.
 */
struct uid_map;
int nl_open_in(struct nl *nl, int netns, struct uid_map *uids);

void nl_close(struct nl *nl);

/* For poll(2). */
int nl_fd(const struct nl *nl);

/* Sends a dump request and makes its replies the expected ones.  Fills in the sequence number.  0 or -errno. */
int nl_dump(struct nl *nl, struct nlmsghdr *request);

/*
 * Receives what one recvmsg(2) gives, at most 32 KiB, without waiting.  1: the dump has ended; 0: more is to come, or
 * nothing was there yet; -errno: the dump failed, also as the kernel's answer to the request, or messages of a group
 * were lost (-ENOBUFS; -EMSGSIZE, -EBADMSG: there was more than came here).  -EAGAIN is never among them.
 */
int nl_step(struct nl *nl, nl_message_fn *handle, void *context);

/* The same with a chunk that was received some other time; aligned as struct nlmsghdr.  The nl need not be open. */
int nl_feed(struct nl *nl, const void *chunk, size_t length, nl_message_fn *handle, void *context);

/*
 * Sends a request whose answer is short, and takes all of that: 0 or -errno.  Nothing is waited for: the kernel answers
 * while the request is sent, and goes on with a dump while its last chunk is received (netlink_dump).
 */
int nl_ask(struct nl *nl, struct nlmsghdr *request, nl_message_fn *message, void *context);

/* The same for a request that the kernel only acknowledges. */
int nl_request(struct nl *nl, struct nlmsghdr *request);

/*
 * The attribute behind this one (NULL: the first one behind a header of so many bytes), or NULL.  libmnl's own loop rounds the
 * message's length up to 4, and could look behind the end of one that is cut off.
 */
const struct nlattr *nl_attribute(const struct nlmsghdr *message, size_t header_bytes, const struct nlattr *attribute);

/* The same of what stands in an attribute. */
const struct nlattr *nl_nested(const struct nlattr *outer, const struct nlattr *attribute);

#endif
