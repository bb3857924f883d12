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
struct process;

enum sock_proto {
	PROTO_TCP,
	PROTO_UDP,
	PROTO_UDPLITE,
	PROTO_COUNT,
};

enum sock_family {
	FAMILY_INET,
	FAMILY_INET6,
	FAMILY_COUNT,
};

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
};

struct sock {
	uint64_t cookie;      /* SO_COOKIE: the same from bind() to the end of TIME_WAIT, across accept() */
	uint32_t have;        /* enum sock_have */
	uint8_t proto;        /* enum sock_proto */
	uint8_t family;       /* enum sock_family */
	uint16_t state;       /* enum sock_state */
	uint8_t timer;        /* enum sock_timer, or a number that this program does not know */
	uint8_t retrans;      /* timer: retransmissions or probes so far */
	struct sock_flags flags; /* the kernel tells some of them of some sockets; its owner is asked for more */
	uint16_t local_port;  /* host byte order, as foreign_port */
	uint16_t foreign_port;
	uint8_t local[16];    /* network byte order; FAMILY_INET uses the first four bytes */
	uint8_t foreign[16];
	uint32_t ifindex;     /* device that it is bound to; 0: none */
	uint32_t uid;         /* owner of the socket; unknown for TIME_WAIT and SYN_RECV */
	uint32_t inode;       /* 0: no descriptor refers to it (TIME_WAIT, orphan, not accepted yet) */
	uint32_t recv_queue;  /* bytes; LISTEN: connections waiting for accept() */
	uint32_t send_queue;  /* bytes; LISTEN: the backlog's limit */
	uint32_t timer_ms;    /* until the timer fires, when the kernel was asked */
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
};

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
};

struct sock_info {
	uint32_t have;           /* enum info_have */
	uint32_t rtt_us;         /* INFO_TCP: smoothed round trip time; 0: not measured yet */
	uint32_t congestion_window; /* INFO_TCP: segments */
	uint32_t retransmitted;  /* INFO_TCP: segments, in all its life */
	uint64_t received_bytes; /* INFO_BYTES */
	uint64_t acked_bytes;    /* INFO_BYTES: sent, and acknowledged by the peer */
	uint32_t memory_bytes;   /* INFO_MEMORY: what its queues take */
	uint32_t drops;          /* INFO_DROPS: packets, or for LISTEN requests, that were thrown away */
	uint32_t mark;           /* INFO_MARK: SO_MARK */
	uint64_t cgroup;         /* INFO_CGROUP: the identity of that in which the socket was made */
	char congestion[16];     /* INFO_CONGESTION: the algorithm, NUL-terminated */
	/* The following are not the kernel's words, but made of them by who keeps them. */
	uint64_t read_ns;        /* when it was read, by the reader's clock */
	uint64_t in_rate, out_rate;    /* INFO_RATES: bytes per second since the reading before */
	const struct process *process; /* of the first owner; NULL: not asked for, or not known; the table's */
};

/* Whether it is in one of STATES_LISTENING: it has a port, and no peer. */
bool sock_is_listening(const struct sock *sock);

/* Whether the queues are a listener's: connections that wait for accept(), and how many may. */
bool sock_has_backlog(const struct sock *sock);

/* Whether the accept queue of a listener is so full that the kernel drops connections (sk_acceptq_is_full: ">"). */
bool sock_is_overrun(const struct sock *sock);

/* "tcp", "udp": the JSON member; NULL for a number that is none. */
const char *proto_name(unsigned proto);

/* netstat's names: "LISTEN", "TIME_WAIT"; NULL for a state that this program does not know. */
const char *state_name(unsigned state);

/* Appends state_name or, for an unknown state, the kernel's number. */
void state_format(struct buf *out, unsigned state);

/* "timewait", "keepalive", ... as ss calls them; "unknown" for other numbers. */
const char *timer_name(unsigned timer);

/* Appends the address as inet_ntop(3) writes it. */
void address_format(struct buf *out, unsigned family, const uint8_t address[16]);

/* 0.0.0.0 or :: */
bool address_is_wildcard(unsigned family, const uint8_t address[16]);

#endif
