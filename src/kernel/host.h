/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of this host and of this process decides a bind(): addresses, devices, sysctls, capabilities.
 */
#ifndef KERNEL_HOST_H
#define KERNEL_HOST_H

#include <stdint.h>

#include "model/rules.h"

/* values borrows what the others own. */
struct host {
	struct bind_host values;
	struct bind_address *addresses;
	uint32_t *devices;
	uint16_t *reserved;
	bool v6only; /* net.ipv6.bindv6only: what IPV6_V6ONLY is unless it is set */
	int error;   /* 0, or the -errno for which addresses may be missing */
};

/* Reads them anew.  A sysctl that cannot be read has the value that the kernel begins with. */
void host_read(struct host *host);
void host_fini(struct host *host);

/* Of these it is made: net.ipv4.ip_local_port_range and ip_local_reserved_ports; what makes no sense is passed over. */
void host_take_range(struct host *host, const char *text);
void host_take_reserved(struct host *host, const char *text);

/*
 * The effective capabilities of this process, bit 1 << CAP_..., none where its user namespace does not own its network
 * namespace: there they count for nothing (ns_capable in net/ipv4/af_inet.c).
 */
uint64_t host_capabilities(void);

#endif
