# What must not crash, leak or lose: long runs of what `make test` does a sample of.
FAULTS       := tests/faults
FAULTS_PY    := $(if $(ASAN),build/asan/venv,$(VENV))/bin/python
DEBUG_PYTHON := python3-dbg
VALGRIND_PYTHON := /usr/bin/python3
C_TESTS      += $(if $(ASAN),,$(B)/faults/failmalloc.so)

.PHONY: faults fuzz fuzz-corpus leaks valgrind ceilings

$(B)/faults/failmalloc.so: $(FAULTS)/failmalloc.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -shared $< -o $@

faults: $(SETUP)/test ## each allocation fails, on every object of the corpus; 100 recordings are killed
	+@$(MAKE) --no-print-directory parts c-tests python-tests
	$(FAULTS_PY) $(FAULTS)/memory.py $(ARGS)
	$(if $(ASAN),,$(FAULTS_PY) $(FAULTS)/memory.py --allocator c $(ARGS))
	$(FAULTS_PY) $(FAULTS)/kill.py

$(SETUP)/leaks: tests/setup
	@tests/setup run leaks

# A debug build counts every reference; its extension has an ABI of its own.  Debian's build of CPython is the one in
# which valgrind finds little to object to: others read ints of no digits before they are set, and it follows each one.
build/debug/.made: FROM := $(DEBUG_PYTHON)
build/valgrind/.made: FROM := $(VALGRIND_PYTHON)
build/debug/.made build/valgrind/.made: | $(SETUP)/leaks
	@echo "  VENV    $(@D) ($(FROM))"
	@$(FROM) -m venv --clear $(@D)
	@$(PIP) 'setuptools>=68' wheel
	@touch $@

RUNS ?= 100000
leaks: $(SETUP)/leaks ## references, blocks and bytes left behind by 100,000 runs under python3-dbg (RUNS=N)
	+@$(MAKE) --no-print-directory build/debug/.copyscope
	build/debug/bin/python $(FAULTS)/leaks.py --runs $(RUNS) $(ARGS)

valgrind: $(SETUP)/leaks ## the recorder under valgrind, on a part of the corpus
	+@$(MAKE) --no-print-directory build/valgrind/.copyscope
	build/valgrind/bin/python $(FAULTS)/valgrind.py $(ARGS)

ceilings: $(SETUP)/run ## the recorder's memory per record, for a copy of 1,000,000 nodes
	+@$(MAKE) --no-print-directory venv
	$(VENV)/bin/python $(FAULTS)/ceilings.py $(ARGS)

FUZZ_RUNS ?= 100000000
fuzz: $(SETUP)/test ## libFuzzer on the trace reader from the kept corpus, then fuzz-server (FUZZ_RUNS=N, by default 10^8; ARGS='-jobs=2')
	+@$(MAKE) --no-print-directory $(B)/trace/fuzz_reader
	@mkdir -p build/fuzz
	$(B)/trace/fuzz_reader -runs=$(FUZZ_RUNS) -max_len=4096 -artifact_prefix=build/fuzz/ $(ARGS) build/fuzz tests/trace/corpus
	+@$(MAKE) --no-print-directory fuzz-server

fuzz-corpus: $(SETUP)/test ## makes tests/trace/corpus anew: samples, recordings and what fuzzing has found, minimised
	+@$(MAKE) --no-print-directory parts $(B)/trace/fuzz_reader $(B)/tests/trace/fuzz_mutations
	$(VENV)/bin/python $(FAULTS)/fuzz_corpus.py
