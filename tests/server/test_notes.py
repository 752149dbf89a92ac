"""`copyscope notes`: what several people wrote on one recording, in one file."""

import json

import pytest
from tracebytes import chunk

import copyscope


def note(name, event, text, **more):
    return {"id": name, "event": event, "text": text, "kind": "text", "object": 0, **more}


def written(path, notes, out):
    """A copy of the trace with these notes behind its end."""
    chunks = b"".join(chunk(b"NOTE", json.dumps(one).encode(), 0xFFFFFFFF) for one in notes)
    out.write_bytes(path.read_bytes() + chunks)
    return out


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "it.cst"
    copyscope.trace([[1], "a"]).save(path)
    return path


@pytest.fixture
def merge(program, tmp_path):
    def run(*files):
        out = tmp_path / "out.cst"
        return program("notes", "merge", *files, "-o", out), out

    return run


def read(path):
    """[(event, text)] of the notes in a file, as the chunks say."""
    data, at, found = path.read_bytes(), 16, []
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"NOTE":
            found.append(json.loads(data[at + 16 : at + 16 + length]))
        at += 16 + (length + 15) // 16 * 16
    return found


def test_notes_of_two_people_stand_together_in_order(recording, merge, program, tmp_path):
    a = written(recording, [note("note-1", 5, "an's", author="An"), note("note-2", 1, "both")], tmp_path / "a.cst")
    b = written(recording, [note("note-1", 3, "binh's"), note("x", 1, "both")], tmp_path / "b.cst")
    answer, out = merge(a, b)
    assert answer.returncode == 0, answer.stderr
    assert [(n["event"], n["text"]) for n in read(out)] == [(1, "both"), (3, "binh's"), (5, "an's")]
    assert len({n["id"] for n in read(out)}) == 3
    assert program("info", out).returncode == 0
    assert out.read_bytes().startswith(recording.read_bytes()), "the same recording, byte for byte"
    assert [line.split() for line in program("notes", "list", out).stdout.splitlines()] == [
        ["2", "both"],
        ["4", "binh's"],
        ["6", "an's", "-", "An"],
    ]


def test_merging_twice_changes_nothing(recording, merge, tmp_path):
    a = written(recording, [note("a", 5, "one")], tmp_path / "a.cst")
    b = written(recording, [note("a", 6, "two")], tmp_path / "b.cst")
    _, out = merge(a, b)
    once = read(out)
    again = written(recording, once, tmp_path / "again.cst")
    _, out = merge(again, b, a)
    assert read(out) == once


def test_a_note_that_was_changed_or_taken_back_is_so(recording, merge, tmp_path):
    a = written(
        recording,
        [note("a", 1, "old"), note("b", 2, "gone"), note("a", 1, "new"), {"id": "b", "deleted": True}],
        tmp_path / "a.cst",
    )
    answer, out = merge(a)
    assert answer.returncode == 0 and [n["text"] for n in read(out)] == ["new"]


def test_a_sidecar_joins_in(recording, merge, tmp_path):
    digest = recording.read_bytes()[-32:].hex()
    side = tmp_path / "notes.json"
    side.write_text(json.dumps({"copyscope_notes": 1, "digest": digest, "notes": [note("s", 2, "aside"), {"id": 7}]}))
    answer, out = merge(recording, side)
    assert answer.returncode == 1 and "1 notes cannot be read" in answer.stderr
    assert [n["text"] for n in read(out)] == ["aside"]


@pytest.mark.parametrize(
    "bad",
    [
        7,
        [],
        "x",
        {"id": "a"},
        note("", 1, "x"),
        note("a b", 1, "x"),
        note("a", -1, "x"),
        note("a", 1.5, "x"),
        note("a", 10**9, "x"),
        note("a", 1, " "),
        note("a", 1, "x" * 1001),
        note("a", 1, "x", object=99999),
        note("a", 1, "x", author=7),
        note("a", 1, "x", author="x" * 61),
        note("a", 1, "x", kind="html"),
        note("a", 1, "x", kind="arrow", pane="#x", **{"from": [0, 0], "to": [1, 1]}),
        note("a", 1, "x", kind="arrow", pane="memo", **{"from": [0, 2], "to": [1, 1]}),
    ],
)
def test_what_is_no_note_is_left_out_and_counted(bad, recording, merge, tmp_path):
    a = written(
        recording,
        [bad, note("fine", 1, "x" * 1000, kind="region", pane="memo", **{"from": [0, 0], "to": [1, 1]})],
        tmp_path / "a.cst",
    )
    answer, out = merge(a)
    assert answer.returncode == 1 and "1 notes cannot be read" in answer.stderr
    assert [n["id"] for n in read(out)] == ["fine"]


def test_another_recording_is_refused_and_nothing_written(recording, merge, tmp_path):
    other = tmp_path / "other.cst"
    copyscope.trace([1]).save(other)
    answer, out = merge(recording, other)
    assert answer.returncode == 3 and "another recording" in answer.stderr and answer.stderr.count("\n") == 1
    (tmp_path / "x.json").write_text("{}")
    answer, out = merge(recording, tmp_path / "x.json")
    assert answer.returncode == 3 and "holds no notes" in answer.stderr
    (tmp_path / "cut.cst").write_bytes(recording.read_bytes()[:-64])
    answer, out = merge(tmp_path / "cut.cst", recording)
    assert answer.returncode == 3 and "cut short" in answer.stderr
    assert not out.exists()


def test_a_wrong_command_line_is_said(program):
    for words in [[], ["list"], ["merge", "a.cst"], ["nonsense", "a.cst"]]:
        answer = program("notes", *words)
        assert answer.returncode == 2 and "usage:" in answer.stderr
