/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_netns.h"

#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli.h"
#include "kernel/netns_check.h"
#include "model/query.h"

int cli_check_netns(const struct query *query)
{
	struct buf why = BUF_INIT;
	int error = query->netns != NULL ? netns_check(query->netns, &why) : 0;

	if (error < 0)
		fprintf(stderr, "ports: --netns: %s\n", buf_str(&why));
	buf_fini(&why);
	return error == 0 ? EXIT_MATCHED : error == -EPERM ? EXIT_NOT_PERMITTED : EXIT_USAGE;
}
