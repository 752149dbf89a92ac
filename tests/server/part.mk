# The server's own campaigns: races, endurance, and input that is nearly right.

# For a test; elsewhere than the programs that `make test` runs by themselves.
C_TESTS += $(B)/server-tests/clockjump.so

$(B)/server-tests/clockjump.so: tests/server/clockjump.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out $(SANITIZE),$(CFLAGS)) -shared $< -ldl -o $@

# libFuzzer comes with clang's runtime.
SERVER_FUZZERS := $(addprefix $(B)/server-tests/,fuzz_json fuzz_websocket)
C_TESTS += $(if $(shell command -v $(TRACE_CLANG)),$(SERVER_FUZZERS))

$(B)/server-tests/fuzz_json: tests/server/fuzz_json.c server/json.c server/text.c
$(B)/server-tests/fuzz_websocket: tests/server/fuzz_websocket.c server/websocket.c server/text.c
$(SERVER_FUZZERS): server/json.h server/websocket.h server/limits.h
	@mkdir -p $(@D)
	$(TRACE_CLANG) $(CPPFLAGS) -iquote server -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=all $(filter %.c,$^) -lcjson -lcrypto -lm -o $@

.PHONY: tsan soak fuzz-server
SOAK_RUNS ?= 100000
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

fuzz-server: $(SETUP)/test ## libFuzzer on commands and frames, then damaged exchanges with a server, all under sanitizers (FUZZ_RUNS=N EXCHANGES=N)
	+@$(MAKE) --no-print-directory $(SERVER_FUZZERS) python-tests
	@mkdir -p build/fuzz/json build/fuzz/websocket
	$(B)/server-tests/fuzz_json -runs=$(FUZZ_RUNS) -max_len=512 -artifact_prefix=build/fuzz/ $(ARGS) build/fuzz/json
	$(B)/server-tests/fuzz_websocket -runs=$(FUZZ_RUNS) -max_len=512 -artifact_prefix=build/fuzz/ $(ARGS) build/fuzz/websocket
	+@$(MAKE) --no-print-directory ASAN=1 parts
	BUILD=build/asan $(VENV)/bin/python tests/server/exchanges.py --count $(EXCHANGES)
