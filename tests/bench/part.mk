# Benchmarks, in an environment of their own: the peers stay out of .venv.  PYTHON=python3.13 makes another one.

BENCH_VENV := build/bench-venv$(if $(PYTHON),-$(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'))

.PHONY: bench bench-page bench-server bench-hw bench-history profile
bench: $(SETUP)/run $(BENCH_VENV)/.copyscope ## copy.deepcopy, the engine untraced and traced, peers; server, page, hardware: ratios beside the goals (ARGS='--quick')
	@[ -e $(BENCH_VENV)/.peers ] || tests/bench/peers $(BENCH_VENV)/bin/python $(BENCH_VENV)/.peers
	@$(BENCH_VENV)/bin/python tests/bench/bench.py $(ARGS)
	+@$(if $(filter --json,$(ARGS)),:,$(MAKE) --no-print-directory bench-server bench-page bench-hw ARGS='$(filter --quick,$(ARGS))')

bench-history: $(SETUP)/run ## the goals' rows over all runs of make bench, as lines; a row that got worse BENDS
	+@$(MAKE) --no-print-directory venv
	@$(VENV)/bin/python tests/bench/history.py

bench-server: GOALS = server
bench-server: $(SETUP)/test ## the server: a run's start beside a cold python3, its box, a class of followers, one client beside a plain send() (ARGS='--quick --json')
bench-page: GOALS = page
bench-page: $(SETUP)/test ## the page in Chromium with a million events: ready, seek, scrubbing, heap, step, bundle (ARGS='--quick --json')
bench-hw: GOALS = hardware
bench-hw: $(B)/hw/bench_units ## how many operations a second the simulated memories answer (ARGS='--json')
bench-server bench-page bench-hw:
	+@$(MAKE) --no-print-directory parts $(if $(filter %-server,$@),python-tests) >/dev/null
	@$(VENV)/bin/python tests/bench/goals.py $(GOALS) $(ARGS)

profile: $(SETUP)/profile $(BENCH_VENV)/.copyscope ## where the engine's time goes, by function (WORKLOAD=json CONTENDER=traced ARGS='--lines 20')
	@exec $(BENCH_VENV)/bin/python tests/bench/hotspots.py $(if $(WORKLOAD),--workload '$(WORKLOAD)') $(if $(CONTENDER),--contender '$(CONTENDER)') $(ARGS)

build/bench-venv-%/.made: | $(SETUP)/run
	@echo "  VENV    $(@D) ($(PYTHON))"
	@"$(PYTHON)" -m venv --clear $(@D)
	@$(PIP) 'setuptools>=68' wheel
	@touch $@

.PRECIOUS: build/bench-venv-%/.made

$(SETUP)/profile: tests/setup
	@tests/setup run profile
