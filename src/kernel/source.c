/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/source.h"

#include <errno.h>

#include "base/clock.h"
#include "model/detail.h"

void source_begin(struct source *source, const struct query *query)
{
	source->ops->begin(source, query);
}

bool source_seek(struct source *source, struct map *wanted, struct map *known)
{
	return source->ops->seek(source, wanted, known);
}

bool source_seek_ahead(struct source *source)
{
	return source->ops->seek_ahead != NULL && source->ops->seek_ahead(source);
}

uint64_t source_processes(struct source *source)
{
	return source->ops->processes != NULL ? source->ops->processes(source) : 0;
}

bool source_hold(struct source *source, const struct row *row, uint32_t most)
{
	return source->ops->hold == NULL || source->ops->hold(source, row, most);
}

size_t source_poll(const struct source *source, struct pollfd *polled)
{
	return source->ops->poll != NULL ? source->ops->poll(source, polled) : 0;
}

uint64_t source_due_ns(const struct source *source)
{
	return source->ops->due_ns != NULL ? source->ops->due_ns(source) : UINT64_MAX;
}

void source_serve(struct source *source, const struct pollfd *polled, size_t count)
{
	source->ops->serve(source, polled, count);
}

void source_wait_with(struct source *source, uint64_t most_ns, struct pollfd *own, size_t own_count)
{
	struct pollfd polled[SOURCE_FDS_MAX + SOURCE_OWN_MAX];
	uint64_t end = clock_now_ns(source->clock) + most_ns, due = source_due_ns(source);
	size_t count = source_poll(source, polled);

	for (size_t i = 0; i < own_count; i++)
		polled[count + i] = own[i];
	clock_wait(source->clock, polled, count + own_count, due < end ? due : end);
	for (size_t i = 0; i < own_count; i++)
		own[i] = polled[count + i];
	source_serve(source, polled, count);
}

void source_wait(struct source *source, uint64_t most_ns)
{
	source_wait_with(source, most_ns, NULL, 0);
}

void source_abandon(struct source *source, int error)
{
	if (source->ops->abandon != NULL)
		source->ops->abandon(source, error);
}

void source_learnt(struct source *source)
{
	if (source->ops->learnt != NULL)
		source->ops->learnt(source);
}

int source_inspect(struct source *source, struct sock_detail *detail, const struct sock *sock)
{
	*detail = (struct sock_detail){ .cookie = 0 };
	int error = source->ops->inspect != NULL ? source->ops->inspect(source, detail, sock) : -ENOENT;
	detail->netns = sock->netns;
	return error;
}

int source_destroy(struct source *source, const struct sock *sock)
{
	return source->ops->destroy != NULL ? source->ops->destroy(source, sock) : -ENOENT;
}

void source_describe(struct source *source, struct process_list *list, int32_t pid)
{
	if (source->ops->describe != NULL)
		source->ops->describe(source, list, pid);
}

void source_explain(const struct source *source, struct buf *out)
{
	if (source->ops->explain != NULL)
		source->ops->explain(source, out);
}

int source_failed(const struct source *source)
{
	return source->ops->failed != NULL ? source->ops->failed(source) : 0;
}

void source_close(struct source *source)
{
	if (source != NULL)
		source->ops->close(source);
}
