# The memo as a content-addressable memory: Verilated depths behind a C ABI in one archive, and their tests.
HW_RTL    := $(addprefix hw/rtl/,memo_pkg.sv memo_delay.sv memo_ram.sv memo_pipe.sv onehot_encoder.sv cam_bank.sv memo_cam.sv \
             skewed_hash.sv memo_hash.sv probe_engine.sv)
# module_depth: what is Verilated.
HW_MODELS := $(addprefix memo_cam_,16 64 256 1024 4096) $(addprefix memo_hash_,64 1024 65536) $(addprefix probe_engine_,4096 65536)
HW_VROOT  := $(or $(wildcard /usr/share/verilator),$(shell verilator --getenv VERILATOR_ROOT 2>/dev/null))
HW_FLAGS  := $(CPPFLAGS) -I hw/sim -isystem $(HW_VROOT)/include -isystem $(HW_VROOT)/include/vltstd
# Generated code and the runtime: not ours to warn about, nor to sanitize (that takes minutes).
HW_QUIET  := $(filter-out $(WARNINGS) $(SANITIZE),$(CXXFLAGS)) -w -DVM_SC=0 -DVM_TRACE=0 -DVM_TRACE_FST=0 -DVM_TRACE_VCD=0
HW_OBJS   := $(B)/hw/unit.o $(B)/hw/replay.o
HW_WAVES  := $(addprefix $(B)/hw/,signals.o vcd.o fst.o wavedrom.o)
HW_VOBJS  := $(B)/hw/verilated.o $(B)/hw/verilated_threads.o
HW_LIBS   := -lstdc++ -lpthread -lm
HW_TESTS  := $(addprefix $(B)/tests/hw/,test_units test_replay rtl_checks formal replay)

PARTS   += $(B)/hw/libcscam.a
C_TESTS += $(HW_TESTS)

# What an older build noted down may name a source that is gone.
hw/rtl/%.sv: ;

# $(1): folder, $(2): flags, $(3): whether coverage is counted.  The models as C++; then each one's files as a single unit, faster to compile and to run.
define HW_VERILATE
$(1)/%/all.cpp: $$(HW_RTL)
	@rm -rf $$(@D) && mkdir -p $$(@D)
	@model=$$*; set -x; verilator --cc -O3 --no-MMD $(2) -Wall -GDepth=$$$${model##*_} --top-module $$$${model%_*} --prefix $$* --Mdir $$(@D) $$^
	@cd $$(@D) && printf '#include "%s"\n' $$**.cpp > $$(@F)
$(1)/memo_%.o: $(1)/memo_%/all.cpp
	$$(CXX) $$(HW_FLAGS) $$(HW_QUIET) -DVM_COVERAGE=$(3) -MMD -MP -c $$< -o $$@
$(1)/probe_%.o: $(1)/probe_%/all.cpp
	$$(CXX) $$(HW_FLAGS) $$(HW_QUIET) -DVM_COVERAGE=$(3) -MMD -MP -c $$< -o $$@
.PRECIOUS: $(1)/%/all.cpp
endef
$(eval $(call HW_VERILATE,$(B)/hw,,0))
$(eval $(call HW_VERILATE,$(B)/tests/hw,--assert $$(HW_SMALL_$$*),0))
$(eval $(call HW_VERILATE,$(B)/cover,--assert --coverage $$(HW_SMALL_$$*),1))
HW_SMALL_memo_hash_64 := -GEpochW=2

$(HW_VOBJS) $(B)/hw/verilated_cov.o: $(B)/hw/%.o: $(HW_VROOT)/include/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) $(HW_QUIET) -DVM_COVERAGE=0 -Os -MMD -MP -c $< -o $@

$(HW_OBJS): $(B)/hw/%.o: hw/sim/%.cpp $(HW_MODELS:%=$(B)/hw/%/all.cpp)
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) $(HW_MODELS:%=-isystem $(B)/hw/%) $(CXXFLAGS) $(WARNINGS) -MMD -MP -c $< -o $@

$(HW_WAVES): $(B)/hw/%.o: hw/sim/%.c
	@mkdir -p $(@D)
	$(CC) $(HW_FLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The FST writer that Verilator has: not ours to warn about.
$(B)/hw/fstapi.o: $(HW_VROOT)/include/gtkwave/fstapi.c
	@mkdir -p $(@D)
	$(CC) $(HW_FLAGS) $(filter-out $(WARNINGS) $(SANITIZE),$(CFLAGS)) -std=gnu11 -w -I $(<D) -DFST_CONFIG_INCLUDE='"fst_config.h"' -c $< -o $@
$(B)/hw/lz4.o $(B)/hw/fastlz.o: $(B)/hw/%.o: $(HW_VROOT)/include/gtkwave/%.c
	@mkdir -p $(@D)
	$(CC) $(HW_FLAGS) $(filter-out $(WARNINGS) $(SANITIZE),$(CFLAGS)) -w -c $< -o $@

$(B)/hw/libcscam.a: $(HW_OBJS) $(HW_WAVES) $(addprefix $(B)/hw/,fstapi.o lz4.o fastlz.o) $(HW_VOBJS) $(HW_MODELS:%=$(B)/hw/%.o)
	@rm -f $@
	ar rcs $@ $(filter %.o,$^)

# With the design's own assertions on.
HW_TESTED := memo_cam_16 memo_cam_128 memo_hash_64 probe_engine_32
$(B)/tests/hw/test_units: tests/hw/test_units.cpp $(HW_TESTED:%=$(B)/tests/hw/%.o) $(HW_VOBJS)
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) -iquote tests/trace $(HW_TESTED:%=-isystem $(B)/tests/hw/%) $(CXXFLAGS) $(WARNINGS) -MMD -MP \
	  $(filter %.cpp %.o,$^) $(LDFLAGS) -lpthread -o $@

$(B)/tests/hw/test_replay: tests/hw/test_replay.c $(B)/hw/libcscam.a $(B)/libcstrace.a
	@mkdir -p $(@D)
	$(CC) $(HW_FLAGS) -iquote tests/trace $(CFLAGS) -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) $(HW_LIBS) -o $@

$(addprefix $(B)/tests/hw/,rtl_checks formal replay): $(B)/tests/hw/%: tests/hw/%.sh $(HW_RTL)
	@mkdir -p $(@D)
	@install -m 755 $< $@

.PHONY: hw-lint hw-synth formal replay cover area area-check
replay: $(B)/copyscope ## a million memo operations of recorded copies, on every CPython here, beside the dict's outcomes
	@$(VENV)/bin/python tests/hw/replay.py

formal: ## prove the CAM: 8 entries of 64 bits by induction, every cover, every mutant (ARGS='--only proof|cover|mutants')
	@hw/formal/prove.py $(ARGS)

cover: $(B)/cover/test_units ## lines, branches and toggles of the RTL that the random test reaches
	@rm -f $(B)/cover/*.dat && CS_COVERAGE=$(B)/cover nice $< $(or $(OPERATIONS),200000) > $(B)/cover/test_units.log
	@$(VENV)/bin/python tests/hw/cover.py $(B)/cover

$(B)/cover/test_units: tests/hw/test_units.cpp $(HW_TESTED:%=$(B)/cover/%.o) $(HW_VOBJS) $(B)/hw/verilated_cov.o
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) -DVM_COVERAGE=1 -iquote tests/trace $(HW_TESTED:%=-isystem $(B)/cover/%) $(CXXFLAGS) $(WARNINGS) -MMD -MP \
	  $(filter %.cpp %.o,$^) $(LDFLAGS) -lpthread -o $@

area: ## measure cells and clock of the memories, into hw/AREA.md (needs `tests/setup hw`; some minutes)
	@hw/syn/area.py $(ARGS)

area-check: ## measure again and compare with hw/AREA.md: cells within 2 %, clock within 10 % (ARGS='--only "CAM 16"')
	@hw/syn/area.py --check $(ARGS)

$(B)/hw/bench_units: tests/hw/bench_units.c $(B)/hw/libcscam.a $(B)/libcstrace.a
	$(CC) $(HW_FLAGS) $(CFLAGS) -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) $(HW_LIBS) -o $@

hw-lint: ## verilator -Wall on every engine and depth
	@for model in memo_cam_2 memo_hash_16 probe_engine_2 $(HW_TESTED) $(HW_MODELS); do \
	  verilator --lint-only -Wall --assert -GDepth=$${model##*_} --top-module $${model%_*} $(HW_RTL) || exit 1; done

hw-synth: ## what ENGINE=memo_cam takes in cells with DEPTH=16 entries, by yosys
	@yosys -Q -T -p 'read_verilog -sv $(HW_RTL); chparam -set Depth $(or $(DEPTH),16) $(or $(ENGINE),memo_cam); synth -flatten -top $(or $(ENGINE),memo_cam)' \
	  | sed -n '/=== /,$$p' | tail -n +3
