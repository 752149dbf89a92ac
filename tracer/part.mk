# The Python package and its extension, in a virtual environment: .venv (with ASAN=1: build/asan/venv).

VENV  := $(if $(ASAN),$(BUILD)/venv,.venv)
PIP   := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check
PARTS += $(VENV)/.copyscope

TRACER_SOURCES := tracer/events.def $(wildcard tracer/pyproject.toml tracer/setup.py tracer/MANIFEST.in \
  tracer/ext/*.[ch] tracer/trace/*.[ch] tracer/copyscope/*.py)

.PHONY: venv python-tests lint-tools
venv: $(VENV)/.copyscope
python-tests: $(VENV)/.copyscope $(VENV)/.pytest
	@$(if $(ASAN),,tests/setup-pythons $(VENV))
lint-tools: $(VENV)/.ruff

# setuptools once, so that a changed source is rebuilt without the network.
$(VENV)/.made: | $(SETUP)/run
	@echo "  VENV    $(VENV) ($$(cat $(SETUP)/python))"
	@"$$(cat $(SETUP)/python)" -m venv --clear $(VENV)
	@$(PIP) install 'setuptools>=68' wheel
	@touch $@

# tracer/build is setuptools' own: it does not look at headers, so it goes first.
$(VENV)/.copyscope: $(TRACER_SOURCES) $(VENV)/.made
	@echo "  EXT     $(VENV)"
	@rm -rf tracer/build tracer/*.egg-info
	@CFLAGS='$(SANITIZE)' $(PIP) install --no-build-isolation --no-deps --force-reinstall ./tracer
	@rm -rf tracer/build tracer/*.egg-info
	@touch $@

$(VENV)/.pytest: $(VENV)/.made
	@$(PIP) install pytest
	@touch $@

$(VENV)/.ruff: $(VENV)/.made
	@$(PIP) install ruff
	@touch $@
