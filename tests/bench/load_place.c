/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the load may be made, and whether it can be: the namespace, its limits, descriptors, memory. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

/*
 * What they take of the kernel's memory, measured on Linux 6.18: a TCP socket with its file and inode, and a small
 * process.  Whoever looks at them needs some, too.
 */
enum { KIB_A_SOCKET = 3, KIB_A_PROCESS = 120, KIB_TO_SPARE = 512 * 1024 };

/* Descriptors of a process besides those of its sockets. */
enum { OTHER_DESCRIPTORS = 64 };

static struct ifreq flags_of(int fd, const char *name)
{
	struct ifreq request = { .ifr_flags = 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		load_fail(errno, "device %s", name);
	return request;
}

/* Some devices are in every new namespace, such as tunl0, but they are down. */
static void refuse_other_devices(int fd)
{
	struct if_nameindex *devices = if_nameindex();

	if (devices == NULL)
		load_fail(errno, "no devices");
	for (const struct if_nameindex *device = devices; device->if_index != 0; device++) {
		if (strcmp(device->if_name, "lo") != 0 && (flags_of(fd, device->if_name).ifr_flags & IFF_UP) != 0)
			load_fail(0, "device %s is up: this runs in a network namespace of its own only (unshare -n)",
				  device->if_name);
	}
	if_freenameindex(devices);
}

static void bring_up_loopback(int fd)
{
	struct ifreq request = flags_of(fd, "lo");

	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		load_fail(errno, "device lo");
}

/* Above the limit sockets would not become TIME_WAIT but end at once (tcp_time_wait); it is the namespace's own. */
static void allow_time_wait(uint32_t count)
{
	static const char path[] = "/proc/sys/net/ipv4/tcp_max_tw_buckets";
	FILE *limit = fopen(path, "r");
	uint32_t allowed = 0;

	if (limit == NULL || fscanf(limit, "%" SCNu32, &allowed) != 1)
		load_fail(errno, "%s", path);
	fclose(limit);
	if (allowed >= 2 * count)
		return;
	limit = fopen(path, "w");
	if (limit == NULL || fprintf(limit, "%" PRIu32 "\n", 2 * count) < 0 || fclose(limit) != 0)
		load_fail(errno, "%s", path);
}

static uint32_t most_descriptors(const struct load *load)
{
	uint32_t largest = 2 * load_share(load, load->processes - 1);
	uint32_t rest = load->listeners + load->udp + 2 * load->churn;

	return (largest > rest ? largest : rest) + OTHER_DESCRIPTORS;
}

static void allow_descriptors(uint32_t count)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_max = limit.rlim_max < count ? count : limit.rlim_max;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		load_fail(errno, "one process needs %" PRIu32 " descriptors (RLIMIT_NOFILE, fs.nr_open)", count);
}

static uint64_t available_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	uint64_t kib = UINT64_MAX;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	}
	if (file != NULL)
		fclose(file);
	return kib;
}

/* A system without memory ends processes by its own choice: better say so before. */
static void check_memory(const struct load *load)
{
	uint64_t sockets = (uint64_t)load_tcp(load) + load->udp;
	uint64_t needed = KIB_A_SOCKET * sockets + KIB_A_PROCESS * (uint64_t)load->processes + KIB_TO_SPARE;
	uint64_t available = available_kib();

	if (needed > available)
		load_fail(0, "it takes about %" PRIu64 " MiB of memory, and %" PRIu64 " MiB are available", needed / 1024,
			  available / 1024);
}

void load_prepare(const struct load *load)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		load_fail(errno, "no socket");
	check_memory(load);
	refuse_other_devices(fd);
	bring_up_loopback(fd);
	close(fd);
	allow_time_wait(load->time_wait);
	allow_descriptors(most_descriptors(load));
}
