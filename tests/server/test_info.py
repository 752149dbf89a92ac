"""`copyscope info`: whole, truncated and damaged files."""

import json

import pytest
import tracebytes

VERDICT = {"state": "equal", "equal": 60, "total": 60, "against": "CPython 3.11.7's copy.py"}


@pytest.fixture
def whole():
    return tracebytes.whole(10, title="ten", python="3.11.7", policy="cpython", verdict=VERDICT)


def info(program, tmp_path, data, *options):
    path = tmp_path / "t.cst"
    path.write_bytes(data)
    return program("info", path, *options)


def test_a_whole_trace_is_described(program, tmp_path, whole):
    answer = info(program, tmp_path, whole)
    assert answer.returncode == 0
    for text in (
        "ten",
        "3.11.7",
        "60 in 20 records",
        "memo 20",
        "60 of 60 compared events equal to CPython 3.11.7's copy.py",
        "whole",
    ):
        assert text in answer.stdout


def test_json_says_the_same(program, tmp_path, whole):
    answer = json.loads(info(program, tmp_path, whole, "--json").stdout)
    assert answer["events"] == sum(answer["families"].values()) == 60
    assert answer["meta"]["verdict"] == VERDICT
    assert answer["memo"] == {"lookups": 10, "hits": 0, "probes": 10}
    assert answer["file"] == {"version": 1, "complete": True, "readable_bytes": len(whole), "reason": ""}


def test_a_file_cut_at_any_byte_is_its_prefix_or_refused(program, tmp_path, whole):
    for length in [*range(0, 40), *range(40, len(whole), 37)]:
        answer = info(program, tmp_path, whole[:length])
        assert answer.returncode == (1 if length >= 16 else 3), length
        assert ("readable up to byte" if length >= 16 else "refused at byte") in answer.stdout + answer.stderr


def test_a_damaged_chunk_ends_the_reading(program, tmp_path, whole):
    for at in range(16, len(whole), 53):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        answer = info(program, tmp_path, bytes(damaged))
        assert answer.returncode in (0, 1), (at, answer)  # 0: padding that no checksum covers
        assert "Sanitizer" not in answer.stderr


def test_control_characters_do_not_reach_the_terminal(program, tmp_path):
    answer = info(program, tmp_path, tracebytes.whole(1, title="\x1b[31mred\x07"))
    assert "\x1b" not in answer.stdout
    assert "?[31mred?" in answer.stdout


def test_a_missing_file_and_a_wrong_call_are_told(program, tmp_path):
    assert program("info", tmp_path / "none.cst").returncode == 3
    assert program("info").returncode == 2
    assert program("info", "--fly").returncode == 2
    assert program("info", "--help").returncode == 0
    assert program("fly").returncode == 2
    assert program("--version").stdout.startswith("copyscope ")


def test_a_trace_can_be_cited(program, tmp_path):
    path = tmp_path / "it.cst"
    path.write_bytes(
        tracebytes.whole(3, python="3.11.7", policy="cpython", created="2026-01-02T03:04:05Z", op="deep\x1bcopy")
    )
    told = json.loads(program("info", path, "--json").stdout)
    digest = path.read_bytes()[-32:].hex()
    assert told["digest"] == digest and told["cite"].endswith(f"2026-01-02, SHA-256 {digest}")
    (line,) = [line for line in program("info", path).stdout.splitlines() if line.startswith("cite ")]
    assert "CPython 3.11.7, policy cpython, recorded by the C engine" in line and "\x1b" not in line
    path.write_bytes(path.read_bytes()[:-64])
    assert json.loads(program("info", path, "--json").stdout)["digest"] == ""
