"""The recorder's instructions stay within a band of what is known: no clock is in it, and no other process."""

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
    known = {f"{who}, {what}": 1000 for who in ("traced", "plain") for what in ("a", "b")}
    assert instructions.outside({**known, "traced, a": 1059, "plain, a": 941}, known) == []
    more = {**known, "traced, a": 1040, "traced, b": 1030, "plain, a": 890, "plain, b": 1090}
    one, mean = instructions.outside(more, known)
    assert one.startswith("plain, a: 1,000 ") and "-11.0 %" in one
    assert mean.startswith("traced: +3.5 %")
