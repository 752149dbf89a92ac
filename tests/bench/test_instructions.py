"""The recorder's instructions stay within 3 % of what is known: no clock is in it, and no other process."""

from __future__ import annotations

import shutil

import pytest

import instructions

VALGRIND = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed")


@VALGRIND
def test_the_recorders_instructions_are_within_the_band():
    known = instructions.known()
    if known is None:
        pytest.skip(f"no counts are known for {instructions.key()}: tests/bench/instructions.py --record")
    counts = instructions.count()
    assert counts.keys() == known.keys()
    left = instructions.outside(counts, known)
    assert not left, "\n".join([*left, "if it is meant: tests/bench/instructions.py --record, and commit the file"])


def test_a_count_outside_of_the_band_is_told_and_one_within_is_not():
    known = {"a": 1000, "b": 1000, "c": 1000}
    left = instructions.outside({"a": 1029, "b": 1031, "c": 969}, known)
    assert [line.split(":")[0] for line in left] == ["b", "c"]
    assert "+3.1 %" in left[0] and "-3.1 %" in left[1]
