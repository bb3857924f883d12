/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "out/sink.h"

enum { MUCH = 300 * 1024 };

static size_t size_of(int file)
{
	struct stat about;

	assert_int_equal(fstat(file, &about), 0);
	return (size_t)about.st_size;
}

static void what_was_added_is_written_when_flushed(void **state)
{
	struct buf written = BUF_INIT;
	struct sink sink;

	(void)state;
	sink_init(&sink, memory_file());
	buf_puts(&sink.buf, "one\n");
	sink_flow(&sink);
	assert_int_equal(size_of(sink.fd), 0);
	buf_puts(&sink.buf, "two\n");
	assert_int_equal(sink_flush(&sink), 0);
	assert_int_equal(sink_flush(&sink), 0);
	read_back(sink.fd, &written);
	assert_text(&written, "one\ntwo\n");
	buf_fini(&written);
	sink_fini(&sink);
}

static void much_is_written_before_the_end(void **state)
{
	struct buf written = BUF_INIT;
	struct sink sink;

	(void)state;
	sink_init(&sink, memory_file());
	for (size_t i = 0; i < MUCH; i++) {
		buf_putc(&sink.buf, (char)('a' + i % 26));
		sink_flow(&sink);
	}
	assert_true(sink.buf.capacity < MUCH);
	assert_true(size_of(sink.fd) > MUCH / 2);
	assert_int_equal(sink_flush(&sink), 0);
	read_back(sink.fd, &written);
	assert_int_equal(written.length, MUCH);
	for (size_t i = 0; i < MUCH; i++)
		assert_int_equal(written.data[i], 'a' + i % 26);
	buf_fini(&written);
	sink_fini(&sink);
}

/* SIGPIPE is ignored, as main() does. */
static void a_closed_pipe_is_an_error_that_stays(void **state)
{
	struct sink sink;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	sink_init(&sink, ends[1]);
	buf_puts(&sink.buf, "text");
	assert_int_equal(sink_flush(&sink), -EPIPE);
	buf_fill(&sink.buf, 'x', MUCH);
	sink_flow(&sink);
	assert_int_equal(sink.buf.length, 0);
	assert_int_equal(sink_flush(&sink), -EPIPE);
	close(ends[1]);
	sink_fini(&sink);
}

/* Counts what comes, to the end. */
static size_t drain(int fd)
{
	char chunk[4096];
	size_t total = 0;

	for (ssize_t got; (got = read(fd, chunk, sizeof(chunk))) > 0;)
		total += (size_t)got;
	return total;
}

static void a_full_pipe_that_does_not_block_is_waited_for(void **state)
{
	struct sink sink;
	int ends[2], status;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	pid_t reader = fork();
	if (reader == 0) {
		close(ends[1]);
		fcntl(ends[0], F_SETFL, 0);
		_exit(drain(ends[0]) == MUCH ? 0 : 1);
	}
	close(ends[0]);
	sink_init(&sink, ends[1]);
	buf_fill(&sink.buf, 'x', MUCH);
	assert_int_equal(sink_flush(&sink), 0);
	close(ends[1]);
	sink_fini(&sink);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_written_when_flushed),
		cmocka_unit_test(much_is_written_before_the_end),
		cmocka_unit_test(a_closed_pipe_is_an_error_that_stays),
		cmocka_unit_test(a_full_pipe_that_does_not_block_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
