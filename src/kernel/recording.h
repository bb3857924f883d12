/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recording looks like: what record.c writes and replay.c reads.
 *
 * A file begins with a mark, whose first line says in plain words what it is, and goes on with frames, each a head and as
 * many bytes as its length says.  The first frame is START, the last one END.  Numbers are as the machine has them, which
 * the mark tells; what the kernel said is as it said it, so that a replay goes through the parsers that are in use.
 */
#ifndef KERNEL_RECORDING_H
#define KERNEL_RECORDING_H

#include <stdint.h>

#define RECORDING_WORDS "ports recording " /* and the version, and a newline */
#define RECORDING_VERSION 1
#define RECORDING_ORDER UINT32_C(0x01020304)

struct recording_mark {
	char words[20];  /* NULs behind the newline */
	uint32_t order;  /* RECORDING_ORDER */
	uint32_t word_bytes; /* of a long */
};

enum recording_kind {
	RECORDING_START = 1, /* struct recorded_start and the version of the program */
	RECORDING_NAME,      /* struct recorded_name and the name */
	RECORDING_QUERY,     /* a snapshot begins: struct recorded_query and its ranges of ports, struct recorded_range */
	RECORDING_DUMP,      /* in a snapshot, a dump begins: struct recorded_dump */
	RECORDING_REPLIES,   /* in a dump: one chunk of netlink messages, or a file */
	RECORDING_DUMP_END,  /* struct recorded_dump_end */
	RECORDING_SNAPSHOT_END,
	RECORDING_EVENTS,    /* one chunk of netlink messages, of destroyed sockets */
	RECORDING_LOST,      /* events were */
	/* struct recorded_scan; then its recorded_owner's, its recorded_answer's, and the recorded_want's that it was for. */
	RECORDING_OWNERS,
	RECORDING_END,
	/* In a snapshot: the dumps that follow are of this namespace: struct recorded_netns and its ranges, struct uid_range. */
	RECORDING_NETNS,
	RECORDING_KIND_COUNT,
};

struct recording_head {
	uint32_t length;  /* of what follows */
	uint32_t kind;    /* enum recording_kind */
	uint64_t time_ns; /* since START; never less than the one before */
};

struct recorded_start {
	uint64_t mono_ns, day_ns; /* what the clock showed, and since 1970 */
};

struct recorded_name {
	uint64_t high, low; /* struct name_key */
	uint32_t kind;      /* enum name_kind */
	uint32_t is_named;
};

struct recorded_query {
	uint32_t protos, families, states, needs; /* struct query */
	uint32_t hears_closings; /* destroy events are heard, too */
	uint32_t range_count;
};

struct recorded_range {
	uint16_t low, high;
};

struct recorded_netns {
	uint32_t inode;
	uint32_t is_own;      /* the program that recorded it was in it */
	int32_t error;        /* 0, or the -errno for which there are no dumps of it although there should be */
	uint32_t uids_differ; /* struct uid_map */
	uint32_t range_count;
};

struct recorded_dump {
	uint32_t proto, family;
	uint32_t sequence, port_id; /* of the replies that belong to it; sequence 0: they are the words of a file of /proc/net */
};

struct recorded_dump_end {
	int32_t error; /* 0 or -errno */
	uint32_t interrupted;
};

struct recorded_scan {
	uint32_t owner_count, answer_count, want_count;
	uint32_t processes, refused, as_root, hides; /* struct owner_scan */
	int32_t error;
};

struct recorded_owner {
	uint64_t start_ticks; /* struct owner */
	uint32_t inode;
	int32_t pid, fd;
	char comm[16];
	uint32_t unused;
};

struct recorded_answer {
	uint64_t cookie; /* struct flags_answer */
	uint32_t known, set;
};

struct recorded_want {
	uint32_t inode;
	uint32_t want; /* enum owner_want, as the scan left it */
};

#endif
