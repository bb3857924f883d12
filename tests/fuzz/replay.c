/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hands each file of a fuzzer's corpus to its entry point, and tells it as TAP: what was found once is not to come back,
 * and that takes no fuzzer.  The words are the files and folders; without any it is the corpus of the program's name.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "fuzz.h"

struct tally {
	unsigned count;
	bool failed;
};

static void read_all(int file, struct buf *text)
{
	char part[4096];
	ssize_t length;

	while ((length = read(file, part, sizeof(part))) > 0)
		buf_add(text, part, (size_t)length);
}

/* The bytes stand at the end of what is allocated, so that reading on is seen. */
static void hand_over(const struct buf *text)
{
	uint8_t *copy = malloc(text->length > 0 ? text->length : 1);

	must(copy != NULL);
	if (text->length > 0)
		memcpy(copy, text->data, text->length);
	LLVMFuzzerTestOneInput(copy, text->length);
	free(copy);
}

/* A file that fails ends the process, which is told by its number and the status. */
static void replay_file(struct tally *tally, const char *path)
{
	struct buf text = BUF_INIT;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	tally->count++;
	if (file >= 0) {
		read_all(file, &text);
		close(file);
		printf("# %s\n", path);
		fflush(stdout);
		hand_over(&text);
	}
	printf("%s %u - %s\n", file >= 0 ? "ok" : "not ok", tally->count, path);
	tally->failed = tally->failed || file < 0;
	buf_fini(&text);
}

static void replay(struct tally *tally, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0) {
		replay_file(tally, path);
		return;
	}
	for (int i = 0; i < count; i++) {
		struct buf name = BUF_INIT;

		buf_printf(&name, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			replay_file(tally, buf_str(&name));
		buf_fini(&name);
		free(entries[i]);
	}
	free(entries);
}

/* "fuzz_wire": tests/fuzz/corpus/wire; and scenarios are the lessons, too. */
static void replay_own(struct tally *tally, const char *program)
{
	const char *source = getenv("PORTS_SRCDIR"), *name = strstr(program, "fuzz_");
	struct buf path = BUF_INIT;

	must(source != NULL && name != NULL);
	while (strstr(name + 1, "fuzz_") != NULL)
		name = strstr(name + 1, "fuzz_");
	name += strlen("fuzz_");
	buf_printf(&path, "%s/tests/fuzz/corpus/%s", source, name);
	replay(tally, buf_str(&path));
	buf_clear(&path);
	buf_printf(&path, "%s/src/lab/lessons", source);
	if (strcmp(name, "scenario") == 0)
		replay(tally, buf_str(&path));
	buf_fini(&path);
}

int main(int argc, char *argv[])
{
	struct tally tally = { .count = 0 };

	for (int i = 1; i < argc; i++)
		replay(&tally, argv[i]);
	if (argc == 1)
		replay_own(&tally, argv[0]);
	printf("1..%u\n", tally.count);
	return tally.failed ? 1 : 0;
}
