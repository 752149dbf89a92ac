# Soundness at length: in a variant that is called sound, nothing may be found.
SOUND_VARIANTS := sound-merged bind-locals cpython-3.11 cpython-3.13 cpython-3.14 report-memo

.PHONY: check-sound
check-sound: $(SETUP)/run ## compare each sound variant with copy.deepcopy over 10^6 random objects (ARGS='--tries N --seed S')
	+@$(MAKE) --no-print-directory venv
	@for variant in $(SOUND_VARIANTS); do \
	  nice $(VENV)/bin/python -m copyscope check --variant $$variant --tries 1000000 $(ARGS) || exit; done
