/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/proc_inet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "kernel/diag_attr.h"
#include "kernel/netns.h"
#include "model/sock.h"

/* The file is of the network namespace in which the thread is, not the process. */
int proc_inet_read(struct buf *out, int netns, const char *name)
{
	char path[64], part[4096];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);
	int fd = netns_open(netns, &(struct netns_what){ .file = path }, NULL);
	if (fd < 0)
		return fd;
	while ((length = read(fd, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)length);
	int error = length < 0 ? -errno : 0;
	close(fd);
	return error;
}

/* An address in words of 32 bits, each as this machine would print it; at least one, at most four. */
static bool read_address(uint8_t address[16], const char *digits, unsigned words)
{
	unsigned word;

	if (strlen(digits) != (size_t)words * 8)
		return false;
	for (unsigned i = 0; i < words; i++) {
		if (sscanf(digits + (size_t)i * 8, "%8x", &word) != 1)
			return false;
		memcpy(address + (size_t)i * 4, &word, sizeof(word));
	}
	return true;
}

/* What stands where ports of TCP do is the IP protocol, or the identifier that echo requests are sent with. */
bool proc_inet_parse(const char *line, unsigned proto, unsigned family, struct sock *sock)
{
	const unsigned words = family == FAMILY_INET6 ? 4 : 1;
	char local[33], foreign[33];
	unsigned number, state, send_queue, recv_queue, uid, inode;

	if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%4x %32[0-9A-Fa-f]:%*4x %2x %8x:%8x %*x:%*x %*x %u %*d %u", local, &number, foreign,
		   &state, &send_queue, &recv_queue, &uid, &inode) != 8 || inode == 0)
		return false;
	*sock = (struct sock){
		.cookie = UINT64_C(1) << 63 | inode,
		.have = HAVE_QUEUES | HAVE_UID,
		.proto = (uint8_t)proto,
		.family = (uint8_t)family,
		.state = diag_state((uint8_t)state),
		.number = (uint16_t)number,
		.uid = uid,
		.inode = inode,
		.recv_queue = recv_queue,
		.send_queue = send_queue,
	};
	return read_address(sock->local, local, words) && read_address(sock->foreign, foreign, words);
}
