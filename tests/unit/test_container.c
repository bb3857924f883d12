/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What containers are called, from files as their runtimes write them, in a made-up tree; and texts in JSON. */
#include "helpers.h"

#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/container.h"
#include "kernel/json_scan.h"
#include "model/cgroup.h"

#define ID "3f4e5d6c7b8a99887766554433221100ffeeddccbbaa00112233445566778899"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"
#define UID "1b2c3d4e-0123-4567-89ab-cdef01234567"

static int setup(void **state)
{
	static char root[64];

	strcpy(root, "/tmp/ports-test-container-XXXXXX");
	assert_non_null(mkdtemp(root));
	*state = root;
	return 0;
}

static int remove_entry(const char *name, const struct stat *about, int type, struct FTW *where)
{
	(void)about, (void)type, (void)where;
	return remove(name);
}

static int teardown(void **state)
{
	return nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A file with all the folders that it is in. */
static void make_file(const char *root, const char *name, const char *content)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static void check_name(const char *root, const char *path, const char *expected)
{
	struct cgroup cgroup = { .id = 0 };

	cgroup_read(&cgroup, path);
	char *name = container_name(&cgroup, root);
	if (expected == NULL)
		assert_null(name);
	else
		assert_non_null(name);
	if (expected != NULL)
		assert_string_equal(name, expected);
	free(name);
	cgroup_fini(&cgroup);
}

/* More than one "Name" is in it. */
static void docker_writes_it_into_its_configuration(void **state)
{
	static const char config[] =
		"{\"StreamConfig\":{},\"State\":{\"Running\":true,\"Pid\":4242,\"Name\":\"wrong\"},\"ID\":\"" ID "\",\"Args\":[\"-g\"],"
		"\"Config\":{\"Hostname\":\"3f4e\",\"Env\":[\"Name=\\\"Name\\\":\\\"wrong\\\"\"]},\"Image\":\"sha256:00\",\"Name\":\"/web\","
		"\"MountPoints\":{\"/data\":{\"Type\":\"volume\",\"Name\":\"wrong too\"}}}";
	const char *root = *state;

	check_name(root, "/docker/" ID, NULL);
	make_file(root, "/var/lib/docker/containers/" ID "/config.v2.json", config);
	check_name(root, "/docker/" ID, "web");
	check_name(root, "/system.slice/docker-" ID ".scope", "web");
	check_name(root, "/actions_job/" ID, "web");
	check_name(root, "/docker/" OTHER, NULL);
	check_name(root, "/system.slice/docker.service", NULL);
	check_name(root, "/", NULL);
}

static void podman_writes_it_into_its_storage(void **state)
{
	static const char storage[] = "[{\"id\":\"" OTHER "\",\"names\":[\"other\",\"again\"],\"image\":\"1\"},\n"
				      " {\"id\":\"" ID "\",\"names\":[\"web\",\"second\"],\"layer\":\"2\",\"metadata\":\"{\\\"names\\\":1}\"},\n"
				      " {\"names\":[\"nobody's\"]}]";
	const char *root = *state;

	make_file(root, "/var/lib/containers/storage/overlay-containers/containers.json", storage);
	check_name(root, "/machine.slice/libpod-" ID ".scope/container", "web");
	check_name(root, "/machine.slice/libpod-" OTHER ".scope", "other");
}

static void podman_s_short_lived_containers_are_found_too(void **state)
{
	const char *root = *state;

	make_file(root, "/var/lib/containers/storage/overlay-containers/containers.json", "[]");
	make_file(root, "/run/containers/storage/vfs-containers/volatile-containers.json",
		  "[{\"id\":\"" ID "\",\"names\":[\"brief\"]}]");
	check_name(root, "/machine.slice/libpod-" ID ".scope", "brief");
}

static void a_user_s_containers_are_in_that_user_s_folders(void **state)
{
	const struct passwd *me = getpwuid(getuid());
	const char *root = *state;
	char path[256], cgroup[256];

	if (me == NULL)
		skip(); /* a user without an entry has no home */
	snprintf(path, sizeof(path), "%s/.local/share/containers/storage/overlay-containers/containers.json", me->pw_dir);
	snprintf(cgroup, sizeof(cgroup), "/user.slice/user-%u.slice/user@%u.service/user.slice/libpod-" ID ".scope/container",
		 getuid(), getuid());
	make_file(root, path, "[{\"id\":\"" ID "\",\"names\":[\"mine\"]}]");
	check_name(root, cgroup, "mine");
	check_name(root, "/machine.slice/libpod-" ID ".scope/container", NULL);
	snprintf(path, sizeof(path), "/run/user/%u/containers/overlay-containers/volatile-containers.json", getuid());
	make_file(root, path, "[{\"id\":\"" ID "\",\"names\":[\"brief\"]}]");
	check_name(root, cgroup, "brief");
}

static void the_kubelet_writes_it_into_the_names_of_its_logs(void **state)
{
	const char *root = *state;

	make_file(root, "/var/log/containers/web-0_default_nginx-" OTHER ".log", "");
	make_file(root, "/var/log/containers/none-" ID ".log", "");
	make_file(root, "/var/log/containers/a_b-" ID ".log", "");
	check_name(root, "/kubepods/pod" UID "/" ID, NULL);
	make_file(root, "/var/log/containers/web-7d4b9c-x2x_shop_side-car-" ID ".log", "");
	check_name(root, "/kubepods/pod" UID "/" ID, "shop/web-7d4b9c-x2x/side-car");
	check_name(root, "/kubepods/pod" UID "/" OTHER, "default/web-0/nginx");
}

/* A pod's own container has no log. */
static void a_container_without_a_name_has_that_of_its_pod(void **state)
{
	const char *root = *state;

	make_file(root, "/var/log/pods/kube-system_dns-1_00000000-0123-4567-89ab-cdef01234567/x", "");
	make_file(root, "/var/log/pods/no/x", "");
	check_name(root, "/kubepods/pod" UID "/" ID, NULL);
	make_file(root, "/var/log/pods/shop_web-0_" UID "/nginx/0.log", "");
	check_name(root, "/kubepods/pod" UID "/" ID, "shop/web-0");
	check_name(root, "/kubepods/pod" UID, "shop/web-0");
}

static void containerd_has_it_in_the_annotations(void **state)
{
	const char *root = *state;

	make_file(root, "/run/containerd/io.containerd.runtime.v2.task/moby/" OTHER "/config.json", "{\"annotations\":{}}");
	make_file(root, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
		  "{\"ociVersion\":\"1.1.0\",\"process\":{\"annotations\":{\"nerdctl/name\":\"wrong\"}},\"annotations\":{"
		  "\"io.kubernetes.cri.container-name\":\"nginx\",\"io.kubernetes.cri.container-type\":\"container\","
		  "\"io.kubernetes.cri.sandbox-name\":\"web-0\",\"io.kubernetes.cri.sandbox-namespace\":\"shop\"}}");
	make_file(root, "/run/containerd/io.containerd.runtime.v2.task/default/" OTHER "/config.json",
		  "{\"annotations\":{\"nerdctl/name\":\"web\"}}");
	check_name(root, "/system.slice/cri-containerd-" ID ".scope", "shop/web-0/nginx");
	check_name(root, "/system.slice/nerdctl-" OTHER ".scope", "web");
}

/* Its path says it. */
static void what_has_a_name_in_its_path_is_not_looked_for(void **state)
{
	check_name(*state, "/lxc.payload.web", NULL);
	check_name(*state, "/machine.slice/machine-box.scope", NULL);
}

static void what_is_no_name_or_no_file_is_none(void **state)
{
	static const char *const contents[] = {
		"", "{", "{\"Name\":", "{\"Name\":\"", "{\"Name\":\"\"}", "{\"Name\":\"/\"}", "{\"Name\":\"two words\"}",
		"{\"Name\":\"a\\nb\"}", "{\"Name\":\"\\u001b[31m\"}", "{\"Name\":5}", "[\"Name\",\"web\"]", "}}}{\"x\":{\"Name\":\"web\"}}",
	};
	const char *name = "/var/lib/docker/containers/" ID "/config.v2.json", *root = *state;
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		make_file(root, name, contents[i]);
		check_name(root, "/docker/" ID, NULL);
	}
	snprintf(path, sizeof(path), "%s%s", root, name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody waits for who would write into it */
	check_name(root, "/docker/" ID, NULL);
}

/* Each text with its depth and the keys above it. */
static void note(void *context, const struct json_place *place, const char *text)
{
	struct buf *out = context;

	if (text == NULL)
		return;
	buf_printf(out, "%u", place->depth);
	for (unsigned i = 1; i <= place->depth; i++)
		buf_printf(out, "/%s", place->keys[i]);
	buf_printf(out, "=%s ", text);
}

static void texts_are_told_with_their_places(void **state)
{
	static const struct {
		const char *json, *expected;
	} cases[] = {
		{ "{\"a\":\"b\",\"c\":[\"d\",{\"e\":\"f\"}],\"g\":{\"h\":\"i\"},\"j\":\"k\"}", "1/a=b 2/c/=d 3/c//e=f 2/g/h=i 1/j=k " },
		{ " { \"a\" \n:\t\"b\" , \"c\" : 5, \"d\":null } ", "1/a=b " },
		{ "[\"a\",\"b\"]", "1/=a 1/=b " },
		{ "\"a\"", "0=a " },
		{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\"}", "1/a=\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac " },
		{ "{\"a\":\"\\u00\",\"b\":\"\\uzzzz\\x\",\"c\":\"\\u0000\"}", "1/a=u00 1/b=uzzzzx 1/c= " },
		{ "[[[[[\"deep\"]]]],\"a\"]", "1/=a " },
		{ "]]]}}}{\"a\":\"b\"}", "1/a=b " },
		{ "{\"a\":\"b", "1/a=b " },
		{ "{\"a\":\"b\\", "1/a=b " },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_scan(cases[i].json, note, &out);
		assert_text(&out, cases[i].expected);
	}
	buf_fini(&out);
}

static void count_bytes(void *context, const struct json_place *place, const char *text)
{
	size_t *most = context;

	assert_true(strlen(place->keys[1]) < JSON_TEXT_MAX);
	if (text != NULL && strlen(text) > *most)
		*most = strlen(text);
}

static void long_texts_are_cut(void **state)
{
	struct buf json = BUF_INIT;
	size_t most = 0;

	(void)state;
	buf_puts(&json, "{\"");
	buf_fill(&json, 'k', 10000);
	buf_puts(&json, "\":\"");
	buf_fill(&json, 'v', 10000);
	buf_puts(&json, "\"}");
	json_scan(json.data, count_bytes, &most);
	assert_int_equal(most, JSON_TEXT_MAX - 1);
	buf_fini(&json);
}

static void random_texts_do_no_harm(void **state)
{
	static const char letters[] = "{}[]\",:\\u0a1 n";
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[64];
		size_t length = next_random(&random) % sizeof(text), most = 0;

		for (size_t i = 0; i < length; i++)
			text[i] = letters[next_random(&random) % (sizeof(letters) - 1)];
		text[length > 0 ? length - 1 : 0] = '\0';
		json_scan(text, count_bytes, &most);
		assert_true(most < sizeof(text));
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(docker_writes_it_into_its_configuration),
		TEST(podman_writes_it_into_its_storage),
		TEST(podman_s_short_lived_containers_are_found_too),
		TEST(a_user_s_containers_are_in_that_user_s_folders),
		TEST(the_kubelet_writes_it_into_the_names_of_its_logs),
		TEST(a_container_without_a_name_has_that_of_its_pod),
		TEST(containerd_has_it_in_the_annotations),
		TEST(what_has_a_name_in_its_path_is_not_looked_for),
		TEST(what_is_no_name_or_no_file_is_none),
		cmocka_unit_test(texts_are_told_with_their_places),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(random_texts_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
