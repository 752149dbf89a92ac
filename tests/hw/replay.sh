#!/bin/sh
# Recorded copies of some thousand operations on every engine, as TAP; a million is `make replay`.
exec .venv/bin/python tests/hw/replay.py --short
