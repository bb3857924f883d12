/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/capabilities.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As long as a set of the kernel's is; PR_CAPBSET_READ says how many of them there are. */
enum { CAPABILITIES_MOST = 64 };

static uint64_t join(uint32_t low, uint32_t high)
{
	return (uint64_t)high << 32 | low;
}

int capabilities_get(struct capabilities *all)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*all = (struct capabilities){
		.effective = join(data[0].effective, data[1].effective),
		.permitted = join(data[0].permitted, data[1].permitted),
		.inheritable = join(data[0].inheritable, data[1].inheritable),
	};
	return 0;
}

int capabilities_set(const struct capabilities *all)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++) {
		data[i].effective = (uint32_t)(all->effective >> 32 * i);
		data[i].permitted = (uint32_t)(all->permitted >> 32 * i);
		data[i].inheritable = (uint32_t)(all->inheritable >> 32 * i);
	}
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

bool capabilities_keep(uint64_t kept, uint64_t in_effect)
{
	struct capabilities all;

	if (capabilities_get(&all) < 0)
		return false;
	if ((all.permitted | all.effective | all.inheritable) == 0)
		return true;
	all.permitted &= kept;
	all.effective = all.permitted & in_effect;
	all.inheritable = 0; /* and with it the ambient set */
	return capabilities_set(&all) == 0;
}

uint64_t capabilities_bounded(void)
{
	uint64_t all = 0;
	int has;

	for (unsigned i = 0; i < CAPABILITIES_MOST && (has = prctl(PR_CAPBSET_READ, i, 0, 0, 0)) >= 0; i++)
		all |= has > 0 ? CAPABILITY(i) : 0;
	return all;
}

bool capabilities_bound(uint64_t most)
{
	uint64_t others = capabilities_bounded() & ~most;

	for (unsigned i = 0; i < CAPABILITIES_MOST; i++) {
		if (others & CAPABILITY(i) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return false;
	}
	return true;
}

void capabilities_pass_on(uint64_t passed)
{
	struct capabilities all;

	if (capabilities_get(&all) < 0)
		return;
	all.inheritable = all.permitted & passed;
	if (capabilities_set(&all) < 0)
		return;
	for (unsigned i = 0; i < CAPABILITIES_MOST; i++) {
		if (all.inheritable & CAPABILITY(i))
			prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
	}
}

static void put_in_force(struct capabilities *all, uint64_t effective)
{
	if (all->effective == effective)
		return;
	all->effective = effective;
	capabilities_set(all);
}

uint64_t capabilities_change(uint64_t wanted, uint64_t unwanted)
{
	struct capabilities all;

	if (capabilities_get(&all) < 0)
		return 0;
	uint64_t before = all.effective;
	put_in_force(&all, (before | (all.permitted & wanted)) & ~unwanted);
	return before;
}

void capabilities_restore(uint64_t before)
{
	struct capabilities all;

	if (capabilities_get(&all) == 0)
		put_in_force(&all, before);
}
