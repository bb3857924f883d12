/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports why": would this bind work; if not, who is in the way, and what would help.
 */
#ifndef WHY_COMMAND_H
#define WHY_COMMAND_H

struct buf;
struct why_settings;

/*
 * Looks, judges, tries, and appends the answer to out and what could not be seen to gaps, a line each.  Returns the exit status:
 * EXIT_MATCHED it would work, EXIT_NOTHING it would not, EXIT_NOT_PERMITTED it cannot be told; or -errno when the kernel
 * could not be asked.
 */
int why_answer(const struct why_settings *settings, struct buf *out, struct buf *gaps);

#endif
