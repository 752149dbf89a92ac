# The server's own campaigns: races, endurance, and input that is nearly right.

# For a test; elsewhere than the programs that `make test` runs by themselves.
C_TESTS += $(B)/server-tests/clockjump.so

$(B)/server-tests/clockjump.so: tests/server/clockjump.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out $(SANITIZE),$(CFLAGS)) -shared $< -ldl -o $@

.PHONY: tsan soak fuzz-server
SOAK_RUNS ?= 100000
SERVER_FUZZ_RUNS ?= 100000000
EXCHANGES ?= 10000000
TSAN_TESTS := $(addprefix tests/server/,test_runs.py test_websocket.py test_serve.py test_gate.py test_classroom.py test_json.py)

tsan: $(SETUP)/test ## the server under ThreadSanitizer: its own tests, with workers that need no recorder
	+@$(MAKE) --no-print-directory parts python-tests
	@mkdir -p build/tsan && ln -sfn ../hw build/tsan/hw && ln -sfn ../web build/tsan/web # as they are: no thread is theirs
	+@$(MAKE) --no-print-directory BUILD=build/tsan OPT=-O1 SANITIZE='-fsanitize=thread -fno-omit-frame-pointer' build/tsan/copyscope
	BUILD=build/tsan TSAN_OPTIONS='halt_on_error=0 exitcode=66' $(VENV)/bin/python -m pytest -q -p no:cacheprovider $(TSAN_TESTS) $(ARGS)

soak: $(SETUP)/test ## 100,000 runs in one server, every tenth killed: no process, descriptor or memory is left (SOAK_RUNS=N)
	+@$(MAKE) --no-print-directory parts python-tests
	$(VENV)/bin/python tests/server/soak.py --runs $(SOAK_RUNS) $(ARGS)
