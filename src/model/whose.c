/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/whose.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/cgroup.h"
#include "model/process.h"
#include "model/table.h"

static bool has_place(const struct cgroup *cgroup)
{
	return cgroup->path != NULL || cgroup->gone;
}

static bool has_unit(const struct cgroup *cgroup)
{
	return cgroup->unit != NULL;
}

static bool has_container(const struct cgroup *cgroup)
{
	return cgroup->container != NULL || cgroup->pod != NULL;
}

static const struct cgroup *first_that(const struct row *row, bool (*has)(const struct cgroup *))
{
	const struct sock_info *info = row->info;

	if (info != NULL && info->group != NULL && has(info->group))
		return info->group;
	return info != NULL && info->process != NULL && has(&info->process->cgroup) ? &info->process->cgroup : NULL;
}

const struct cgroup *whose_cgroup(const struct row *row)
{
	return first_that(row, has_place);
}

const struct cgroup *whose_unit(const struct row *row)
{
	return first_that(row, has_unit);
}

const struct cgroup *whose_container(const struct row *row)
{
	return first_that(row, has_container);
}

bool whose_own(const struct row *row, const struct cgroup *cgroup)
{
	return row->info != NULL && row->info->group == cgroup;
}

const struct owner *whose_activator(const struct row *row)
{
	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++) {
		if (owner_is_systemd(row_owner(row, i)))
			return row_owner(row, i);
	}
	return NULL;
}

/* Systemd makes a socket of IP in the cgroup of its unit when it can count or filter what comes over it (src/core/socket.c). */
const char *whose_socket_unit(const struct row *row)
{
	static const char ending[] = ".socket";
	const char *unit = row->info != NULL && row->info->group != NULL ? row->info->group->unit : NULL;
	size_t length = unit != NULL ? strlen(unit) : 0;

	return length > sizeof(ending) - 1 && strcmp(unit + length - (sizeof(ending) - 1), ending) == 0 ? unit : NULL;
}

void whose_explain_activation(struct buf *out, const struct row *row, const struct process *process)
{
	const struct owner *activator = whose_activator(row), *first = activator != NULL ? row_owner(row, 0) : NULL;
	const char *unit = activator != NULL ? whose_socket_unit(row) : NULL;
	bool is_shared = activator != first;

	if (activator == NULL)
		return;
	buf_puts(out, "Socket activation: ");
	owner_format(out, activator);
	buf_puts(out, " holds it for ");
	if (is_shared && process != NULL && process->cgroup.unit != NULL)
		text_clean(out, process->cgroup.unit);
	else if (is_shared)
		owner_format(out, first);
	else
		text_clean(out, unit != NULL ? unit : "one of its units");
	if (is_shared && unit != NULL) {
		buf_puts(out, ", by ");
		text_clean(out, unit);
	}
	buf_puts(out, is_shared ? ", and will hold it when that has ended." : ", which is started when it is needed.");
}
