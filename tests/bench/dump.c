/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump [-p PORT] PROTOCOL...: what the kernel takes to tell of all sockets of tcp, udp, udplite, or of those with this local
 * or foreign port.  Nothing is done with the answer but to find its end, and to count, which is printed.
 */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 diag;
	struct nlattr filter;
	struct inet_diag_bc_op code[5]; /* an operation for ports takes two, the second of which has the port */
};

static const struct {
	const char *name;
	int number;
} protocols[] = { { "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "udplite", IPPROTO_UDPLITE } };

enum { PROTOCOL_COUNT = sizeof(protocols) / sizeof(protocols[0]) };

/* As the kernel has it (inet_diag_bc_run): jumps are in bytes, to the end is a match, 4 beyond it is none. */
static void filter_by_port(struct request *request, uint16_t port)
{
	const struct inet_diag_bc_op code[5] = {
		{ .code = INET_DIAG_BC_S_EQ, .yes = 8, .no = 12 }, { .no = port },
		{ .code = INET_DIAG_BC_JMP, .yes = 4, .no = 12 },
		{ .code = INET_DIAG_BC_D_EQ, .yes = 8, .no = 12 }, { .no = port },
	};

	request->filter.nla_type = INET_DIAG_REQ_BYTECODE;
	request->filter.nla_len = sizeof(request->filter) + sizeof(code);
	memcpy(request->code, code, sizeof(code));
	request->header.nlmsg_len = sizeof(*request);
}

static int protocol_number(const char *name)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
		if (strcmp(protocols[i].name, name) == 0)
			return protocols[i].number;
	}
	fprintf(stderr, "dump: %s is not tcp, udp or udplite\n", name);
	exit(2);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Adds the messages to the count; true when the last one is among them.  What is not there has no sockets. */
static bool count_messages(const char *chunk, ssize_t length, unsigned long *count)
{
	for (ssize_t at = 0; at < length;) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)(chunk + at);

		if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
			return true;
		++*count;
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
	return false;
}

static unsigned long dump(int fd, struct request *request)
{
	_Alignas(struct nlmsghdr) char chunk[32768];
	unsigned long count = 0;

	if (send(fd, request, request->header.nlmsg_len, 0) < 0)
		fail("dump: send");
	for (;;) {
		ssize_t length = recv(fd, chunk, sizeof(chunk), 0);

		if (length <= 0)
			fail("dump: recv");
		if (count_messages(chunk, length, &count))
			return count;
	}
}

int main(int argc, char **argv)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct request request = {
		.header = {
			.nlmsg_len = offsetof(struct request, filter),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.diag = { .idiag_states = UINT32_MAX },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG), option;
	unsigned long count = 0;

	while ((option = getopt(argc, argv, "p:")) == 'p')
		filter_by_port(&request, (uint16_t)atoi(optarg));
	if (option != -1 || optind == argc) {
		fputs("usage: dump [-p PORT] PROTOCOL...\n", stderr);
		return 2;
	}
	for (; optind < argc; optind++) {
		request.diag.sdiag_protocol = (uint8_t)protocol_number(argv[optind]);
		for (size_t i = 0; i < sizeof(families); i++) {
			request.diag.sdiag_family = families[i];
			count += dump(fd, &request);
		}
	}
	printf("%lu\n", count);
	return 0;
}
