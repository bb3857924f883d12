/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would this bind(), listen() or connect() work?  Linux's rules as a function of values: the socket that asks (the wish),
 * the other sockets on the port, and what of the host matters.  Asks the kernel nothing; the callers gather the values.
 *
 * What is not known is a value, too: with flags of other sockets unknown the answer may be "unknown", but it is not wrong.
 * What the kernel remembers of sockets that are gone (struct bind_cache) makes it laxer than its sockets tell; a caller that
 * saw the whole past of a port passes that memory, the others are told by cache_may_admit when it could matter.
 *
 * Which function of the kernel each rule comes from stands at the rule.  Followed, and compared with random sockets by
 * tests/oracle, is Linux 6.18.
 */
#ifndef MODEL_RULES_H
#define MODEL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

struct bind_cache;

enum tri {
	TRI_NO,
	TRI_YES,
	TRI_UNKNOWN,
};

enum bind_proto {
	BIND_TCP,
	BIND_MPTCP,
	BIND_UDP,
	BIND_UDPLITE,
	BIND_UNIX_STREAM,
	BIND_UNIX_DGRAM,
	BIND_UNIX_SEQPACKET,
	BIND_PROTO_COUNT,
};

/* What stands at the path that a unix socket is to be bound to, or connected to. */
enum bind_path {
	PATH_FREE,
	PATH_LIVE_SOCKET,    /* a socket is bound to it */
	PATH_STALE_SOCKET,   /* a socket's file whose socket is gone */
	PATH_OTHER_FILE,
	PATH_NO_DIRECTORY,
	PATH_NOT_DIRECTORY,  /* a file where a directory should be */
	PATH_NOT_WRITABLE,   /* the directory; or one that may not be searched; to connect: the socket's file */
	PATH_READ_ONLY,      /* the file system */
	PATH_UNKNOWN,
};

#define BIND_NAME_MAX 108u /* sizeof(sockaddr_un.sun_path) */

/* A name in the unix domain. */
struct bind_name {
	const char *text;    /* borrowed; not NUL-terminated; of an abstract name what follows its first NUL */
	size_t length;       /* bytes of text; 0 and not abstract: the kernel chooses a name (autobind) */
	bool abstract;
	uint8_t at_path;     /* enum bind_path, of a path */
};

/* The socket that asks, as it is now.  Ports are in host byte order, addresses in network byte order (IPv4: four bytes). */
struct bind_wish {
	uint64_t cookie;       /* its own, to leave it out of the others; 0: it is not among them */
	uint8_t proto;         /* enum bind_proto */
	uint8_t family;        /* enum sock_family: the socket's */
	bool other_family;     /* the address is a sockaddr_in for an AF_INET6 socket, or the reverse */
	uint16_t state;        /* enum sock_state; 0 is STATE_CLOSE: a new socket, or a bound one */
	bool is_bound;         /* it has a port already (of unix: a name) */
	uint16_t port;         /* to bind; when it is bound: its own; 0: the kernel chooses */
	uint8_t address[16];   /* to bind; when it is bound: its own */
	uint32_t scope_id;     /* sin6_scope_id of the address to bind; 0: none */
	uint32_t ifindex;      /* SO_BINDTODEVICE; 0: none */
	bool reuseaddr;        /* SO_REUSEADDR */
	bool reuseport;        /* SO_REUSEPORT */
	bool reuseport_bpf;    /* SO_ATTACH_REUSEPORT_CBPF or _EBPF was called, before bind(), or listen(); a shutdown() undoes it */
	bool v6only;           /* IPV6_V6ONLY */
	bool freebind;         /* IP_FREEBIND, IPV6_FREEBIND */
	bool transparent;      /* IP_TRANSPARENT, IPV6_TRANSPARENT */
	bool bind_address_no_port; /* IP_BIND_ADDRESS_NO_PORT */
	uint16_t range_low;    /* IP_LOCAL_PORT_RANGE, 0 where it is not set */
	uint16_t range_high;
	uint32_t uid;          /* the socket's owner: who called socket(), or fchown() since */
	uint64_t capabilities; /* effective, in the user namespace that owns the network namespace: bit 1 << CAP_... */
	struct bind_name name; /* unix */
};

/* Another socket, or what is left of one (TIME_WAIT). */
struct bind_sock {
	uint64_t cookie;
	uint8_t proto;         /* enum bind_proto; MPTCP may be told as TCP, the kernel keeps them in one table */
	uint8_t family;        /* enum sock_family */
	uint16_t state;        /* enum sock_state */
	bool is_timewait;      /* a timewait object of the kernel: TIME_WAIT, and FIN_WAIT2 that nobody holds any more */
	uint16_t port;
	uint8_t address[16];   /* local, as it is now */
	uint32_t ifindex;      /* device that it is bound to */
	uint32_t uid;
	bool uid_known;
	uint8_t reuseaddr;     /* enum tri */
	uint8_t reuseport;     /* enum tri */
	uint8_t v6only;        /* enum tri; FAMILY_INET6 only */
	uint8_t connect_bound; /* enum tri: connect() chose its port, as it had none */
	uint16_t foreign_port; /* 0: not connected; for connect() only, as the next */
	uint8_t foreign[16];
	struct bind_name name; /* unix */
};

/* An address of the host. */
struct bind_address {
	uint8_t family;        /* enum sock_family */
	uint8_t address[16];
	uint8_t bits;          /* how many of its bits are fixed: 32 or 128, on lo IPv4's prefix (127.0.0.0/8); 0: all of them */
	bool is_narrow;        /* IPv6: scope link or host; not to be had through another device */
	bool is_broadcast;     /* IPv4: can be bound, too */
	bool is_tentative;     /* IPv6: duplicate address detection still runs */
	uint32_t ifindex;
};

struct bind_host {
	const struct bind_address *addresses; /* borrowed, as what follows */
	size_t address_count;
	const uint32_t *devices;       /* indices of the interfaces that exist */
	size_t device_count;
	const uint16_t *reserved;      /* net.ipv4.ip_local_reserved_ports, ascending */
	size_t reserved_count;
	uint16_t unprivileged_start;   /* net.ipv4.ip_unprivileged_port_start */
	uint16_t range_low, range_high; /* net.ipv4.ip_local_port_range */
	bool nonlocal_bind4;           /* net.ipv4.ip_nonlocal_bind */
	bool nonlocal_bind6;           /* net.ipv6.ip_nonlocal_bind */
	bool autobind_reuse;           /* net.ipv4.ip_autobind_reuse */
	bool hides_bound;              /* Linux before 6.8: bound TCP sockets that do not listen are in no list */
};

/* Everything around the wish. */
struct bind_scene {
	const struct bind_sock *socks; /* borrowed; those of other ports and protocols are passed over */
	size_t count;
	const struct bind_host *host;
	const struct bind_cache *cache; /* what the kernel remembers of the port that it names; NULL: the past was not seen */
};

enum bind_outcome {
	BIND_OK,
	BIND_FAILS,
	BIND_UNKNOWN,
};

enum bind_step {
	STEP_BIND,
	STEP_LISTEN,
	STEP_CONNECT,
};

/* Why; each has an id and a sentence in rules_text.c. */
enum bind_rule {
	/* It works. */
	RULE_FREE,                  /* no other socket overlaps */
	RULE_SHARED,                /* the flags of all that overlap allow it */
	RULE_CACHE_ADMITS,          /* one does not, but the kernel's cache of SO_REUSEPORT lets it in unchecked */
	RULE_ORDER_ADMITS,          /* UDP: one does not, but the kernel stops at another one first */
	RULE_ANY_PORT,              /* port 0, and one is free */
	RULE_PORT_LATER,            /* IP_BIND_ADDRESS_NO_PORT: the port comes with connect() or listen() */
	RULE_ALREADY_LISTENS,       /* listen() again sets the backlog only */
	RULE_NAME_FREE,             /* unix */
	RULE_CONNECTS,              /* connect(): nothing on this side is in the way */
	/* What is checked before other sockets are looked at. */
	RULE_ADDRESS_FAMILY,
	RULE_MULTICAST_STREAM,
	RULE_PRIVILEGED_PORT,
	RULE_SECOND_BIND,
	RULE_MAPPED_V6ONLY,
	RULE_NO_DEVICE,
	RULE_LINK_LOCAL_SCOPE,
	RULE_NOT_LOCAL,
	RULE_OTHER_DEVICE,
	RULE_TENTATIVE,
	/* Why another socket is in the way. */
	RULE_NO_FLAGS,              /* the wish has neither SO_REUSEADDR nor SO_REUSEPORT */
	RULE_LISTENER_REUSEADDR,    /* SO_REUSEADDR does not share with one that listens */
	RULE_OTHER_UID_REUSEPORT,   /* SO_REUSEPORT shares among sockets of one user only */
	RULE_TIME_WAIT_FLAG,        /* what is left of a connection carries the old flags */
	RULE_CONNECTION_FLAG,       /* a connection that lacks the flag */
	RULE_SOCKET_FLAG,           /* a bound, listening or UDP socket that lacks the flag */
	RULE_PRIVATE_GROUP,         /* a program attached before bind() made a group of its own, that joins no other */
	RULE_PORTS_EXHAUSTED,       /* port 0, and none is free */
	RULE_BOUND_HIDDEN,          /* Linux before 6.8: who is bound and does not listen cannot be seen */
	/* listen() */
	RULE_NOT_A_STREAM,
	RULE_CONNECTED_LISTEN,
	RULE_UNBOUND_LISTEN,        /* unix */
	/* connect() */
	RULE_IS_CONNECTED,
	RULE_IS_LISTENING,
	RULE_IN_PROGRESS,
	RULE_SAME_CONNECTION,       /* the four of addresses and ports are taken */
	RULE_TIME_WAIT_CONNECTION,  /* taken by TIME_WAIT: it depends on TCP's time stamps */
	RULE_SOURCE_LOOPBACK,       /* bound to 127.0.0.0/8, and the other end is elsewhere */
	RULE_V6ONLY_CONNECT,        /* an IPv4 address with IPV6_V6ONLY */
	RULE_MULTICAST_CONNECT,     /* TCP to multicast or broadcast */
	RULE_NO_LISTENER,           /* nobody listens there on this host */
	RULE_REMOTE,                /* it depends on the other host and the network */
	RULE_MAPPED_SOURCE,         /* bound to an IPv4 address, and the other end is IPv6 */
	/* unix */
	RULE_NAME_TOO_LONG,
	RULE_PATH_EXISTS,
	RULE_PATH_STALE,
	RULE_PATH_OTHER_FILE,
	RULE_PATH_NO_DIRECTORY,
	RULE_PATH_NOT_DIRECTORY,
	RULE_PATH_NOT_WRITABLE,
	RULE_PATH_READ_ONLY,
	RULE_PATH_UNKNOWN,
	RULE_ABSTRACT_TAKEN,
	RULE_PATH_MISSING,          /* connect() */
	RULE_WRONG_TYPE,            /* connect(): a stream socket to a datagram one, or the like */
	RULE_COUNT,
};

struct bind_blocker {
	size_t index;   /* in bind_scene.socks */
	uint8_t rule;   /* enum bind_rule: why it is in the way; what is unknown of it taken for the worse */
	bool is_certain; /* it is in the way whatever its unknown flags are */
	uint8_t strength; /* what ends by itself has less: TIME_WAIT 0, connections 1, what is bound 2, listeners 3 */
	bool is_ghost;  /* an IPv6 address, in the way of 0.0.0.0 only because its socket is not IPV6_V6ONLY */
};

struct bind_verdict {
	uint8_t outcome;  /* enum bind_outcome */
	uint8_t step;     /* enum bind_step that this is about; when it fails or is unknown: the one that does */
	uint8_t rule;     /* enum bind_rule that decided; BIND_UNKNOWN: that of the first blocker, or what is not known */
	int error;        /* errno; BIND_UNKNOWN: the one to expect if it fails */
	bool cache_may_admit; /* BIND_FAILS: the kernel may let it in nevertheless, as its past is not known here */
	struct bind_blocker *blockers; /* owned; those that hurt most come first: listeners before what goes by itself */
	size_t count, size; /* of blockers: used, allocated */
};

#define BIND_VERDICT_INIT { .blockers = NULL }

/* Another end to connect() to. */
struct bind_peer {
	uint16_t port;
	uint8_t address[16];  /* in the family of the wish */
	bool is_here;         /* the address is this host's own: then the scene's sockets tell whether someone listens */
	uint8_t has_timestamps; /* enum tri: TCP time stamps were used by a connection that is in TIME_WAIT */
	struct bind_name name; /* unix; at_path: what stands there */
};

/*
 * Each writes the verdict, whose memory from a call before is reused; rules_verdict_fini frees it.
 *
 * bind().  Port 0: the scene must have the sockets of all ports.
 */
void rules_bind(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

/* listen() on the wish as it is now: bound (is_bound), or not, when it gets a port. */
void rules_listen(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

/* bind(), and when that works listen(), where the protocol has it: verdict.step tells which fails. */
void rules_bind_listen(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

/* connect(), as far as this host alone can tell. */
void rules_connect(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_scene *scene,
		   struct bind_verdict *verdict);

void rules_verdict_fini(struct bind_verdict *verdict);

/* The wish as a socket among others once bind() worked: with the device and IPV6_V6ONLY that bind() itself sets. */
struct bind_sock rules_bound(const struct bind_wish *wish);

/* The socket of a snapshot, with what is known of its flags. */
struct bind_sock rules_sock(const struct sock *sock);

/* Whether there are rules for what it is in the way of; of others rules_sock says nothing. */
bool rules_knows(const struct sock *sock);

/* The sockets of one bind table: MPTCP's are among TCP's. */
bool rules_same_table(const struct bind_wish *wish, const struct bind_sock *sock);

/* "listener-reuseaddr": stable, the JSON member; and a sentence without a full stop. */
const char *rules_id(unsigned rule);
const char *rules_sentence(unsigned rule);

#endif
