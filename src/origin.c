/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "origin.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli.h"
#include "kernel/record.h"
#include "kernel/source.h"

/* What the clock of made-up sockets shows at first, where that is not to be the system's: any time will do, but early ones. */
#define SYNTHETIC_START_NS (1000 * NS_PER_S)

static bool fail_record(const struct settings *settings, int error, struct buf *why)
{
	options_fault(why, "--record: ", settings->record, "");
	if (error == -EEXIST)
		buf_puts(why, " is there already, and is not overwritten");
	else
		buf_printf(why, " cannot be written: %s", strerror(-error));
	return false;
}

bool origin_begin(struct origin *origin, const struct settings *settings, struct buf *why)
{
	*origin = (struct origin){ .clock = { .kind = CLOCK_SYSTEM } };
	if (settings->has_clock)
		clock_set(&origin->clock, CLOCK_RUNNING, clock_mono_ns(), settings->clock_ns);
	if (settings->record == NULL)
		return true;
	int error = recorder_open(&origin->recorder, settings->record, &origin->clock);
	return error == 0 || fail_record(settings, error, why);
}

static int open_replay(struct origin *origin, const struct settings *settings, enum origin_use use, struct buf *why)
{
	const struct source_replay_options options = {
		.path = settings->replay,
		.clock = &origin->clock,
		.clock_kind = use == ORIGIN_LIVE ? CLOCK_RUNNING : CLOCK_STILL,
		.owners = !settings->no_owners,
	};

	buf_puts(why, "--replay: ");
	if (!source_replay_open(&origin->source, &options, why))
		return -EINVAL;
	if (settings->has_clock)
		clock_set(&origin->clock, CLOCK_STILL, clock_now_ns(&origin->clock), settings->clock_ns);
	buf_clear(why);
	return 0;
}

int origin_open(struct origin *origin, const struct settings *settings, enum origin_use use, struct buf *why)
{
	const struct source_live_options options = {
		.clock = &origin->clock,
		.recorder = origin->recorder,
		.watches = use != ORIGIN_ONCE,
		.owners = !settings->no_owners,
	};

	if (settings->replay != NULL)
		return open_replay(origin, settings, use, why);
	if (settings->synthetic) {
		if (use == ORIGIN_HEADLESS)
			clock_set(&origin->clock, CLOCK_STILL, SYNTHETIC_START_NS,
				  settings->has_clock ? settings->clock_ns : clock_real_ns());
		origin->source = source_synthetic_open(&origin->clock, settings->made_up, settings->churn);
		return 0;
	}
	return source_live_open(&origin->source, &options);
}

void origin_close(struct origin *origin)
{
	source_close(origin->source);
	origin->source = NULL;
}

bool origin_end(struct origin *origin, const struct settings *settings, struct buf *why)
{
	int error = recorder_close(origin->recorder);

	origin->recorder = NULL;
	return error == 0 || fail_record(settings, error, why);
}
