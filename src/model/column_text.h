/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each column says of a row.  All append to out, and nothing but text: column.c says which column is whose.
 */
#ifndef MODEL_COLUMN_TEXT_H
#define MODEL_COLUMN_TEXT_H

#include <stdint.h>

struct buf;
struct column_context;
struct row;

typedef void column_text_fn(struct buf *out, const struct row *row, const struct column_context *context);

void column_proto_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_recv_queue_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_send_queue_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_local_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_foreign_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_state_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_timer_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_flags_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_user_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_inode_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_cookie_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_age_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_device_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_file_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_backlog_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_rtt_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_window_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_retrans_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_bytes_in_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_bytes_out_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_in_rate_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_out_rate_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_congestion_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_memory_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_drops_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_token_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_netns_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_unit_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_container_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_cgroup_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_exposure_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_command_text(struct buf *out, const struct row *row, const struct column_context *context);
void column_owners_text(struct buf *out, const struct row *row, const struct column_context *context);

/* No column: what a network namespace (struct sock) is called, its inode where it has no name, a dash where that is not known. */
struct names;
void netns_text(struct buf *out, uint32_t netns, const struct names *names);

/* The same of a socket of another namespace than the own one, as the end of a sentence: " in red"; else nothing. */
void in_netns_text(struct buf *out, const struct row *row, const struct column_context *context);

/* No column: the local endpoint and, where there is a peer, ">" and the foreign one. */
void endpoints_text(struct buf *out, const struct row *row, const struct column_context *context);

#endif
