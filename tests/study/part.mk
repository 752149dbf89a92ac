# The study in full: every CPython here with copyscope in it, pyperf, valgrind and the peers.  Broken off, it goes on.
STUDY      := build/study
STUDY_PY    = $(BENCH_VENV)/bin/python

.PHONY: study
study: $(SETUP)/run $(SETUP)/test $(SETUP)/profile $(BENCH_VENV)/.copyscope ## the whole study on this machine, about 40 minutes, and its report: build/study-report.html (ARGS='--quick')
	+@$(MAKE) --no-print-directory python-tests
	@[ -e $(BENCH_VENV)/.peers ] || tests/bench/peers $(STUDY_PY) $(BENCH_VENV)/.peers
	@[ -e $(BENCH_VENV)/.pyperf ] || { $(STUDY_PY) -m pip --quiet --disable-pip-version-check install pyperf pyperformance \
	  && touch $(BENCH_VENV)/.pyperf; }
	@if [ -e $(STUDY).part.json ]; then $(STUDY_PY) -m copyscope bench --resume $(STUDY).part.json; else \
	  $(STUDY_PY) -m copyscope bench -o $(STUDY).part.json --interpreter $(STUDY_PY) \
	    $(addprefix --interpreter ,$(wildcard build/py/*/bin/python)) $(ARGS); fi
	@mv $(STUDY).part.json $(STUDY).json
	@$(STUDY_PY) -m copyscope report $(STUDY).json
