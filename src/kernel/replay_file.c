/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/replay_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "kernel/uid_map.h"
#include "kernel/family.h"
#include "model/names.h"
#include "model/owner.h"

/* Times beyond this could not be added to one another; it is the year 2116. */
#define TIME_MAX_NS (UINT64_C(1) << 62)

/* The longest frames, of owners, have 44 bytes for each of them. */
#define FRAME_BYTES_MAX (UINT32_C(1) << 28)

/* MAX_ERRNO (linux/err.h) */
enum { ERRNO_MAX = 4095 };

/* The body of the frame at hand as what its kind says. */
static const void *body(const struct replay_file *file)
{
	return file->body.data;
}

static bool is_start(struct replay_file *file)
{
	const struct recorded_start *start = body(file);

	return file->at == sizeof(struct recording_mark) && start->mono_ns <= TIME_MAX_NS && start->day_ns <= TIME_MAX_NS;
}

static bool is_name(struct replay_file *file)
{
	const struct recorded_name *name = body(file);

	return name->kind < NAME_KIND_COUNT;
}

static bool is_query(struct replay_file *file)
{
	const struct recorded_query *query = body(file);
	const struct recorded_range *ranges = (const struct recorded_range *)(query + 1);

	if (file->head.length != sizeof(*query) + (uint64_t)query->range_count * sizeof(*ranges))
		return false;
	for (uint32_t i = 0; i < query->range_count; i++) {
		if (ranges[i].low > ranges[i].high)
			return false;
	}
	file->in_snapshot = true;
	file->in_dump = false;
	return true;
}

static bool is_dump(struct replay_file *file)
{
	const struct recorded_dump *dump = body(file);

	if (!file->in_snapshot || file->in_dump || dump_class_find(dump->proto, dump->family) == dump_class_count)
		return false;
	file->in_dump = true;
	return true;
}

static bool is_netns(struct replay_file *file)
{
	const struct recorded_netns *about = body(file);

	file->tours = true;
	return file->in_snapshot && !file->in_dump && about->range_count <= UID_RANGES_MAX && about->error <= 0 &&
	       about->error >= -ERRNO_MAX &&
	       file->head.length == sizeof(*about) + about->range_count * sizeof(struct uid_range);
}

static bool is_in_dump(struct replay_file *file)
{
	return file->in_dump;
}

static bool is_dump_end(struct replay_file *file)
{
	const struct recorded_dump_end *end = body(file);

	if (!file->in_dump || end->error > 0 || end->error < -ERRNO_MAX)
		return false;
	file->in_dump = false;
	return true;
}

static bool is_snapshot_end(struct replay_file *file)
{
	if (!file->in_snapshot || file->in_dump)
		return false;
	file->in_snapshot = false;
	return true;
}

static bool is_scan(struct replay_file *file)
{
	const struct recorded_scan *scan = body(file);
	uint64_t length = sizeof(*scan) + (uint64_t)scan->owner_count * sizeof(struct recorded_owner) +
			  (uint64_t)scan->answer_count * sizeof(struct recorded_answer) +
			  (uint64_t)scan->want_count * sizeof(struct recorded_want);
	const struct recorded_want *end = (const struct recorded_want *)(file->body.data + file->head.length);

	if (file->head.length != length || scan->error < 0 || scan->error > ERRNO_MAX)
		return false;
	for (uint32_t i = 1; i <= scan->want_count; i++) {
		if (end[-(ptrdiff_t)i].want > WANT_FAILED + (uint32_t)ERRNO_MAX)
			return false;
	}
	return true;
}

static bool is_at_end(struct replay_file *file)
{
	return file->at + sizeof(file->head) == file->size;
}

/* By kind: how long its body is, or is at least if it grows, and what else must be so (NULL: nothing). */
static const struct {
	const char *name;
	size_t length;
	bool grows;
	bool (*check)(struct replay_file *file);
} kinds[RECORDING_KIND_COUNT] = {
	[RECORDING_START] = { "the start", sizeof(struct recorded_start), true, is_start },
	[RECORDING_NAME] = { "a name", sizeof(struct recorded_name), true, is_name },
	[RECORDING_QUERY] = { "a query", sizeof(struct recorded_query), true, is_query },
	[RECORDING_DUMP] = { "the beginning of a dump", sizeof(struct recorded_dump), false, is_dump },
	[RECORDING_REPLIES] = { "replies of a dump", 0, true, is_in_dump },
	[RECORDING_DUMP_END] = { "the end of a dump", sizeof(struct recorded_dump_end), false, is_dump_end },
	[RECORDING_SNAPSHOT_END] = { "the end of a snapshot", 0, false, is_snapshot_end },
	[RECORDING_EVENTS] = { "events", 0, true, NULL },
	[RECORDING_LOST] = { "a loss of events", 0, false, NULL },
	[RECORDING_OWNERS] = { "owners", sizeof(struct recorded_scan), true, is_scan },
	[RECORDING_END] = { "the end", 0, false, is_at_end },
	[RECORDING_NETNS] = { "a network namespace", sizeof(struct recorded_netns), true, is_netns },
};

/* Makes a line of what is wrong with the file, and where something else was expected.  False. */
static bool fail(const struct replay_file *file, struct buf *error, const char *what, uint64_t at, const char *expected)
{
	buf_putc(error, '"');
	text_clean(error, file->path);
	buf_printf(error, "\" %s: at byte %" PRIu64 " was expected %s", what, at, expected);
	return false;
}

static bool fail_system(const struct replay_file *file, struct buf *error)
{
	buf_putc(error, '"');
	text_clean(error, file->path);
	buf_printf(error, "\" cannot be read: %s", strerror(errno));
	return false;
}

/* False, and errno, when it cannot be read; errno is 0 when the file ends before. */
static bool read_at(int fd, void *bytes, size_t length, uint64_t at)
{
	char *into = bytes;

	while (length > 0) {
		ssize_t got = pread(fd, into, length, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got < 0 ? errno : 0;
			return false;
		}
		into += got;
		length -= (size_t)got;
		at += (uint64_t)got;
	}
	return true;
}

static bool fail_cut_off(const struct replay_file *file, struct buf *error, const char *expected)
{
	fail(file, error, "is cut off", file->at, expected);
	buf_printf(error, ", and %" PRIu64 " bytes are left", file->size - file->at);
	return false;
}

static bool read_frame(struct replay_file *file, struct buf *error)
{
	uint64_t left = file->size - file->at;

	if (left < sizeof(file->head))
		return fail_cut_off(file, error, "a frame");
	if (!read_at(file->fd, &file->head, sizeof(file->head), file->at))
		return fail_system(file, error);
	if (file->head.kind == 0 || file->head.kind >= RECORDING_KIND_COUNT || file->head.length > FRAME_BYTES_MAX)
		return fail(file, error, "is damaged", file->at, "a frame of a known kind and a sane length");
	if (left - sizeof(file->head) < file->head.length)
		return fail_cut_off(file, error, kinds[file->head.kind].name);
	buf_clear(&file->body);
	buf_fill(&file->body, '\0', file->head.length);
	if (!read_at(file->fd, file->body.data, file->head.length, file->at + sizeof(file->head)))
		return fail_system(file, error);
	return true;
}

static bool check_frame(struct replay_file *file, struct buf *error)
{
	size_t length = kinds[file->head.kind].length;
	bool fits = kinds[file->head.kind].grows ? file->head.length >= length : file->head.length == length;

	if (fits && (kinds[file->head.kind].check == NULL || kinds[file->head.kind].check(file)))
		return true;
	fail(file, error, "is damaged", file->at, kinds[file->head.kind].name);
	buf_puts(error, ", well-formed and in its place");
	return false;
}

bool replay_file_seek(struct replay_file *file, uint64_t at, struct buf *error)
{
	file->at = at;
	return read_frame(file, error) && check_frame(file, error);
}

bool replay_file_next(struct replay_file *file, struct buf *error)
{
	uint64_t before_ns = file->head.time_ns;

	if (!replay_file_seek(file, file->at + sizeof(file->head) + file->head.length, error))
		return false;
	if (file->head.time_ns < before_ns || file->head.time_ns > TIME_MAX_NS)
		return fail(file, error, "is damaged", file->at, "a time that is not before the one before");
	return true;
}

/* The words, the version, and then what the machine is. */
static bool check_mark(struct replay_file *file, struct buf *error)
{
	struct recording_mark mark;
	const size_t words = strlen(RECORDING_WORDS);
	char *end;

	if (file->size < sizeof(mark) || !read_at(file->fd, &mark, sizeof(mark), 0) ||
	    memcmp(mark.words, RECORDING_WORDS, words) != 0)
		return fail(file, error, "is no recording", 0, "\"" RECORDING_WORDS "1\"");
	mark.words[sizeof(mark.words) - 1] = '\0';
	if (strtoul(mark.words + words, &end, 10) != RECORDING_VERSION || *end != '\n')
		return fail(file, error, "is a recording of another version", words, "1");
	if (mark.order != RECORDING_ORDER)
		return fail(file, error, "is from another kind of machine", offsetof(struct recording_mark, order),
			    "the byte order of this one");
	if (mark.word_bytes != sizeof(long))
		return fail(file, error, "is from another kind of machine", offsetof(struct recording_mark, word_bytes),
			    "the word size of this one");
	return true;
}

/* All frames, and back to the first one. */
static bool check_all(struct replay_file *file, struct buf *error)
{
	const uint64_t first = sizeof(struct recording_mark);

	if (!replay_file_seek(file, first, error))
		return false;
	if (file->head.kind != RECORDING_START)
		return fail(file, error, "is damaged", file->at, kinds[RECORDING_START].name);
	file->start = *(const struct recorded_start *)body(file);
	while (file->head.kind != RECORDING_END) {
		if (!replay_file_next(file, error))
			return false;
	}
	file->in_snapshot = file->in_dump = false;
	return replay_file_seek(file, first, error);
}

bool replay_file_open(struct replay_file *file, const char *path, struct buf *error)
{
	struct stat about;

	*file = (struct replay_file){ .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
	if (file->fd < 0 || fstat(file->fd, &about) < 0)
		return fail_system(file, error);
	if (!S_ISREG(about.st_mode))
		return fail(file, error, "is no recording", 0, "a file, not a folder, pipe or device");
	file->size = (uint64_t)about.st_size;
	return check_mark(file, error) && check_all(file, error);
}

void replay_file_close(struct replay_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	buf_fini(&file->body);
}
