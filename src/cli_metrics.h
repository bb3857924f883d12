/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports metrics": what the sockets add up to, for Prometheus.
 */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

/* Writes; argv[0] is the word.  The exit status: EXIT_MATCHED it is written, or STATUS_UNREAD. */
int cli_metrics(int argc, char *const argv[]);

#endif
