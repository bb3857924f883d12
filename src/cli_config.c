/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli.h"

void config_path(struct buf *path)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		buf_printf(path, "%s/ports/config", config); /* relative paths are to be ignored, says the specification */
	else if (home != NULL && home[0] != '\0')
		buf_printf(path, "%s/.config/ports/config", home);
}

static const struct option_entry *find_name(const char *name)
{
	for (const struct option_entry *entry = cli_options; entry->name != NULL; entry++) {
		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* Cuts the blanks, and what ends the line, off both ends. */
static char *trim(char *text)
{
	text += strspn(text, " \t");
	for (size_t length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL; length--)
		text[length - 1] = '\0';
	return text;
}

bool config_split(char *line, char **name, char **value)
{
	char *equals = strchr(line, '=');

	*value = equals != NULL ? trim(equals + 1) : NULL;
	if (equals != NULL)
		*equals = '\0';
	*name = trim(line);
	return (*name)[0] != '#' && ((*name)[0] != '\0' || equals != NULL);
}

static bool apply_line(struct settings *settings, char *line, struct buf *error)
{
	char *name, *value;

	if (!config_split(line, &name, &value))
		return true;
	const struct option_entry *entry = find_name(name);
	if (entry == NULL)
		return text_fail_nearest(error, name, "option", cli_option_name);
	if (entry->argument == NULL && value != NULL) {
		buf_printf(error, "\"%s\" takes no value", name);
		return false;
	}
	if (entry->argument != NULL && value == NULL) {
		buf_printf(error, "\"%s\" needs a value: %s=%s", name, name, entry->argument);
		return false;
	}
	return options_apply(entry, settings, value, error);
}

static bool fail_nul(struct buf *fault)
{
	buf_puts(fault, "a NUL byte is in it, which no option has");
	return false;
}

bool config_apply_file(struct settings *settings, FILE *file, const char *path, struct buf *error)
{
	struct buf fault = BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	bool good = true;

	for (ssize_t length; good && (length = getline(&line, &size, file)) >= 0;) {
		number++;
		good = strlen(line) == (size_t)length ? apply_line(settings, line, &fault) : fail_nul(&fault);
	}
	bool unreadable = good && ferror(file);
	if (!good || unreadable)
		text_clean(error, path);
	if (unreadable)
		buf_printf(error, " cannot be read: %s", strerror(errno));
	else if (!good)
		buf_printf(error, ":%u: %s", number, fault.data);
	free(line);
	buf_fini(&fault);
	return good && !unreadable;
}

bool config_apply(struct settings *settings, struct buf *error)
{
	struct buf path = BUF_INIT;
	bool good = true;

	config_path(&path);
	FILE *file = path.length > 0 ? fopen(path.data, "re") : NULL;
	if (file != NULL) {
		good = config_apply_file(settings, file, path.data, error);
		fclose(file);
	} else if (path.length > 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
		int failed = errno;

		text_clean(error, path.data);
		buf_printf(error, " cannot be opened: %s", strerror(failed));
		good = false;
	}
	buf_fini(&path);
	return good;
}
