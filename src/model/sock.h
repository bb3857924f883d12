/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One socket as the kernel described it at one moment: a plain value that can be copied, compared and made up in tests.
 * Knows nothing of where it came from (kernel/) nor of how it is shown.
 */
#ifndef MODEL_SOCK_H
#define MODEL_SOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/flags.h"

struct buf;
struct cgroup;
struct process;

/* What they are called, and which families they are in, is in model/proto.c. */
enum sock_proto {
	PROTO_TCP,
	PROTO_UDP,
	PROTO_UDPLITE,
	PROTO_MPTCP,
	PROTO_SCTP,
	PROTO_DCCP,
	PROTO_RAW,
	PROTO_ICMP, /* "ping" sockets (icmp(7), SOCK_DGRAM with IPPROTO_ICMP) */
	PROTO_UNIX_STREAM,
	PROTO_UNIX_DGRAM,
	PROTO_UNIX_SEQPACKET,
	PROTO_PACKET_RAW,
	PROTO_PACKET_DGRAM,
	PROTO_NETLINK,
	PROTO_VSOCK_STREAM,
	PROTO_VSOCK_DGRAM,
	PROTO_VSOCK_SEQPACKET,
	PROTO_XDP,
	PROTO_TIPC,
	PROTO_COUNT,
};

/* Sets of them, 1 << enum sock_proto. */
#define PROTOS_ALL ((UINT32_C(1) << PROTO_COUNT) - 1)
#define PROTOS_UNIX (UINT32_C(7) << PROTO_UNIX_STREAM)
#define PROTOS_PACKET (UINT32_C(3) << PROTO_PACKET_RAW)
#define PROTOS_VSOCK (UINT32_C(7) << PROTO_VSOCK_STREAM)

enum sock_family {
	FAMILY_INET,
	FAMILY_INET6,
	FAMILY_UNIX,
	FAMILY_PACKET,
	FAMILY_NETLINK,
	FAMILY_VSOCK,
	FAMILY_XDP,
	FAMILY_TIPC,
	FAMILY_COUNT,
};

/* Those of the internet, in which a socket can be of one protocol or the other: 1 << enum sock_family. */
#define FAMILIES_INET (UINT32_C(1) << FAMILY_INET | UINT32_C(1) << FAMILY_INET6)

/*
 * 1 to 11 are the kernel's numbers (include/net/tcp_states.h).  Two states are told apart here that the kernel reports as
 * TCP_CLOSE: a TCP socket that is bound but neither listens nor is connected, and an unconnected UDP socket.
 */
enum sock_state {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT1,
	STATE_FIN_WAIT2,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_BOUND,
	STATE_UNCONN,
	STATE_COUNT,
	STATE_RAW = 64, /* plus the number of a state that this program does not know */
};

/* A set of states, one bit each. */
#define STATE_BIT(state) (UINT32_C(1) << (state))
#define STATES_ALL UINT32_MAX
enum { STATE_OTHERS = 31 }; /* stands in a set for all that the program does not know */
#define STATES_LISTENING (STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_BOUND) | STATE_BIT(STATE_UNCONN))

/* idiag_timer (sock_diag(7)); the kernel's numbers. */
enum sock_timer {
	TIMER_OFF,
	TIMER_ON, /* retransmission, SYN and SYN-ACK too */
	TIMER_KEEPALIVE,
	TIMER_TIMEWAIT,
	TIMER_PERSIST, /* zero window probe */
	TIMER_COUNT,
};

/* A member that is named here means something only if its bit is set in sock.have; the others always do. */
enum sock_have {
	HAVE_QUEUES = 1 << 0,
	HAVE_UID = 1 << 1,
	HAVE_TIMER = 1 << 2,
	HAVE_COOKIE = 1 << 3, /* cookie is the kernel's; else it is made of what is told, and identifies the socket, too */
};

/*
 * {netns, cookie} is which socket it is: before Linux 5.10 each network namespace counted its own cookies
 * (net/core/sock_diag.c, __sock_gen_cookie), and since then one counter serves the whole machine.
 */
struct sock {
	uint64_t cookie;      /* HAVE_COOKIE: SO_COOKIE, the same from bind() to the end of TIME_WAIT, across accept() */
	uint32_t have;        /* enum sock_have */
	uint8_t proto;        /* enum sock_proto */
	uint8_t family;       /* enum sock_family */
	uint16_t state;       /* enum sock_state */
	uint8_t timer;        /* enum sock_timer, or a number that this program does not know */
	uint8_t retrans;      /* timer: retransmissions or probes so far */
	struct sock_flags flags; /* the kernel tells some of them of some sockets; its owner is asked for more */
	uint16_t local_port;  /* host byte order, as foreign_port; 0: none */
	uint16_t foreign_port;
	uint16_t number;      /* without ports: IP protocol of raw, identifier of ping, Ethernet protocol of packet sockets,
				 netlink protocol */
	uint8_t local[16];    /* network byte order; FAMILY_INET uses the first four bytes; others: sock_end */
	uint8_t foreign[16];
	uint32_t ifindex;     /* device that it is bound to; 0: none */
	uint32_t uid;         /* owner of the socket; unknown for TIME_WAIT and SYN_RECV */
	uint32_t inode;       /* 0: no descriptor refers to it (TIME_WAIT, orphan, not accepted yet) */
	uint32_t recv_queue;  /* bytes; LISTEN: connections waiting for accept() */
	uint32_t send_queue;  /* bytes; LISTEN: the backlog's limit */
	uint32_t timer_ms;    /* until the timer fires, when the kernel was asked */
	uint32_t netns;       /* inode of its network namespace; 0: it is in that of this program */
};

/* What is told of a socket only when it is asked for; one bit each. */
enum sock_need {
	NEED_TCP = 1 << 0,        /* INET_DIAG_INFO */
	NEED_CONGESTION = 1 << 1, /* INET_DIAG_CONG */
	NEED_MEMORY = 1 << 2,     /* INET_DIAG_SKMEMINFO */
	NEED_FLAGS = 1 << 3,      /* sock.flags of others' sockets; asked of their owners */
	NEED_PROCESS = 1 << 4,    /* command line and cgroup of the first owner; from /proc */
	NEED_MARK = 1 << 5,       /* INET_DIAG_MARK, told to those with CAP_NET_ADMIN */
	NEED_CGROUP = 1 << 6,     /* INET_DIAG_CGROUP_ID; Linux 5.7 */
	NEED_FILE = 1 << 7,       /* what stands at the path of a unix socket; from the file system */
};

/* What it takes to tell whose a socket is. */
#define NEED_WHOSE (NEED_PROCESS | NEED_CGROUP)

/* Those that are in struct sock_info, and asked of the kernel. */
#define NEED_INFO (NEED_TCP | NEED_CONGESTION | NEED_MEMORY | NEED_MARK | NEED_CGROUP)

/* A member means something only if the bit named there is set in sock_info.have. */
enum info_have {
	INFO_TCP = 1 << 0,
	INFO_BYTES = 1 << 1, /* Linux 4.1 */
	INFO_CONGESTION = 1 << 2,
	INFO_MEMORY = 1 << 3,
	INFO_DROPS = 1 << 4,
	INFO_RATES = 1 << 5, /* needs a second reading */
	INFO_MARK = 1 << 6,
	INFO_CGROUP = 1 << 7,
	INFO_NAME = 1 << 8,
	INFO_FILE = 1 << 9,
	INFO_TOKEN = 1 << 10,
};

/* What stands at the path that a unix socket is bound to. */
enum sock_file {
	FILE_ALIVE,    /* its own file: who connects there comes to it */
	FILE_GONE,     /* nothing: nobody can connect to it any more */
	FILE_REPLACED, /* another file */
};

#define UNIX_NAME_MAX 108u /* sizeof(sockaddr_un.sun_path) */

struct sock_info {
	uint32_t have;           /* enum info_have */
	uint32_t memory_bytes;   /* INFO_MEMORY: what its queues take */
	uint32_t drops;          /* INFO_DROPS: packets, or for LISTEN requests, that were thrown away */
	uint32_t mark;           /* INFO_MARK: SO_MARK */
	uint32_t token;          /* INFO_TOKEN: of the MPTCP connection that it is, or that it carries a part of */
	uint64_t cgroup;         /* INFO_CGROUP: the identity of that in which the socket was made */
	/* What only one family has: a bit of have tells which. */
	union {
		struct { /* TCP */
			uint32_t rtt_us; /* INFO_TCP: smoothed round trip time; 0: not measured yet */
			uint32_t congestion_window; /* INFO_TCP: segments */
			uint32_t retransmitted;  /* INFO_TCP: segments, in all its life */
			char congestion[16];     /* INFO_CONGESTION: the algorithm, NUL-terminated */
			uint64_t received_bytes; /* INFO_BYTES */
			uint64_t acked_bytes;    /* INFO_BYTES: sent, and acknowledged by the peer */
			uint64_t in_rate, out_rate; /* INFO_RATES: bytes per second since the reading before; the keeper's */
		};
		struct { /* unix */
			char name[UNIX_NAME_MAX]; /* INFO_NAME: any bytes; not NUL-terminated */
			uint8_t name_length;
			bool is_abstract; /* the name stands without the NUL that it begins with */
			uint8_t file;     /* INFO_FILE: enum sock_file */
		};
	};
	/* The following are not the kernel's words, but made of them by who keeps them. */
	uint64_t read_ns;        /* when it was read, by the reader's clock */
	const struct cgroup *group;    /* what is known of cgroup, or was once; NULL: it never was told; the table's */
	const struct process *process; /* of the first owner; NULL: not asked for, or not known; the table's */
};

/* Whether both are the same socket, be it at different moments. */
bool sock_is_same(const struct sock *a, const struct sock *b);

/* Whether it is in one of STATES_LISTENING: it has a port, and no peer. */
bool sock_is_listening(const struct sock *sock);

/* Whether its ends have ports. */
bool sock_has_ports(const struct sock *sock);

/* Whether there is something at the other end. */
bool sock_has_peer(const struct sock *sock);

/* What stands in local or foreign where there is no address. */
struct sock_end {
	uint32_t first;  /* unix: the inode of the socket at that end, 0: none; netlink: the port id; vsock: the context id;
			    XDP: the queue; TIPC: the node */
	uint32_t second; /* vsock: the port; netlink: the groups that it listens to, of the first 32; TIPC: the reference */
};

struct sock_end sock_end_get(const uint8_t end[16]);
void sock_end_set(uint8_t end[16], struct sock_end value);

/* The inode of the unix socket at the other end; 0: it has none, or the other end has none. */
uint32_t sock_peer(const struct sock *sock);

/* Whether the queues are a listener's: connections that wait for accept(), and how many may. */
bool sock_has_backlog(const struct sock *sock);

/* Whether the accept queue of a listener is so full that the kernel drops connections (sk_acceptq_is_full: ">"). */
bool sock_is_overrun(const struct sock *sock);

/* "tcp", "unix_stream": by which it is asked for; NULL for a number that is none. */
const char *proto_name(unsigned proto);

/* netstat's names: "LISTEN", "TIME_WAIT"; NULL for a state that this program does not know. */
const char *state_name(unsigned state);

/* Appends state_name or, for an unknown state, the kernel's number. */
void state_format(struct buf *out, unsigned state);

/* "inet", "unix": the JSON member; NULL for a number that is none. */
const char *sock_family_name(unsigned family);

/* "alive", "gone", "replaced": of enum sock_file. */
const char *file_name(unsigned file);

/* "timewait", "keepalive", ... as ss calls them; "unknown" for other numbers. */
const char *timer_name(unsigned timer);

/* Appends the address as inet_ntop(3) writes it. */
void address_format(struct buf *out, unsigned family, const uint8_t address[16]);

/* Whether it is of the internet: its ends are addresses. */
bool family_is_inet(unsigned family);

/* 0.0.0.0 or :: */
bool address_is_wildcard(unsigned family, const uint8_t address[16]);

#endif
