/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of control groups, as the runtimes and systemd make them, and those that a table remembers. */
#include "helpers.h"

#include <string.h>

#include "model/cgroup.h"
#include "model/cgroup_store.h"
#include "model/names.h"

#define ID "3f4e5d6c7b8a99887766554433221100ffeeddccbbaa00112233445566778899"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"
#define UID "1b2c3d4e-0123-4567-89ab-cdef01234567"
#define UID_ "1b2c3d4e_0123_4567_89ab_cdef01234567"
#define STATIC_UID "0123456789abcdef0123456789abcdef"

/* "UNIT of SLICE; RUNTIME CONTAINER; pod POD CLASS", as far as there is one; a runtime that is not told is "?". */
struct expected {
	const char *path, *parts;
};

static void describe(struct buf *out, const struct cgroup *cgroup)
{
	buf_puts(out, cgroup->unit != NULL ? cgroup->unit : "-");
	if (cgroup->slice != NULL)
		buf_printf(out, " of %s", cgroup->slice);
	if (cgroup->container != NULL)
		buf_printf(out, "; %s %s", cgroup->runtime != NULL ? cgroup->runtime : "?", cgroup->container);
	if (cgroup->pod != NULL)
		buf_printf(out, "; pod %s %s", cgroup->pod, cgroup->qos);
}

static void check_path(const struct expected *expected)
{
	struct cgroup cgroup = { .id = 5 };
	struct buf out = BUF_INIT;

	cgroup_read(&cgroup, expected->path);
	assert_string_equal(cgroup.path, expected->path);
	describe(&out, &cgroup);
	assert_text(&out, expected->parts);
	assert_false(cgroup.gone);
	assert_int_equal(cgroup.id, 5);
	cgroup_fini(&cgroup);
	buf_fini(&out);
}

static void units_are_the_last_parts_that_are_some(void **state)
{
	static const struct expected cases[] = {
		{ "/system.slice/nginx.service", "nginx.service of system.slice" },
		{ "/system.slice/ssh.socket", "ssh.socket of system.slice" },
		{ "/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service of system-getty.slice" },
		{ "/user.slice/user-0.slice/session-1.scope", "session-1.scope of user-0.slice" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service", "foo.service of app.slice" },
		{ "/user.slice/user-1000.slice/user@1000.service/session.slice/dbus-:1.2-org.gnome.Shell@0.service",
		  "dbus-:1.2-org.gnome.Shell@0.service of session.slice" },
		{ "/system.slice/foo.service/payload", "foo.service of system.slice" },
		{ "/init.scope", "init.scope" },
		{ "/system.slice", "system.slice of system.slice" },
		{ "/", "-" },
		{ "/build/job-7", "job-7" },
		{ "/build/job-7/", "job-7" },
		{ "/.service", ".service" },
		{ "/../other.slice", "other.slice of other.slice" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_path(&cases[i]);
}

static void containers_are_known_by_what_their_runtimes_call_them(void **state)
{
	static const struct expected cases[] = {
		/* docker, with systemd's driver, with its own, and with one on a host of version 1 that somebody put elsewhere */
		{ "/system.slice/docker-" ID ".scope", "docker-" ID ".scope of system.slice; docker " ID },
		{ "/docker/" ID, ID "; docker " ID },
		{ "/actions_job/" ID, ID "; ? " ID },
		{ "/ecs/0123456789abcdef/" ID, ID "; ? " ID },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
		  "docker-" ID ".scope of user.slice; docker " ID },
		/* podman: of root, rootless, with --cgroups=split, with its own driver */
		{ "/machine.slice/libpod-" ID ".scope/container",
		  "libpod-" ID ".scope of machine.slice; podman " ID },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container",
		  "libpod-" ID ".scope of user.slice; podman " ID },
		{ "/system.slice/web.service/libpod-payload-" ID, "web.service of system.slice; podman " ID },
		{ "/libpod_parent/libpod-" ID, "libpod-" ID "; podman " ID },
		{ "/machine.slice/machine-libpod_pod_" ID ".slice/libpod-" OTHER ".scope",
		  "libpod-" OTHER ".scope of machine-libpod_pod_" ID ".slice; podman " OTHER },
		/* nerdctl */
		{ "/system.slice/nerdctl-" ID ".scope", "nerdctl-" ID ".scope of system.slice; containerd " ID },
		/* lxc: of the old and the new kind, of Proxmox, of LXD */
		{ "/lxc/web", "web; lxc web" },
		{ "/lxc/101/ns/system.slice/nginx.service", "nginx.service of system.slice; lxc 101" },
		{ "/lxc.payload.web/init.scope", "init.scope; lxc web" },
		{ "/lxc.payload/web", "web; lxc web" },
		{ "/lxc.payload.user-1000_c1", "lxc.payload.user-1000_c1; lxc user-1000_c1" },
		/* systemd-nspawn, and other machines */
		{ "/machine.slice/machine-my\\x2dbox.scope/payload/system.slice/ssh.service",
		  "ssh.service of system.slice; systemd-nspawn my-box" },
		{ "/machine.slice/systemd-nspawn@box.service/payload",
		  "systemd-nspawn@box.service of machine.slice; systemd-nspawn box" },
		{ "/machine.slice/machine-lxc\\x2d4711\\x2dweb.scope",
		  "machine-lxc\\x2d4711\\x2dweb.scope of machine.slice; lxc 4711-web" },
		/* what runs in a container is that one's own business */
		{ "/docker/" ID "/docker/" OTHER, OTHER "; docker " ID },
		{ "/docker/" ID "/kubelet/kubepods/burstable/pod" UID "/" OTHER, OTHER "; docker " ID },
		{ "/system.slice/docker-" ID ".scope/system.slice/nginx.service",
		  "nginx.service of system.slice; docker " ID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_path(&cases[i]);
}

static void pods_have_a_uid_and_a_class(void **state)
{
	static const struct expected cases[] = {
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice/cri-containerd-" ID ".scope",
		  "cri-containerd-" ID ".scope of kubepods-burstable-pod" UID_ ".slice; containerd " ID "; pod " UID " burstable" },
		{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/crio-" ID ".scope",
		  "crio-" ID ".scope of kubepods-besteffort-pod" UID_ ".slice; cri-o " ID "; pod " UID " besteffort" },
		{ "/kubepods.slice/kubepods-pod" UID_ ".slice/docker-" ID ".scope",
		  "docker-" ID ".scope of kubepods-pod" UID_ ".slice; docker " ID "; pod " UID " guaranteed" },
		{ "/kubepods/burstable/pod" UID "/" ID, ID "; ? " ID "; pod " UID " burstable" },
		{ "/kubepods/besteffort/pod" UID "/crio-" ID, "crio-" ID "; cri-o " ID "; pod " UID " besteffort" },
		{ "/kubepods/pod" STATIC_UID "/" ID, ID "; ? " ID "; pod " STATIC_UID " guaranteed" },
		{ "/kubepods/pod" UID, "pod" UID "; pod " UID " guaranteed" },
		{ "/system.slice/containerd.service/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID,
		  "containerd.service of system.slice; containerd " ID "; pod " UID " burstable" },
		{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" UID_
		  ".slice/cri-containerd-" ID ".scope",
		  "cri-containerd-" ID ".scope of kubelet-kubepods-burstable-pod" UID_ ".slice; containerd " ID "; pod " UID " burstable" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_path(&cases[i]);
}

static void what_only_looks_like_a_container_is_none(void **state)
{
	static const struct expected cases[] = {
		{ "/system.slice/docker.service", "docker.service of system.slice" },
		{ "/system.slice/docker-3f4e5d6c7b8a.scope", "docker-3f4e5d6c7b8a.scope of system.slice" },
		{ "/docker/" ID "00", ID "00" },
		{ "/docker/3F4E5D6C7B8A99887766554433221100FFEEDDCCBBAA00112233445566778899",
		  "3F4E5D6C7B8A99887766554433221100FFEEDDCCBBAA00112233445566778899" },
		{ "/machine.slice/libpod-conmon-" ID ".scope", "libpod-conmon-" ID ".scope of machine.slice" },
		{ "/kubepods.slice/crio-conmon-" ID ".scope", "crio-conmon-" ID ".scope of kubepods.slice" },
		{ "/lxc.monitor.web", "lxc.monitor.web" },
		{ "/lxc", "lxc" },
		{ "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
		  "machine-qemu\\x2d1\\x2dvm.scope of machine.slice" },
		{ "/user.slice/machine-x.scope", "machine-x.scope of user.slice" },
		{ "/kubepods/burstable", "burstable" },
		{ "/kubepods/podcast", "podcast" },
		{ "/kubepods/pod1b2c3d4e-0123-4567-89ab", "pod1b2c3d4e-0123-4567-89ab" },
		{ "/pod", "pod" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_path(&cases[i]);
}

static void check_user(const char *path, bool has_user, uint32_t user)
{
	struct cgroup cgroup = { .id = 0 };

	cgroup_read(&cgroup, path);
	assert_int_equal(cgroup.has_user, has_user);
	assert_int_equal(cgroup.user, user);
	cgroup_fini(&cgroup);
}

static void a_user_is_the_one_of_the_slice(void **state)
{
	(void)state;
	check_user("/user.slice/user-1000.slice/user@1000.service/app.slice", true, 1000);
	check_user("/user.slice/user-0.slice/session-1.scope", true, 0);
	check_user("/user.slice/user-.slice", false, 0);
	check_user("/user.slice/user-99999999999.slice", false, 0);
	check_user("/user.slice/user-1000.sliced", false, 0);
	check_user("/system.slice/x.service", false, 0);
}

static void check_shown(const char *path, const char *name, const char *place, const char *container)
{
	struct cgroup cgroup = { .id = 0 };
	struct buf out = BUF_INIT;

	cgroup_read(&cgroup, path);
	if (name != NULL)
		cgroup_set_name(&cgroup, name);
	cgroup_format(&out, &cgroup);
	assert_text(&out, place);
	if (container != NULL)
		cgroup_format_container(&out, &cgroup);
	assert_text(&out, container != NULL ? container : "");
	buf_fini(&out);
	cgroup_fini(&cgroup);
}

static void a_container_is_shown_by_its_name_or_twelve_digits(void **state)
{
	(void)state;
	check_shown("/docker/" ID, NULL, "/docker/" ID, "3f4e5d6c7b8a");
	check_shown("/docker/" ID, "web", "/docker/" ID, "web");
	check_shown("/docker/" ID, "e\033vil", "/docker/" ID, "e\\x1bvil");
	check_shown("/lxc.payload.web", NULL, "/lxc.payload.web", "web");
	check_shown("/lxc/a\\x1b\n", NULL, "/lxc/a\\x1b\\x0a", "a\\x1b\\x0a");
	check_shown("/kubepods/pod" UID, NULL, "/kubepods/pod" UID, "pod/" UID);
}

static void one_that_is_gone_says_so(void **state)
{
	struct cgroup cgroup = { .id = 0 };

	(void)state;
	check_shown("(deleted)", NULL, "(gone)", NULL);
	check_shown("/system.slice/a.service (deleted)", NULL, "/system.slice/a.service(gone)", NULL);
	cgroup_read(&cgroup, "/system.slice/a.service (deleted)");
	assert_true(cgroup.gone);
	assert_string_equal(cgroup.unit, "a.service");
	cgroup_read(&cgroup, "/b.service");
	assert_false(cgroup.gone);
	assert_string_equal(cgroup.unit, "b.service");
	cgroup_fini(&cgroup);
}

static void tell(struct names *names, enum name_kind kind, uint64_t id, const char *text)
{
	name_learn(&names->of[kind], name_number(id), text, true, 0);
}

static void a_store_learns_what_they_are_called_when_that_is_known(void **state)
{
	struct names names = NAMES_INIT;
	struct cgroup_store store = { .all = NULL };
	const struct cgroup *web = cgroup_store_get(&store, 70), *other = cgroup_store_get(&store, 1);

	(void)state;
	assert_ptr_equal(cgroup_store_get(&store, 70), web);
	assert_null(web->path);
	assert_false(cgroup_store_learn(&store, &names));
	tell(&names, NAME_CGROUP, 70, "/docker/" ID);
	tell(&names, NAME_CONTAINER, 70, "web");
	tell(&names, NAME_CGROUP, 1, "/");
	tell(&names, NAME_CONTAINER, 1, NULL);
	assert_true(cgroup_store_learn(&store, &names));
	assert_false(cgroup_store_learn(&store, &names));
	assert_string_equal(web->container, ID);
	assert_string_equal(web->name, "web");
	assert_string_equal(other->path, "/");
	assert_null(other->name);
	tell(&names, NAME_CONTAINER, 70, "new");
	assert_true(cgroup_store_learn(&store, &names));
	assert_string_equal(web->name, "new");
	cgroup_store_fini(&store);
	names_fini(&names);
}

static void what_is_gone_keeps_the_path_that_it_had(void **state)
{
	struct names names = NAMES_INIT;
	struct cgroup_store store = { .all = NULL };
	const struct cgroup *known = cgroup_store_get(&store, 5), *never = cgroup_store_get(&store, 6);

	(void)state;
	tell(&names, NAME_CGROUP, 5, "/a.service");
	cgroup_store_learn(&store, &names);
	tell(&names, NAME_CGROUP, 5, CGROUP_DELETED);
	tell(&names, NAME_CGROUP, 6, CGROUP_DELETED);
	assert_true(cgroup_store_learn(&store, &names));
	assert_false(cgroup_store_learn(&store, &names));
	assert_true(known->gone && never->gone);
	assert_string_equal(known->unit, "a.service");
	assert_null(never->path);
	cgroup_store_fini(&store);
	names_fini(&names);
}

static void what_nobody_marks_is_swept_away(void **state)
{
	struct cgroup_store store = { .all = NULL };

	(void)state;
	for (uint64_t id = 1; id <= 100; id++)
		cgroup_store_get(&store, id);
	for (uint64_t id = 1; id <= 100; id += 10)
		cgroup_store_mark(&store, cgroup_store_get(&store, id));
	cgroup_store_sweep(&store);
	assert_int_equal(store.count, 10);
	for (uint64_t id = 1; id <= 100; id += 10)
		assert_int_equal(cgroup_store_get(&store, id)->id, id);
	assert_int_equal(store.count, 10);
	cgroup_store_sweep(&store);
	assert_int_equal(store.count, 0);
	cgroup_store_fini(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_the_last_parts_that_are_some),
		cmocka_unit_test(containers_are_known_by_what_their_runtimes_call_them),
		cmocka_unit_test(pods_have_a_uid_and_a_class),
		cmocka_unit_test(what_only_looks_like_a_container_is_none),
		cmocka_unit_test(a_user_is_the_one_of_the_slice),
		cmocka_unit_test(a_container_is_shown_by_its_name_or_twelve_digits),
		cmocka_unit_test(one_that_is_gone_says_so),
		cmocka_unit_test(a_store_learns_what_they_are_called_when_that_is_known),
		cmocka_unit_test(what_is_gone_keeps_the_path_that_it_had),
		cmocka_unit_test(what_nobody_marks_is_swept_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
