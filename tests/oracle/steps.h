/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the steps of a crowd share: the system calls in the terms of the rules, and what a step does to the rules' memory.
 */
#ifndef TESTS_ORACLE_STEPS_H
#define TESTS_ORACLE_STEPS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "world.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* steps_system.c */
bool set_option(int fd, int level, int option, int value);
int get_option(int fd, int level, int option);
void act_as(uint32_t user);
void close_fd(int *fd, bool reset);
uint32_t user_of(const struct world *world, const struct step *step);
uint32_t device_of(const struct world *world, unsigned device);
bool is_tcp(const struct slot *slot);
socklen_t make_address(union address *address, const struct bind_wish *wish, uint16_t port);

/* The local address, and as the result the port, that the kernel tells. */
uint16_t read_address(int fd, uint8_t address[16]);
void parse_address(struct bind_wish *wish, const struct world *world, const struct crowd_address *address);

/* What the kernel chooses shall be the crowd's port; false where that cannot be had. */
bool narrow_range(struct world *world, struct slot *slot);

/* world.c: what became of a slot. */
void follow(struct world *world);
void vacate(struct world *world, struct slot *slot);
void now_bound(struct world *world, struct slot *slot, bool named);
void disconnected(struct world *world, struct slot *slot);

/* steps_connect.c */
void do_connect(struct world *world, struct slot *slot, const struct step *step);
void do_accept(struct world *world, struct slot *slot, const struct step *step);

#endif
