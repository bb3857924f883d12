/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads beside the one that began it all.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/* As pthread_create(3).  The thread takes no signals: who they are for is the one that began it. */
int thread_start(pthread_t *thread, void *(*run)(void *argument), void *argument);

#endif
