# The trace library, cs-events, and their tests.
TRACE_SRCS  := $(addprefix tracer/trace/,vocabulary.c context.c encode.c intern.c writer.c check.c decode.c reader.c)
TRACE_OBJS  := $(TRACE_SRCS:tracer/trace/%.c=$(B)/trace/%.o)
TRACE_LIBS  := -lz -lcrypto
TRACE_TESTS := $(addprefix $(B)/tests/trace/,test_vocabulary test_writer test_reader test_rows fuzz_mutations fuzz_coverage \
               documents)
TRACE_CLANG := $(or $(shell command -v clang || command -v clang-14),clang)

PARTS   += $(B)/libcstrace.a $(B)/cs-events
C_TESTS += $(TRACE_TESTS)

$(B)/trace/%.o: tracer/trace/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -MMD -MP -c $< -o $@

$(B)/libcstrace.a: $(TRACE_OBJS)
	@rm -f $@
	ar rcs $@ $(filter %.o,$^)

$(B)/cs-events: $(B)/trace/emit_events.o $(B)/libcstrace.a
	$(CC) $(filter %.o %.a,$^) $(LDFLAGS) $(TRACE_LIBS) -o $@

$(B)/bench-writer: tests/bench/writer.c $(B)/libcstrace.a
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) -lm -o $@

.PHONY: events events-check bench-writer
bench-writer: $(B)/bench-writer ## ns per record and per object's row of the trace's writer (ARGS=FILE.cst)
	@$(B)/bench-writer $(ARGS)

events: $(B)/cs-events
	$(B)/cs-events --js > web/src/events.js

events-check: $(B)/cs-events
	$(B)/cs-events --js | diff -u web/src/events.js -

$(B)/tests/trace/test_%: tests/trace/test_%.c $(B)/libcstrace.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) -o $@

$(B)/tests/trace/fuzz_mutations: tests/trace/fuzz_reader.c $(B)/libcstrace.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DCS_FUZZ_MAIN -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) -o $@

# libFuzzer comes with clang's runtime: without it the test that runs it says that it is skipped.
$(B)/trace/fuzz_reader: tests/trace/fuzz_reader.c tests/trace/sample.h $(TRACE_SRCS) $(wildcard tracer/trace/*.h) tracer/events.def
	@mkdir -p $(@D)
	$(TRACE_CLANG) $(CPPFLAGS) -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	  $(filter %.c,$^) $(TRACE_LIBS) -o $@

$(B)/tests/trace/documents: tests/trace/documents.sh $(B)/cs-events
	@mkdir -p $(@D)
	@install -m 755 $< $@

$(B)/tests/trace/fuzz_coverage: tests/trace/fuzz_coverage.sh $(B)/tests/trace/fuzz_mutations
	@mkdir -p $(@D)
	-@$(MAKE) --no-print-directory $(B)/trace/fuzz_reader >/dev/null 2>&1
	@install -m 755 $< $@

