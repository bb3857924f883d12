/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules in words: ids that programs may rely on, and what people read.
 */
#include "model/rules.h"

static const struct text {
	const char *id, *sentence;
} texts[RULE_COUNT] = {
	[RULE_FREE] = { "free", "no other socket is in the way" },
	[RULE_SHARED] = { "shared", "the others on this port share it, as their flags and its own allow it" },
	[RULE_CACHE_ADMITS] = { "reuseport-cache",
		"a socket that has SO_REUSEPORT, like this one, was let in last, and then the kernel does not look at the others" },
	[RULE_ORDER_ADMITS] = { "chain-order",
		"the kernel meets a socket first that shares by SO_REUSEPORT, and then does not look at the others" },
	[RULE_ANY_PORT] = { "any-port", "a port is left for the kernel to choose" },
	[RULE_PORT_LATER] = { "port-later", "with IP_BIND_ADDRESS_NO_PORT the port is chosen later, by connect() or listen()" },
	[RULE_ALREADY_LISTENS] = { "already-listens", "it listens already, and only the backlog changes" },
	[RULE_NAME_FREE] = { "name-free", "nothing has this name" },
	[RULE_CONNECTS] = { "connects", "nothing on this side is in the way" },
	[RULE_ADDRESS_FAMILY] = { "address-family", "the address is of another family than the socket" },
	[RULE_MULTICAST_STREAM] = { "multicast-stream", "a TCP socket cannot be bound to an IPv6 multicast address" },
	[RULE_PRIVILEGED_PORT] = { "privileged-port",
		"ports below net.ipv4.ip_unprivileged_port_start are for those who have CAP_NET_BIND_SERVICE" },
	[RULE_SECOND_BIND] = { "second-bind", "the socket is bound or connected already, and can be bound only once" },
	[RULE_MAPPED_V6ONLY] = { "mapped-v6only", "a socket with IPV6_V6ONLY cannot have an IPv4 address" },
	[RULE_NO_DEVICE] = { "no-device", "the device does not exist" },
	[RULE_LINK_LOCAL_SCOPE] = { "link-local-scope", "a link-local address needs a device, as in fe80::1%eth0" },
	[RULE_NOT_LOCAL] = { "not-local", "this host does not have the address" },
	[RULE_OTHER_DEVICE] = { "other-device", "the address is one of another device than the socket's" },
	[RULE_TENTATIVE] = { "tentative-address",
		"the address is tentative: it can be had when duplicate address detection is over, in a second or two" },
	[RULE_NO_FLAGS] = { "no-flags", "without SO_REUSEADDR and SO_REUSEPORT nothing is shared" },
	[RULE_LISTENER_REUSEADDR] = { "listener-reuseaddr",
		"SO_REUSEADDR cannot share with a socket that listens; SO_REUSEPORT on both, of one user, can" },
	[RULE_OTHER_UID_REUSEPORT] = { "other-uid-reuseport", "SO_REUSEPORT shares only among sockets of one user" },
	[RULE_TIME_WAIT_FLAG] = { "time-wait-flag",
		"what is left of a closed connection keeps the flags that its socket had, and those do not share" },
	[RULE_CONNECTION_FLAG] = { "connection-flag", "a connection uses the port, and its socket does not have the flag to share it" },
	[RULE_SOCKET_FLAG] = { "socket-flag", "the other socket does not have the flag to share the port: both need it" },
	[RULE_PRIVATE_GROUP] = { "private-group",
		"a program was attached to the socket before bind(), which made it a SO_REUSEPORT group of its own" },
	[RULE_PORTS_EXHAUSTED] = { "ports-exhausted", "no port of net.ipv4.ip_local_port_range is left" },
	[RULE_BOUND_HIDDEN] = { "bound-hidden", "this kernel does not show sockets that are bound and do not listen" },
	[RULE_NOT_A_STREAM] = { "not-a-stream", "only stream sockets listen" },
	[RULE_CONNECTED_LISTEN] = { "connected-listen", "a connected socket cannot listen" },
	[RULE_UNBOUND_LISTEN] = { "unbound-listen", "a unix socket must have a name before it listens" },
	[RULE_IS_CONNECTED] = { "is-connected", "the socket is connected already" },
	[RULE_IS_LISTENING] = { "is-listening", "the socket listens, and cannot be connected" },
	[RULE_IN_PROGRESS] = { "in-progress", "the socket is being connected already" },
	[RULE_SAME_CONNECTION] = { "same-connection", "a connection between the same two addresses and ports exists" },
	[RULE_TIME_WAIT_CONNECTION] = { "time-wait-connection",
		"the last connection between the same two addresses and ports is in TIME_WAIT; it can be taken over only if that had "
		"TCP time stamps" },
	[RULE_SOURCE_LOOPBACK] = { "source-loopback", "the socket is bound to a loopback address, and the other end is elsewhere" },
	[RULE_V6ONLY_CONNECT] = { "v6only-connect", "a socket with IPV6_V6ONLY cannot be connected to an IPv4 address" },
	[RULE_MULTICAST_CONNECT] = { "multicast-connect", "TCP has no connections to multicast or broadcast addresses" },
	[RULE_NO_LISTENER] = { "no-listener", "nobody listens there" },
	[RULE_REMOTE] = { "remote", "it depends on the other host and on the network between" },
	[RULE_MAPPED_SOURCE] = { "mapped-source", "the socket is bound to an IPv4 address, and the other end is IPv6" },
	[RULE_NAME_TOO_LONG] = { "name-length", "the name is empty, or longer than sun_path" },
	[RULE_PATH_EXISTS] = { "path-exists", "a socket is bound to this path" },
	[RULE_PATH_STALE] = { "path-stale", "the file of a socket that is gone stands there; its owner did not unlink it" },
	[RULE_PATH_OTHER_FILE] = { "path-other-file", "a file stands there that is no socket" },
	[RULE_PATH_NO_DIRECTORY] = { "path-no-directory", "the directory does not exist" },
	[RULE_PATH_NOT_DIRECTORY] = { "path-not-directory", "a part of the path is no directory" },
	[RULE_PATH_NOT_WRITABLE] = { "path-not-writable", "the permissions of the path forbid it" },
	[RULE_PATH_READ_ONLY] = { "path-read-only", "the file system is read-only" },
	[RULE_PATH_UNKNOWN] = { "path-unknown", "what stands at the path cannot be seen" },
	[RULE_ABSTRACT_TAKEN] = { "abstract-taken", "a socket of the same type has this abstract name" },
	[RULE_PATH_MISSING] = { "path-missing", "nothing stands at the path" },
	[RULE_WRONG_TYPE] = { "wrong-type", "the socket there is of another type" },
};

const char *rules_id(unsigned rule)
{
	return texts[rule].id;
}

const char *rules_sentence(unsigned rule)
{
	return texts[rule].sentence;
}
