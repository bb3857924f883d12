/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "steps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/rules_internal.h"

#define NO_DEVICE 77u

bool set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

int get_option(int fd, int level, int option)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, level, option, &value, &length) == 0 ? value : 0;
}

uint32_t user_of(const struct world *world, const struct step *step)
{
	return world->arena->has_users ? arena_user(step->user) : 0;
}

uint32_t device_of(const struct world *world, unsigned device)
{
	if (device == 0)
		return 0;
	return device <= ARENA_DEVICES && world->arena->devices[device - 1] != 0 ? world->arena->devices[device - 1] : NO_DEVICE;
}

void act_as(uint32_t user)
{
	if (geteuid() != user && (seteuid(0) != 0 || seteuid(user) != 0))
		fprintf(stderr, "# seteuid(%u): %s\n", user, strerror(errno));
}

socklen_t make_address(union address *address, const struct bind_wish *wish, uint16_t port)
{
	memset(address, 0, sizeof(*address));
	if (wish->family == FAMILY_INET) {
		address->in.sin_family = AF_INET;
		address->in.sin_port = htons(port);
		memcpy(&address->in.sin_addr, wish->address, 4);
		return sizeof(address->in);
	}
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = htons(port);
	address->in6.sin6_scope_id = wish->scope_id;
	memcpy(&address->in6.sin6_addr, wish->address, 16);
	return sizeof(address->in6);
}

uint16_t read_address(int fd, uint8_t address[16])
{
	union address own = { .any.sa_family = AF_UNSPEC };
	socklen_t length = sizeof(own);

	getsockname(fd, &own.any, &length);
	memset(address, 0, 16);
	if (own.any.sa_family == AF_INET) {
		memcpy(address, &own.in.sin_addr, 4);
		return ntohs(own.in.sin_port);
	}
	memcpy(address, &own.in6.sin6_addr, 16);
	return ntohs(own.in6.sin6_port);
}

void parse_address(struct bind_wish *wish, const struct world *world, const struct crowd_address *address)
{
	memset(wish->address, 0, sizeof(wish->address));
	inet_pton(wish->family == FAMILY_INET ? AF_INET : AF_INET6, address->text, wish->address);
	wish->scope_id = device_of(world, address->scope);
}

void close_fd(int *fd, bool reset)
{
	if (*fd < 0)
		return;
	if (reset)
		setsockopt(*fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
	close(*fd);
	*fd = -1;
}

bool is_tcp(const struct slot *slot)
{
	return proto_is_tcp(slot->wish.proto);
}

/* The range of one port, for what the kernel shall choose; it counts within the range of the host only. */
bool narrow_range(struct world *world, struct slot *slot)
{
	if (world->port < world->arena->host.range_low
	    || !set_option(slot->fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)((unsigned)world->port << 16 | world->port)))
		return false;
	slot->wish.range_low = slot->wish.range_high = world->port;
	return true;
}
