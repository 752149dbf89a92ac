# copyscope: each part's rules are in <part>/part.mk, next to what they build.
#
# A fragment appends to
#   PARTS     files that `make` builds
#   C_TESTS   test programs, $(BUILD)/tests/<part>/<name>, that print TAP
# and writes below $(BUILD) only (build, or build/asan with ASAN=1).  C is compiled with $(CC) $(CPPFLAGS) $(CFLAGS)
# and -MMD -MP; C++ with $(CXX) and $(CXXFLAGS).

.DEFAULT_GOAL := all
SHELL         := /bin/bash
MAKEFLAGS     += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

BUILD    := build$(if $(ASAN),/asan)
B        := $(BUILD)
SETUP    := build/.setup
SANITIZE := $(if $(ASAN),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer)
CC       := gcc
CXX      := g++
OPT      ?= $(if $(ASAN),-O1,-O2)
CPPFLAGS := -iquote tracer/trace -D_GNU_SOURCE
WARNINGS := -Wall -Wextra -Werror
CFLAGS   := -std=c11 $(OPT) -g -fPIC $(WARNINGS) $(SANITIZE)
CXXFLAGS := -std=c++17 $(OPT) -g -fPIC $(SANITIZE)
LDFLAGS  := $(SANITIZE)
PARTS    :=
C_TESTS  :=
export ASAN BUILD PYTHON

-include tracer/part.mk tracer/trace/part.mk hw/part.mk web/part.mk server/part.mk tests/bench/part.mk tests/fidelity/part.mk tests/probes/part.mk tests/programs/part.mk tests/faults/part.mk tests/server/part.mk tests/check/part.mk tests/study/part.mk
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all parts run test lint format setup clean distclean help

all: $(SETUP)/run ## build everything into build/ and .venv/ (installs what is missing first)
	+@$(MAKE) --no-print-directory parts build/compile_commands.json

run: $(SETUP)/run ## build, then serve the page on 127.0.0.1 (ARGS='FILE.cst --port N')
	+@$(MAKE) --no-print-directory parts
	@exec $(BUILD)/copyscope serve --python $(VENV)/bin/python $(ARGS)

test: $(SETUP)/test ## run all tests of all parts (ASAN=1: with the sanitizers; SUITES='server web': some of them)
	+@$(MAKE) --no-print-directory parts c-tests python-tests
	@exec $(VENV)/bin/python tests/run $(SUITES)

lint: $(SETUP)/lint ## clang-format, clang-tidy, cppcheck, verilator, ruff, eslint, tsc
	+@$(MAKE) --no-print-directory parts build/compile_commands.json lint-tools
	@exec $(VENV)/bin/python tests/lint

format: $(SETUP)/lint ## rewrite C and Python sources in the house format
	+@$(MAKE) --no-print-directory lint-tools
	@exec $(VENV)/bin/python tests/lint --fix

setup: $(SETUP)/test $(SETUP)/lint ## install what building, testing and linting need

clean: ## remove what was built (not .venv and web/node_modules)
	@rm -rf build tracer/build tracer/*.egg-info

distclean: clean ## remove all that is not in git's keeping
	@rm -rf .venv web/node_modules

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile $(filter %part.mk,$(MAKEFILE_LIST)) | expand -t 20

parts: $(PARTS)
	@:

# Packages, one set each; the stamp makes a second start quick.
$(SETUP)/run: tests/setup
	@tests/setup run

$(SETUP)/test $(SETUP)/lint: $(SETUP)/%: tests/setup
	@tests/setup run $*

# For clangd and clang-tidy (.clangd points here): the compile lines that make would run, and the extension's.
build/compile_commands.json: Makefile $(wildcard */part.mk */*/part.mk) tests/compile-commands | $(PARTS)
	@$(MAKE) --no-print-directory --always-make --dry-run parts c-tests 2>/dev/null \
	  | $(VENV)/bin/python tests/compile-commands > $@.new && mv $@.new $@

.PHONY: c-tests
c-tests: $(C_TESTS)
	@:
