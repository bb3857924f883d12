/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that hold a port in one network namespace for somebody in another one, as docker-proxy does for a container: what
 * they are started with says for whom.  Which namespace that is, the kernel is to be asked (kernel/forward_netns.h).
 */
#ifndef MODEL_FORWARD_H
#define MODEL_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct process;

struct forward {
	int32_t pid;
	const char *program; /* not owned */
	bool has_address;    /* the three that follow are known */
	uint8_t family;      /* enum sock_family */
	uint8_t address[16]; /* where it goes to */
	uint16_t port;
	bool located;        /* it is known which network namespace that is in: the two that follow */
	uint32_t netns;      /* inode */
	char *label;         /* owned; how that is called; NULL: by its inode */
};

struct forward_list {
	struct forward *all; /* owned */
	size_t count;
};

/* Whether the process is one of these programs, by its name; then all that it was started with is in forward. */
bool forward_read(struct forward *forward, const struct process *process);

/* "docker-proxy publishes it for 172.17.0.2:80 in network namespace web"; false, and nothing: of it nothing is known. */
bool forward_text(struct buf *out, const struct forward *forward);

void forward_list_add(struct forward_list *list, const struct forward *forward);
void forward_list_fini(struct forward_list *list);

/* That of a process; NULL: it is none. */
const struct forward *forward_list_find(const struct forward_list *list, int32_t pid);

#endif
