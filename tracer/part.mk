# The Python package and its extension, in a virtual environment: .venv.  With ASAN=1 the extension is built once more,
# with the sanitizers, into build/asan/venv: only the fidelity tests use that one, since the runtime must come first.

VENV  := .venv
PARTS += $(VENV)/.copyscope $(VENV)/.markdown

TRACER_SOURCES := tracer/events.def $(wildcard tracer/pyproject.toml tracer/setup.py tracer/MANIFEST.in \
  tracer/ext/*.[ch] tracer/trace/*.[ch]) $(shell find tracer/copyscope -type f -not -name '*.pyc')

.PHONY: venv python-tests lint-tools
venv: $(VENV)/.copyscope
	@:
python-tests: $(VENV)/.copyscope $(VENV)/.pytest $(if $(ASAN),build/asan/venv/.copyscope build/asan/venv/.pytest)
	@$(if $(ASAN),,tests/setup-pythons $(VENV))
lint-tools: $(VENV)/.ruff
	@:

PIP = $(@D)/bin/python -m pip --quiet --disable-pip-version-check install

# setuptools once, so that a changed source is rebuilt without the network.
%/.made: | $(SETUP)/run
	@echo "  VENV    $(@D) ($$(cat $(SETUP)/python))"
	@"$$(cat $(SETUP)/python)" -m venv --clear $(@D)
	@$(PIP) 'setuptools>=68' wheel
	@touch $@

# tracer/build is setuptools' own: it does not look at headers, so it goes first.
%/.copyscope: %/.made $(TRACER_SOURCES)
	@echo "  EXT     $(@D)"
	@rm -rf tracer/build tracer/*.egg-info
	@CFLAGS='-g $(if $(findstring asan,$@),$(SANITIZE) -O1)' $(PIP) --no-build-isolation --no-deps --force-reinstall ./tracer
	@rm -rf tracer/build tracer/*.egg-info
	@touch $@

# Lessons are exported with it; everything else does without.
%/.markdown: %/.made
	@$(PIP) 'markdown-it-py>=3'
	@touch $@

# IPython: the cell magic is tried in the real one.  networkx and DuckDB read what is exported for them; the
# study's scenarios run under pyperf.
%/.pytest: %/.made tracer/part.mk
	@$(PIP) pytest ipython networkx duckdb pyperf pyperformance
	@touch $@

%/.ruff: %/.made
	@$(PIP) ruff
	@touch $@

.PRECIOUS: %/.made
