# Real programs, recorded: the libraries come from PyPI into an environment of their own.
PROGRAMS_VENV := build/programs-venv
PROGRAMS_LIBS := sympy networkx ruamel.yaml django pydantic scikit-learn

.PHONY: programs
programs: $(SETUP)/run ## run programs that copy for a living (sympy, Django, ...) under `copyscope run`: same output, ranking (ARGS=sympy)
	+@$(MAKE) --no-print-directory parts $(PROGRAMS_VENV)/.copyscope $(PROGRAMS_VENV)/.libraries
	@exec $(VENV)/bin/python tests/programs/programs.py $(PROGRAMS_VENV)/bin/python $(BUILD)/copyscope $(ARGS)

$(PROGRAMS_VENV)/.libraries: $(PROGRAMS_VENV)/.made tests/programs/part.mk
	@echo "  PYPI    $(PROGRAMS_LIBS)"
	@$(PIP) $(PROGRAMS_LIBS)
	@touch $@
