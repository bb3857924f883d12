/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "kernel/host.h"
#include "model/rules.h"

static const struct {
	int type;
	int protocol;
} sockets[BIND_PROTO_COUNT] = {
	[BIND_TCP] = { SOCK_STREAM, IPPROTO_TCP },
	[BIND_MPTCP] = { SOCK_STREAM, IPPROTO_MPTCP },
	[BIND_UDP] = { SOCK_DGRAM, IPPROTO_UDP },
	[BIND_UDPLITE] = { SOCK_DGRAM, IPPROTO_UDPLITE },
	[BIND_UNIX_STREAM] = { SOCK_STREAM, 0 },
	[BIND_UNIX_DGRAM] = { SOCK_DGRAM, 0 },
	[BIND_UNIX_SEQPACKET] = { SOCK_SEQPACKET, 0 },
};

static bool is_unix(const struct bind_wish *wish)
{
	return wish->proto >= BIND_UNIX_STREAM;
}

static bool is_datagram(const struct bind_wish *wish)
{
	return sockets[wish->proto].type == SOCK_DGRAM;
}

const char *trial_harm(const struct bind_wish *wish)
{
	if (is_unix(wish) && !wish->name.abstract)
		return "that would make the file";
	if (is_datagram(wish) && !is_unix(wish) && (wish->reuseaddr || wish->reuseport))
		return "a socket that shares would take the datagrams of the others";
	return NULL;
}

bool trial_may_listen(const struct bind_wish *wish)
{
	return !is_datagram(wish) && !wish->reuseport;
}

/* The process as it was, and as the wish wants it. */
struct identity {
	struct capabilities before;
	bool changed;
};

/* Only this thread's: setfsuid(2) and capset(2) as system calls change no other one. */
static int become(struct identity *identity, const struct bind_wish *wish)
{
	uint64_t own = host_capabilities();

	*identity = (struct identity){ .changed = false };
	if (wish->uid == geteuid() && (wish->capabilities & own) == own)
		return (wish->capabilities & ~own) != 0 ? -EPERM : 0;
	int error = capabilities_get(&identity->before);
	if (error < 0)
		return error;
	if ((wish->capabilities & ~own) != 0)
		return -EPERM;
	identity->changed = true;
	setfsuid(wish->uid);
	if ((uint32_t)setfsuid((uid_t)-1) != wish->uid)
		return -EPERM;
	struct capabilities wanted = identity->before;
	wanted.effective &= wish->capabilities;
	return capabilities_set(&wanted);
}

static void become_oneself(const struct identity *identity)
{
	if (!identity->changed)
		return;
	capabilities_set(&identity->before);
	setfsuid(geteuid());
	capabilities_set(&identity->before); /* setfsuid(2) has touched those for files */
}

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? errno : 0;
}

static int set_device(int fd, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(ifindex, name) == NULL)
		return errno;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0 ? errno : 0;
}

static int set_options(int fd, const struct bind_wish *wish)
{
	bool six = wish->family == FAMILY_INET6 && !is_unix(wish);
	const struct {
		bool wanted;
		int level, name;
	} options[] = {
		{ wish->reuseaddr, SOL_SOCKET, SO_REUSEADDR },
		{ wish->reuseport, SOL_SOCKET, SO_REUSEPORT },
		{ wish->freebind, IPPROTO_IP, IP_FREEBIND },
		{ wish->transparent, IPPROTO_IP, IP_TRANSPARENT },
		{ wish->bind_address_no_port, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT },
	};
	int error = six ? set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, wish->v6only) : 0;

	for (size_t i = 0; error == 0 && i < sizeof(options) / sizeof(options[0]); i++)
		error = options[i].wanted ? set_option(fd, options[i].level, options[i].name, 1) : 0;
	if (error == 0 && wish->ifindex != 0)
		error = set_device(fd, wish->ifindex);
	return error;
}

static socklen_t fill_unix(struct sockaddr_un *address, const struct bind_name *name)
{
	size_t at = name->abstract ? 1 : 0;

	address->sun_family = AF_UNIX;
	if (at + name->length > sizeof(address->sun_path))
		return sizeof(*address) + 1; /* more than it may be: EINVAL */
	memcpy(address->sun_path + at, name->text, name->length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + at + name->length);
}

static socklen_t fill_address(struct sockaddr_storage *storage, const struct bind_wish *wish)
{
	bool six = (wish->family == FAMILY_INET6) != wish->other_family;

	memset(storage, 0, sizeof(*storage));
	if (is_unix(wish))
		return fill_unix((struct sockaddr_un *)storage, &wish->name);
	if (six) {
		struct sockaddr_in6 *address = (struct sockaddr_in6 *)storage;

		address->sin6_family = AF_INET6;
		address->sin6_port = htons(wish->port);
		address->sin6_scope_id = wish->scope_id;
		memcpy(&address->sin6_addr, wish->address, 16);
		return sizeof(*address);
	}
	struct sockaddr_in *address = (struct sockaddr_in *)storage;
	address->sin_family = AF_INET;
	address->sin_port = htons(wish->port);
	memcpy(&address->sin_addr, wish->address, 4);
	return sizeof(*address);
}

static int try_bind(int fd, const struct bind_wish *wish)
{
	struct sockaddr_storage address;
	socklen_t length = fill_address(&address, wish);
	int error = set_options(fd, wish);

	if (error != 0)
		return error;
	return bind(fd, (const struct sockaddr *)&address, length) < 0 ? errno : 0;
}

int trial_bind(const struct bind_wish *wish, bool listens, struct trial *trial)
{
	int domain = is_unix(wish) ? AF_UNIX : wish->family == FAMILY_INET6 ? AF_INET6 : AF_INET;
	struct identity identity;
	int error = become(&identity, wish);

	*trial = (struct trial){ .listened = false };
	if (error == 0) {
		int fd = socket(domain, sockets[wish->proto].type | SOCK_CLOEXEC, sockets[wish->proto].protocol);

		trial->bind_error = fd < 0 ? errno : try_bind(fd, wish);
		trial->listened = listens && trial->bind_error == 0;
		if (trial->listened && listen(fd, 1) < 0)
			trial->listen_error = errno;
		if (fd >= 0)
			close(fd);
	}
	become_oneself(&identity);
	return error;
}
