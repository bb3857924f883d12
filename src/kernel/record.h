/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes down what the kernel says, as it says it, and what was found in /proc, for replay.c to play it again.
 *
 * The file is whole after every snapshot, whatever ends the program.  When it cannot be written any more the recording
 * ends, not the program; what was recorded until then can be played.
 */
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct clock;
struct map;
struct names;
struct owner_scan;
struct query;
struct recorded_netns;
struct recorder;
struct uid_range;

/* Begins a recording in a new file.  0 or -errno; -EEXIST where there is one of that name.  The clock stays the caller's. */
int recorder_open(struct recorder **recorder, const char *path, const struct clock *clock);

/* Ends it; 0, or the -errno of a failure that recorder_explain did not tell before.  NULL: nothing. */
int recorder_close(struct recorder *recorder);

/* Appends that and why the recording has ended before its time, as one sentence without a full stop; else nothing. */
void recorder_explain(const struct recorder *recorder, struct buf *out);

/* What happens.  A recorder that is NULL, or that has failed, takes nothing. */
void record_hearing(struct recorder *recorder, bool hears_closings); /* before the first snapshot */
void record_query(struct recorder *recorder, const struct query *query);
void record_netns(struct recorder *recorder, const struct recorded_netns *about, const struct uid_range *ranges);
void record_dump(struct recorder *recorder, unsigned proto, unsigned family, uint32_t sequence, uint32_t port_id);
void record_replies(struct recorder *recorder, const void *bytes, size_t length);
void record_dump_end(struct recorder *recorder, int error, bool interrupted);
void record_snapshot_end(struct recorder *recorder);
void record_events(struct recorder *recorder, const void *bytes, size_t length);
void record_lost(struct recorder *recorder);
void record_owners(struct recorder *recorder, const struct map *wanted, const struct owner_scan *scan);

/* Those of the names that have not been written down before. */
void record_names(struct recorder *recorder, const struct names *names);

#endif
