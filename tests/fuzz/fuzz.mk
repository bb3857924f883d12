# Builds the fuzzers with clang, and runs them; called by "make fuzz", which hands in the variables. All objects are made anew
# in the folder at hand, as the whole library must be instrumented, and again when a header that they include has changed.

CC = clang
FUZZ_FLAGS = -std=gnu11 -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
fuzzers = $(FUZZERS:tests/fuzz/%=%)
texts = $(TEXTS:.c=.o)
objects = $(SOURCES:.c=.o) $(texts)

# Each for T seconds, one after the other. What it finds new is kept in the folder of its name, and what makes it fail stands
# beside it.
run: $(fuzzers:%=run-%)

run-fuzz_%: fuzz_%
	mkdir -p found-$*
	./fuzz_$* -max_total_time='$(T)' -timeout=10 -rss_limit_mb=2048 -max_len=20000 -print_final_stats=1 \
		-artifact_prefix=fuzz_$*- found-$* '$(SRCDIR)/tests/fuzz/corpus/$*' $(if $(filter $*,scenario),'$(SRCDIR)/src/lab/lessons')

$(fuzzers): %: tests/fuzz/%.o tests/fuzz/checks.o $(objects)
	$(CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(texts): %.o: $(BUILDDIR)/%.c
	$(CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD $(CPPFLAGS) -c -o $@ $<

# Of the sources alone: an object that stands there is not instrumented.
vpath %.c $(SRCDIR)
%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD $(CPPFLAGS) -c -o $@ $<

-include $(objects:.o=.d) $(fuzzers:%=tests/fuzz/%.d) tests/fuzz/checks.d
.SECONDARY:
.PHONY: run
