/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/text.h"
#include "lab/lessons.h"
#include "options.h"

void lab_list_fini(struct lab_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		scenario_fini(&list->all[i].scenario);
		buf_fini(&list->all[i].text);
	}
	free(list->all);
}

static bool parse(struct lab_loaded *loaded, const char *name, struct buf *error)
{
	struct fault fault = FAULT_INIT;
	bool good = scenario_parse(&loaded->scenario, name, loaded->source, loaded->length, &fault);

	if (!good)
		scenario_fault(error, name, &fault);
	fault_fini(&fault);
	return good;
}

/* As much as a scenario may have, and a byte more of what is larger. */
static int read_file(const char *path, struct buf *text)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char part[4096];
	ssize_t length = 0;

	if (file < 0)
		return -errno;
	while (text->length <= SCENARIO_BYTES_MAX && (length = read(file, part, sizeof(part))) > 0)
		buf_add(text, part, (size_t)length);
	int error = length < 0 ? -errno : 0;
	close(file);
	return error;
}

static bool fail_file(const char *word, int reason, struct buf *error)
{
	options_fault(error, "", word, "");
	if (reason == -ENOENT)
		buf_printf(error, " is no lesson and no file; the nearest lesson is %s, and ports lab -l lists them",
			   text_nearest(word, lesson_name));
	else
		buf_printf(error, " cannot be read: %s", strerror(-reason));
	return false;
}

bool lab_load(struct lab_list *list, const char *word, struct buf *error)
{
	const struct lesson *lesson = lesson_find(word);

	list->all = xrealloc_array(list->all, list->count + 1, sizeof(list->all[0]));
	struct lab_loaded *loaded = &list->all[list->count++];
	*loaded = (struct lab_loaded){ .text = BUF_INIT };
	int reason = lesson == NULL ? read_file(word, &loaded->text) : 0;
	if (reason < 0)
		return fail_file(word, reason, error);
	loaded->source = lesson != NULL ? lesson->text : buf_str(&loaded->text);
	loaded->length = lesson != NULL ? lesson->length : loaded->text.length;
	return parse(loaded, word, error);
}
