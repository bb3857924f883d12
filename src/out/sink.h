/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where commands write: a buffer in front of a descriptor, so that a million rows are a few hundred writes.
 */
#ifndef OUT_SINK_H
#define OUT_SINK_H

#include "base/buf.h"

struct sink {
	int fd;
	int error;      /* 0, or the -errno of the first write that failed; what is written after it is thrown away */
	struct buf buf; /* append to it, then call sink_flow */
};

void sink_init(struct sink *sink, int fd);

/* A new file of that name; one that is there already is somebody else's.  0 or -errno. */
int sink_create(struct sink *sink, const char *path);

/* Writes the rest, and ends the sink and its file, which is removed where it could not be written whole.  0 or -errno. */
int sink_close(struct sink *sink, const char *path);

/* To be called now and then: writes when enough has come together. */
void sink_flow(struct sink *sink);

/* Writes all of it; 0 or sink.error. */
int sink_flush(struct sink *sink);

/* Frees the memory; what was not flushed is lost. */
void sink_fini(struct sink *sink);

#endif
