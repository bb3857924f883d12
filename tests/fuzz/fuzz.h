/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an entry point of a fuzzer is to whoever calls it: libFuzzer, or tests/fuzz/replay.c with the files of a corpus.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0.  What must hold and does not ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process where the condition does not hold; assert() may be compiled out. */
#define must(condition)                                                                                                        \
	do {                                                                                                                   \
		if (!(condition))                                                                                              \
			__builtin_trap();                                                                                      \
	} while (0)

#endif
