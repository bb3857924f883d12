/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/filter.h"
#include "model/table.h"

static bool is_inet6(const char *endpoint)
{
	return endpoint != NULL && endpoint[0] == '[';
}

static void parse_endpoint(const char *endpoint, uint8_t address[16], uint16_t *port)
{
	char text[64];

	if (endpoint == NULL)
		return;
	assert_true(strlen(endpoint) < sizeof(text));
	strcpy(text, endpoint + (is_inet6(endpoint) ? 1 : 0));
	char *colon = strrchr(text, ':');
	assert_non_null(colon);
	*port = (uint16_t)atoi(colon + 1);
	colon[is_inet6(endpoint) ? -1 : 0] = '\0';
	assert_int_equal(inet_pton(is_inet6(endpoint) ? AF_INET6 : AF_INET, text, address), 1);
}

struct sock make_sock(uint64_t cookie, enum sock_state state, const char *local, const char *foreign)
{
	bool minimal = state == STATE_TIME_WAIT || state == STATE_SYN_RECV;
	struct sock sock = {
		.cookie = cookie,
		.have = HAVE_QUEUES | HAVE_COOKIE,
		.proto = state == STATE_UNCONN ? PROTO_UDP : PROTO_TCP,
		.family = is_inet6(local) || is_inet6(foreign) ? FAMILY_INET6 : FAMILY_INET,
		.state = (uint8_t)state,
	};

	parse_endpoint(local, sock.local, &sock.local_port);
	parse_endpoint(foreign, sock.foreign, &sock.foreign_port);
	sock.have |= sock.proto == PROTO_TCP ? HAVE_TIMER : 0;
	if (!minimal) {
		sock.have |= HAVE_UID;
		sock.inode = 1000 + (uint32_t)cookie;
	}
	return sock;
}

struct sock make_listener(uint64_t cookie, uint16_t port)
{
	struct sock sock = make_sock(cookie, STATE_LISTEN, NULL, NULL);

	sock.local_port = port;
	return sock;
}

void give_owners(struct row *row, struct owner *owners, uint32_t count)
{
	if (count == 1)
		row->owner = owners[0];
	else
		row->owners = owners;
	row->owner_count = count;
}

uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

void set_filter(struct filter *filter, const char *text)
{
	struct buf error = BUF_INIT;

	if (!filter_parse(filter, text, &error))
		fail_msg("\"%s\": %s", text, buf_str(&error));
	assert_int_equal(error.length, 0);
}

int memory_file(void)
{
	int file = memfd_create("ports-test", MFD_CLOEXEC);

	assert_true(file >= 0);
	return file;
}

void read_back(int file, struct buf *out)
{
	char chunk[4096];
	ssize_t got;

	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	while ((got = read(file, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)got);
	assert_int_equal(got, 0);
	close(file);
}
