/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/explain_whose.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/cgroup.h"
#include "model/exposure.h"
#include "model/table.h"
#include "model/whose.h"

static void add_owner(struct buf *out, const struct row *row)
{
	if (row->owner_count > 0)
		owner_format(out, row_owner(row, 0));
	else
		buf_puts(out, "its first process");
}

void explain_cgroup(struct buf *out, const struct row *row)
{
	const struct cgroup *cgroup = whose_cgroup(row);

	if (cgroup == NULL)
		return;
	if (cgroup->path != NULL)
		text_clean(out, cgroup->path);
	if (cgroup->gone)
		buf_puts(out, cgroup->path != NULL ? ", which is gone" : "one that is gone");
	if (whose_own(row, cgroup)) {
		buf_puts(out, cgroup->gone ? "; the socket was made there." : ", where the socket was made.");
		return;
	}
	buf_puts(out, ", that of ");
	add_owner(out, row);
	buf_putc(out, '.');
}

static void add_pod(struct buf *out, const struct cgroup *cgroup)
{
	if (cgroup->pod == NULL)
		return;
	buf_printf(out, "%spod %s", cgroup->container != NULL ? ", of " : "", cgroup->pod);
	buf_printf(out, " (%s)", cgroup->qos);
}

void explain_container(struct buf *out, const struct row *row)
{
	const struct cgroup *cgroup = whose_container(row);

	if (cgroup == NULL)
		return;
	if (cgroup->name != NULL) {
		text_clean(out, cgroup->name);
		buf_puts(out, ": ");
	}
	if (cgroup->container != NULL) {
		buf_printf(out, "%s%scontainer ", cgroup->runtime != NULL ? cgroup->runtime : "", cgroup->runtime != NULL ? " " : "");
		text_clean(out, cgroup->container);
	}
	add_pod(out, cgroup);
	buf_putc(out, '.');
}

static const char *kind_of_address(unsigned scope)
{
	switch (scope) {
	case SCOPE_LINK:
		return ", which no router forwards to";
	case SCOPE_PRIVATE:
		return ", of a private network";
	default:
		return "";
	}
}

static const char *addresses(unsigned scope)
{
	switch (scope) {
	case SCOPE_IPV4:
		return "all IPv4 addresses";
	case SCOPE_BOTH:
		return "all IPv6 and IPv4 addresses";
	default:
		return "all IPv6 addresses";
	}
}

void explain_exposure(struct buf *out, const struct row *row)
{
	struct exposure exposure = sock_exposure(&row->sock);

	switch (exposure.reach) {
	case REACH_NONE:
		return;
	case REACH_LOOPBACK:
		buf_puts(out, "Nobody but this host, or its network namespace, can reach it.");
		return;
	case REACH_HOST:
		buf_printf(out, "This one address leads to it%s", kind_of_address(exposure.scope));
		break;
	case REACH_MULTICAST:
		buf_puts(out, "It takes what is sent to a group of hosts");
		break;
	case REACH_DEVICE:
		buf_printf(out, "On its device, %s of this host lead to it", addresses(exposure.scope));
		break;
	default:
		buf_printf(out, "On every device, %s of this host lead to it", addresses(exposure.scope));
		break;
	}
	buf_puts(out, "; firewalls are not looked at.");
}
