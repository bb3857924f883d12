/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands at the path that a unix socket is to be bound to.
 */
#ifndef KERNEL_UNIX_PATH_H
#define KERNEL_UNIX_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unix_sock;

/*
 * enum bind_path.  socks: all of the unix domain in this network namespace.  holder becomes the index of the socket that is
 * bound to the file; SIZE_MAX where there is none, or it is in another namespace.
 */
unsigned unix_path_look(const char *path, const struct unix_sock *socks, size_t count, size_t *holder);

/*
 * What stands at an absolute path, which need not end with a NUL, compared with the file that a socket was bound to, as the kernel
 * numbers it: found becomes an enum sock_file.  False where it cannot be looked at.
 */
bool unix_path_compare(const char *path, size_t length, uint32_t inode, uint32_t device, unsigned *found);

#endif
