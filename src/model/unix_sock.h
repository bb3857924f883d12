/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One socket of the unix domain as the kernel described it: a plain value.
 */
#ifndef MODEL_UNIX_SOCK_H
#define MODEL_UNIX_SOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/sock.h"

struct unix_sock {
	uint64_t cookie;         /* SO_COOKIE */
	uint32_t inode;          /* as /proc/PID/fd shows it */
	uint32_t file_inode;     /* of the file that it is bound to; if has_file */
	uint32_t file_device;    /* the kernel's number: major << 20 | minor */
	uint16_t state;          /* enum sock_state: STATE_LISTEN, STATE_ESTABLISHED, STATE_CLOSE */
	uint8_t proto;           /* enum bind_proto: BIND_UNIX_STREAM and its like */
	bool has_file;
	bool is_abstract;        /* its name stands without the NUL that it begins with */
	uint8_t name_length;     /* 0: it has none */
	char name[UNIX_NAME_MAX]; /* any bytes; not NUL-terminated */
};

#endif
