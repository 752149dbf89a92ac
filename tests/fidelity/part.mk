# The corpus: random graphs, engine beside copy.py, on every CPython that is installed.

.PHONY: fidelity
fidelity: $(SETUP)/test ## 100,000 random graphs on each CPython: engine beside copy.py (ARGS='--graphs N --seed S --python 3.12')
	+@$(MAKE) --no-print-directory python-tests
	@exec $(VENV)/bin/python tests/fidelity/campaign.py $(ARGS)
