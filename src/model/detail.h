/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the kernel tells of one socket, asked for alone: more than a table of many could afford to ask.
 */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include <linux/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

/* A member means something only if the bit named there is set in sock_detail.have. */
enum detail_have {
	DETAIL_SHUTDOWN = 1 << 0,
	DETAIL_TOS = 1 << 1,
	DETAIL_TCLASS = 1 << 2,
	DETAIL_MARK = 1 << 3,     /* told to those with CAP_NET_ADMIN */
	DETAIL_CLASS_ID = 1 << 4,
	DETAIL_OPTIONS = 1 << 5,  /* Linux 5.10 */
};

/* As the kernel orders them (linux/sock_diag.h, SK_MEMINFO_*). */
enum detail_memory {
	MEMORY_RECEIVED,      /* bytes that what is received takes */
	MEMORY_RECEIVE_LIMIT, /* SO_RCVBUF */
	MEMORY_LEAVING,       /* bytes that what was handed to the device takes; for UDP all that is being sent */
	MEMORY_SEND_LIMIT,    /* SO_SNDBUF */
	MEMORY_AHEAD,         /* bytes taken from the kernel ahead of need */
	MEMORY_QUEUED,        /* bytes that what TCP holds for sending takes */
	MEMORY_OPTIONS,       /* bytes that options and filters take */
	MEMORY_BACKLOG,       /* bytes that came while the program was busy with the socket */
	MEMORY_DROPS,         /* packets, since it was opened */
	MEMORY_COUNT,
};

/* What setsockopt(2) has set, as far as sock_diag tells it and struct sock_flags does not. */
enum detail_option {
	OPTION_RECVERR = 1 << 0,
	OPTION_RECVERR_RFC4884 = 1 << 1,
	OPTION_HDRINCL = 1 << 2,
	OPTION_NODEFRAG = 1 << 3,
	OPTION_MULTICAST_LOOP = 1 << 4, /* on unless it was switched off, and so is the next one */
	OPTION_MULTICAST_ALL = 1 << 5,
	OPTION_DEFER_CONNECT = 1 << 6,  /* TCP_FASTOPEN_CONNECT, and nothing was sent yet */
};

/* Directions that shutdown(2), or the peer's end of it, has closed. */
enum { SHUTDOWN_RECEIVING = 1, SHUTDOWN_SENDING = 2 };

struct sock_detail {
	uint64_t cookie;              /* whose it is, with netns as in struct sock; 0: nobody's, nothing is known */
	uint32_t netns;
	uint32_t have;                /* enum detail_have */
	struct sock_info info;        /* with rates when it was asked for more than once */
	struct tcp_info tcp;          /* zeroes behind its first tcp_bytes bytes */
	size_t tcp_bytes;             /* how much of it this kernel knows */
	uint32_t memory[MEMORY_COUNT];
	size_t memory_count;          /* how many of them this kernel knows */
	uint16_t options;             /* DETAIL_OPTIONS: enum detail_option */
	uint8_t shutdown;             /* DETAIL_SHUTDOWN */
	uint8_t tos;                  /* DETAIL_TOS: of IPv4 */
	uint8_t tclass;               /* DETAIL_TCLASS: of IPv6 */
	uint32_t mark;                /* DETAIL_MARK: SO_MARK */
	uint32_t class_id;            /* DETAIL_CLASS_ID: of its net_cls cgroup; without one, SO_PRIORITY */
	unsigned long malformed;      /* words of the kernel that were not understood */
};

/* Whether the kernel told this member of struct tcp_info, which grew with the kernels. */
#define DETAIL_KNOWS(detail, member) \
	((detail)->tcp_bytes >= offsetof(struct tcp_info, member) + sizeof((detail)->tcp.member))

#endif
