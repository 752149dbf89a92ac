# The trace library and its tests.  Included by the top Makefile, which defines CC and CFLAGS.
B ?= build
TRACE_DIR := tracer/trace
TRACE_SRCS := $(addprefix $(TRACE_DIR)/,vocabulary.c writer.c check.c reader.c)
TRACE_DEPS := tracer/events.def $(wildcard $(TRACE_DIR)/*.h)
TRACE_OBJS := $(TRACE_SRCS:$(TRACE_DIR)/%.c=$(B)/trace/%.o)
TRACE_LIBS := -lz -lcrypto
TRACE_CFLAGS := -std=c11 -fPIC -Itracer/trace

TRACE_TESTS := $(addprefix $(B)/tests/trace/,test_vocabulary test_writer test_reader)
TRACE_FUZZER := $(B)/tests/trace/fuzz_reader
TRACE_CLANG := $(firstword $(foreach c,clang clang-14,$(if $(shell command -v $(c) 2>/dev/null),$(c))))

$(B)/trace/%.o: $(TRACE_DIR)/%.c $(TRACE_DEPS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(TRACE_CFLAGS) -c $< -o $@

$(B)/libcstrace.a: $(TRACE_OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/cs-events: $(TRACE_DIR)/emit_events.c $(B)/libcstrace.a
	$(CC) $(CFLAGS) $(TRACE_CFLAGS) $^ $(LDFLAGS) $(TRACE_LIBS) -o $@

.PHONY: events events-check trace-tests
events: $(B)/cs-events ## regenerate web/src/events.js from tracer/events.def
	$(B)/cs-events --js > web/src/events.js

events-check: $(B)/cs-events ## fail if web/src/events.js is not what events.def makes
	$(B)/cs-events --js | diff -u web/src/events.js -

$(B)/tests/trace/%: tests/trace/%.c tests/trace/tap.h tests/trace/sample.h $(B)/libcstrace.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(TRACE_CFLAGS) $< $(B)/libcstrace.a $(LDFLAGS) $(TRACE_LIBS) -o $@

trace-tests: $(TRACE_TESTS)
