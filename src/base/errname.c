/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/errname.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define NAME(error) { error, #error }

/* What the calls on sockets may return, and those that make processes; sorted. */
static const struct {
	int error;
	const char *name;
} names[] = {
	NAME(EACCES), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(EAFNOSUPPORT), NAME(EAGAIN), NAME(EALREADY), NAME(EBADF),
	NAME(EBUSY), NAME(ECHILD), NAME(ECONNABORTED), NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EDESTADDRREQ),
	NAME(EDOM), NAME(EEXIST), NAME(EFAULT), NAME(EFBIG), NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(EINPROGRESS),
	NAME(EINTR), NAME(EINVAL), NAME(EIO), NAME(EISCONN), NAME(EISDIR), NAME(ELOOP), NAME(EMFILE), NAME(EMSGSIZE),
	NAME(ENAMETOOLONG), NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENFILE), NAME(ENOBUFS), NAME(ENODEV), NAME(ENOENT),
	NAME(ENOMEM), NAME(ENOPROTOOPT), NAME(ENOSPC), NAME(ENOSYS), NAME(ENOTCONN), NAME(ENOTDIR), NAME(ENOTSOCK),
	NAME(ENOTSUP), NAME(ENXIO), NAME(EOPNOTSUPP), NAME(EPERM), NAME(EPIPE), NAME(EPROTO), NAME(EPROTONOSUPPORT),
	NAME(EPROTOTYPE), NAME(EROFS), NAME(ESOCKTNOSUPPORT), NAME(ESRCH), NAME(ETIMEDOUT), NAME(EUSERS), NAME(EXDEV),
};

enum { COUNT = sizeof(names) / sizeof(names[0]) };

const char *errname(int error)
{
	if (error == EOPNOTSUPP)
		return "EOPNOTSUPP"; /* the same number as ENOTSUP, and what the manual pages of sockets call it */
	for (size_t i = 0; i < COUNT; i++) {
		if (names[i].error == error)
			return names[i].name;
	}
	return NULL;
}

int errname_parse(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(names[i].name, name) == 0)
			return names[i].error;
	}
	return 0;
}

const char *errname_at(size_t i)
{
	return i < COUNT ? names[i].name : NULL;
}
