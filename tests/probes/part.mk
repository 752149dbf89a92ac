# The model of the dict: its predictions beside the walks of live tables, on every CPython that is installed.

.PHONY: probes
probes: $(SETUP)/test ## 10,000,000 walks of live dicts beside a model of the table (ARGS='--walks N --seed S --python 3.12')
	+@$(MAKE) --no-print-directory python-tests
	@exec $(VENV)/bin/python tests/probes/walks.py $(ARGS)
