# The memo as a content-addressable memory: Verilated depths behind a C ABI in one archive, and their tests.
HW_RTL    := $(addprefix hw/rtl/,memo_cam_pkg.sv priority_encoder.sv memo_cam.sv)
HW_DEPTHS := 16 64 1024
HW_MODELS := $(HW_DEPTHS:%=memo_cam_%)
HW_VROOT  := $(or $(wildcard /usr/share/verilator),$(shell verilator --getenv VERILATOR_ROOT 2>/dev/null))
HW_FLAGS  := $(CPPFLAGS) -I hw/sim -isystem $(HW_VROOT)/include -isystem $(HW_VROOT)/include/vltstd
# Generated code and the runtime: not ours to warn about, nor to sanitize (that takes minutes).
HW_QUIET  := $(filter-out $(WARNINGS) $(SANITIZE),$(CXXFLAGS)) -w -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=0 -DVM_TRACE_FST=0 -DVM_TRACE_VCD=0
HW_OBJS   := $(B)/hw/cam.o $(B)/hw/replay.o
HW_VOBJS  := $(B)/hw/verilated.o $(B)/hw/verilated_threads.o
HW_LIBS   := -lstdc++ -lpthread -lm
HW_TESTS  := $(addprefix $(B)/tests/hw/,test_cam test_replay rtl_checks)

PARTS   += $(B)/hw/libcscam.a
C_TESTS += $(HW_TESTS)

# $(1): folder, $(2): flags.  The models as C++; then each one's files as a single unit, faster to compile and to run.
define HW_VERILATE
$(1)/memo_cam_%/all.cpp: $$(HW_RTL)
	@rm -rf $$(@D) && mkdir -p $$(@D)
	verilator --cc -O3 $(2) -Wall -GDepth=$$* --top-module memo_cam --prefix memo_cam_$$* --Mdir $$(@D) $$^
	@cd $$(@D) && printf '#include "%s"\n' memo_cam_$$**.cpp > $$(@F)
$(1)/memo_cam_%.o: $(1)/memo_cam_%/all.cpp
	$$(CXX) $$(HW_FLAGS) $$(HW_QUIET) -MMD -MP -c $$< -o $$@
.PRECIOUS: $(1)/memo_cam_%/all.cpp
endef
$(eval $(call HW_VERILATE,$(B)/hw,))
$(eval $(call HW_VERILATE,$(B)/tests/hw,--assert))

$(HW_VOBJS): $(B)/hw/%.o: $(HW_VROOT)/include/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) $(HW_QUIET) -Os -MMD -MP -c $< -o $@

$(HW_OBJS): $(B)/hw/%.o: hw/sim/%.cpp $(HW_MODELS:%=$(B)/hw/%/all.cpp)
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) $(HW_MODELS:%=-isystem $(B)/hw/%) $(CXXFLAGS) $(WARNINGS) -MMD -MP -c $< -o $@

$(B)/hw/libcscam.a: $(HW_OBJS) $(HW_VOBJS) $(HW_MODELS:%=$(B)/hw/%.o)
	@rm -f $@
	ar rcs $@ $(filter %.o,$^)

# With the design's own assertions on.
$(B)/tests/hw/test_cam: tests/hw/test_cam.cpp $(HW_MODELS:%=$(B)/tests/hw/%.o) $(HW_VOBJS)
	@mkdir -p $(@D)
	$(CXX) $(HW_FLAGS) -iquote tests/trace $(HW_MODELS:%=-isystem $(B)/tests/hw/%) $(CXXFLAGS) $(WARNINGS) -MMD -MP \
	  $(filter %.cpp %.o,$^) $(LDFLAGS) -lpthread -o $@

$(B)/tests/hw/test_replay: tests/hw/test_replay.c $(B)/hw/libcscam.a $(B)/libcstrace.a
	@mkdir -p $(@D)
	$(CC) $(HW_FLAGS) -iquote tests/trace $(CFLAGS) -MMD -MP $(filter %.c %.a,$^) $(LDFLAGS) $(TRACE_LIBS) $(HW_LIBS) -o $@

$(B)/tests/hw/rtl_checks: tests/hw/rtl_checks.sh $(HW_RTL)
	@mkdir -p $(@D)
	@install -m 755 $< $@

.PHONY: hw-lint hw-synth
hw-lint: ## verilator -Wall on every depth
	@for depth in 2 15 $(HW_DEPTHS); do \
	  verilator --lint-only -Wall --assert -GDepth=$$depth --top-module memo_cam $(HW_RTL) || exit 1; done

hw-synth: ## what a CAM of DEPTH=16 entries takes in cells, by yosys
	@yosys -Q -T -p 'read_verilog -sv $(HW_RTL); chparam -set Depth $(or $(DEPTH),16) memo_cam; synth -flatten -top memo_cam' \
	  | sed -n '/=== memo_cam/,$$p' | tail -n +3
