/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"

#include <string.h>

#include "cli_destroy.h"
#include "cli_events.h"
#include "cli_kill.h"
#include "cli_metrics.h"
#include "cli_wait.h"
#include "cli_why.h"
#include "destroy_words.h"
#include "events_words.h"
#include "kill_words.h"
#include "lab_command.h"
#include "metrics_words.h"
#include "wait_words.h"
#include "why_words.h"

const struct command commands[] = {
	{ "destroy", destroy_options, "FILTER", cli_destroy, "have the kernel destroy sockets" },
	{ "events", events_options, "FILTER", cli_events, "print what happens to sockets, a line each" },
	{ "kill", kill_options, "PORTS", cli_kill, "end the processes that listen on a port" },
	{ "lab", lab_options, "LESSON", lab_command, "run scenarios and lessons of binding, step by step" },
	{ "metrics", metrics_options, "N", cli_metrics, "what the sockets add up to, for Prometheus" },
	{ "wait", wait_options, "ADDRESS", cli_wait, "until somebody listens on a port, nobody has it any more, or it can be bound" },
	{ "why", why_options, "ADDRESS", cli_why, "would this bind work; if not, who is in the way, and what would help" },
	{ .name = NULL },
};

const struct command *command_named(const char *name)
{
	for (const struct command *command = commands; command->name != NULL; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}
