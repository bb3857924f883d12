/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_end.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli.h"
#include "out/sink.h"

int cli_usage(const struct buf *error)
{
	fprintf(stderr, "ports: %s\n", buf_str(error));
	return EXIT_USAGE;
}

int cli_print(void (*help)(struct buf *out))
{
	struct sink sink;

	sink_init(&sink, STDOUT_FILENO);
	help(&sink.buf);
	return cli_finish(&sink, EXIT_MATCHED);
}

int cli_finish(struct sink *sink, int status)
{
	int error = sink_flush(sink);

	sink_fini(sink);
	if (error == 0)
		return status;
	if (error == -EPIPE)
		return STATUS_UNREAD;
	fprintf(stderr, "ports: cannot write: %s\n", strerror(-error));
	return EXIT_SYSTEM;
}

int cli_fail(int error)
{
	if (error == -EPERM || error == -EACCES) {
		fprintf(stderr, "ports: asking the kernel for its sockets is not permitted here (%s); a sandbox or a security "
				"module forbids NETLINK_SOCK_DIAG\n", strerror(-error));
		return EXIT_NOT_PERMITTED;
	}
	if (error == -EPROTONOSUPPORT || error == -ENOENT || error == -EOPNOTSUPP || error == -EAFNOSUPPORT)
		fprintf(stderr, "ports: this kernel has no sock_diag for sockets of these kinds (%s); for TCP and UDP it needs "
				"CONFIG_INET_DIAG, CONFIG_INET_TCP_DIAG and CONFIG_INET_UDP_DIAG, or the modules tcp_diag and udp_diag\n",
			strerror(-error));
	else
		fprintf(stderr, "ports: the kernel did not tell its sockets: %s\n", strerror(-error));
	return EXIT_SYSTEM;
}
