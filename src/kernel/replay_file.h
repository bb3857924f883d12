/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording as a file: its frames one after the other, every one of which was looked at when the file was opened.
 * What it says is not trusted: whatever is in such a file, reading it is safe.
 */
#ifndef KERNEL_REPLAY_FILE_H
#define KERNEL_REPLAY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "kernel/recording.h"

struct replay_file {
	const char *path;             /* the caller's */
	int fd;
	uint64_t size;                /* bytes */
	uint64_t at;                  /* where the frame at hand begins */
	struct recording_head head;   /* of it */
	struct buf body;              /* of it; aligned for whatever it is */
	bool in_snapshot, in_dump;    /* the frame stands in one, or begins it */
	bool tours;                   /* it has sockets of more network namespaces than that of who recorded it, or of others */
	struct recorded_start start;
};

/* Opens and checks all of it, and stands at the START.  False and one line in error, as source_replay_open. */
bool replay_file_open(struct replay_file *file, const char *path, struct buf *error);
void replay_file_close(struct replay_file *file);

/*
 * Goes to the next frame, or to the one that begins there, and checks it (again, for the file may change under way).
 * False and one line in error when it is not right.  A jump may lead from the end of a snapshot to a query, and back.
 */
bool replay_file_next(struct replay_file *file, struct buf *error);
bool replay_file_seek(struct replay_file *file, uint64_t at, struct buf *error);

#endif
