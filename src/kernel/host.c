/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/host.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/die.h"
#include "kernel/rtnl.h"

/* ip_local_reserved_ports may name every second port of all. */
enum { TEXT_BYTES = 256 * 1024 };

/* Reads up to size - 1 bytes of a file in /proc and ends them with a NUL; the text is empty when it cannot be read. */
static void read_file(const char *path, char *text, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;

	for (ssize_t part; file >= 0 && length < size - 1 && (part = read(file, text + length, size - 1 - length)) > 0;)
		length += (size_t)part;
	text[length] = '\0';
	if (file >= 0)
		close(file);
}

static unsigned long read_number(const char *path, unsigned long otherwise)
{
	char text[64], *end;

	read_file(path, text, sizeof(text));
	unsigned long number = strtoul(text, &end, 10);
	return end != text ? number : otherwise;
}

void host_take_range(struct host *host, const char *text)
{
	struct bind_host *values = &host->values;
	unsigned low, high;

	values->range_low = 32768;
	values->range_high = 60999;
	if (sscanf(text, "%u %u", &low, &high) == 2 && low <= high && high <= UINT16_MAX) {
		values->range_low = (uint16_t)low;
		values->range_high = (uint16_t)high;
	}
}

static void add_reserved(struct host *host, unsigned long low, unsigned long high)
{
	size_t count = host->values.reserved_count;

	host->reserved = xrealloc_array(host->reserved, count + (high - low) + 1, sizeof(host->reserved[0]));
	for (; low <= high; low++)
		host->reserved[count++] = (uint16_t)low;
	host->values.reserved_count = count;
}

/* "8080,9000-9010" and a newline; as they ascend, they cannot be more than there are ports. */
void host_take_reserved(struct host *host, const char *text)
{
	unsigned long least = 0;

	while (*text >= '0' && *text <= '9') {
		char *end;
		unsigned long low = strtoul(text, &end, 10), high = low;

		if (*end == '-')
			high = strtoul(end + 1, &end, 10);
		if (low < least || low > high || high > UINT16_MAX)
			break;
		add_reserved(host, low, high);
		least = high + 1;
		text = end + (*end == ',' ? 1 : 0);
	}
}

static void read_ports(struct host *host)
{
	char *text = xrealloc_array(NULL, TEXT_BYTES, 1);

	read_file("/proc/sys/net/ipv4/ip_local_port_range", text, TEXT_BYTES);
	host_take_range(host, text);
	read_file("/proc/sys/net/ipv4/ip_local_reserved_ports", text, TEXT_BYTES);
	host_take_reserved(host, text);
	free(text);
}

static void read_devices(struct host *host)
{
	struct if_nameindex *names = if_nameindex();
	size_t count = 0;

	for (; names != NULL && names[count].if_index != 0; count++) {
		host->devices = xrealloc_array(host->devices, count + 1, sizeof(host->devices[0]));
		host->devices[count] = names[count].if_index;
	}
	host->values.device_count = count;
	if (names != NULL)
		if_freenameindex(names);
}

static void add_address(void *context, const struct bind_address *address)
{
	struct host *host = context;
	size_t count = host->values.address_count;

	host->addresses = xrealloc_array(host->addresses, count + 1, sizeof(host->addresses[0]));
	host->addresses[count] = *address;
	host->values.address_count = count + 1;
}

/* Bound TCP sockets that do not listen are in dumps since Linux 6.8 (TCPF_BOUND_INACTIVE). */
static bool hides_bound(void)
{
	struct utsname name;
	unsigned major, minor;

	if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return true;
	return major < 6 || (major == 6 && minor < 8);
}

void host_read(struct host *host)
{
	struct bind_host *values = &host->values;

	*host = (struct host){ .error = 0 };
	int error4 = rtnl_addresses4(add_address, host), error6 = rtnl_addresses6(add_address, host);
	host->error = error4 < 0 ? error4 : error6;
	read_devices(host);
	read_ports(host);
	values->unprivileged_start = (uint16_t)read_number("/proc/sys/net/ipv4/ip_unprivileged_port_start", 1024);
	values->nonlocal_bind4 = read_number("/proc/sys/net/ipv4/ip_nonlocal_bind", 0) != 0;
	values->nonlocal_bind6 = read_number("/proc/sys/net/ipv6/ip_nonlocal_bind", 0) != 0;
	values->autobind_reuse = read_number("/proc/sys/net/ipv4/ip_autobind_reuse", 0) != 0;
	host->v6only = read_number("/proc/sys/net/ipv6/bindv6only", 0) != 0;
	values->hides_bound = hides_bound();
	values->addresses = host->addresses;
	values->devices = host->devices;
	values->reserved = host->reserved;
}

void host_fini(struct host *host)
{
	free(host->addresses);
	free(host->devices);
	free(host->reserved);
	*host = (struct host){ .error = 0 };
}

/*
 * Whether capabilities count in this network namespace: NS_GET_USERNS tells its owner only to who is in that user namespace
 * or in one above it (ns_get_owner in kernel/user_namespace.c), and these are the ones whose capabilities hold there.
 */
static bool owns_network(void)
{
	int net = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int user = net >= 0 ? ioctl(net, NS_GET_USERNS) : -1;

	if (user >= 0)
		close(user);
	if (net >= 0)
		close(net);
	return user >= 0;
}

uint64_t host_capabilities(void)
{
	struct capabilities all;

	return owns_network() && capabilities_get(&all) == 0 ? all.effective : 0;
}
