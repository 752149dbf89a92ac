"""`copyscope export --to cst`: a trace cut to a range, and one without anybody's texts."""

import json
import random
import re
import subprocess
import sys
import textwrap

import pytest
from conftest import PROGRAM, REAL_PYTHON
from test_notes import note, read, written

import copyscope


def program_text(secret):
    """A program whose every name, text and message is somebody's own."""
    return textwrap.dedent(f"""
        import copy
        class {secret}Class:
            def __init__(self): self.{secret}field = ["{secret} text", b"{secret}", {{"{secret}key": 1234567}}]
        class {secret}Error(Exception): pass
        class Bad:
            def __deepcopy__(self, memo): raise {secret}Error("{secret} message")
        def {secret}function(x): return copy.deepcopy(x)
        shared = [{secret}Class()]
        {secret}function([shared, shared, ("{secret}", 3.25)])
        try: {secret}function([Bad()])
        except {secret}Error: pass
    """)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Traces to cut: nested and shared objects, classes; a program with several calls."""
    folder = tmp_path_factory.mktemp("cut")
    inner = [1, [2, "x"]]
    value = [inner, (inner, {"k": inner}), 3, [[[[inner]]]], {1: [inner], 2: (1, [5])}]
    copyscope.trace(value, names={id(inner): "inner"}).save(folder / "a.cst")
    script = folder / "program.py"
    script.write_text(program_text("abc"))
    subprocess.run(
        [PROGRAM, "run", "--python", REAL_PYTHON, "-o", folder / "b.cst", script], check=True, capture_output=True
    )
    return [folder / "a.cst", folder / "b.cst"]


def rows(path, program):
    return [json.loads(line) for line in program("cat", path, "--json").stdout.splitlines()]


def shape(row):
    return row["event"], row.get("outcome"), row.get("role"), row.get("type"), row.get("object", "").split(" ")[0]


def agreed(path, program):
    told = program("waves", path).stderr
    found = re.search(r"the dict's in (\d+) of (\d+) lookups", told)
    return found is None or found[1] == found[2]


def test_a_range_holds_its_events_and_the_memo_answers_as_it_did(program, recordings, tmp_path):
    rng = random.Random(3)
    for path in recordings:
        whole = rows(path, program)
        for _ in range(25):
            first = rng.randrange(1, len(whole) + 1)
            last = min(len(whole), first + rng.randrange(60))
            out = tmp_path / "cut.cst"
            answer = program("export", path, "--to", "cst", "--events", f"{first}..{last}", "-o", out)
            assert answer.returncode == 0, answer.stderr
            told = json.loads(program("info", out, "--json").stdout)
            assert told["file"]["complete"] and "excerpt" in told["meta"]["verdict"]["where"]
            part = rows(out, program)
            wanted = [shape(row) for row in whole[first - 1 : last]]
            got = [shape(row) for row in part]
            starts = [i for i in range(len(got)) if got[i : i + len(wanted)] == wanted]
            assert starts, (path.name, first, last)
            # At its ends a record stands whole; before it, what the open calls did.
            assert len(got) - starts[-1] - len(wanted) < 8
            assert agreed(out, program), (path.name, first, last)


def test_without_a_range_it_is_the_same_file(program, recordings, tmp_path):
    out = tmp_path / "same.cst"
    assert program("export", recordings[0], "--to", "cst", "-o", out).returncode == 0
    assert out.read_bytes() == recordings[0].read_bytes()


def test_written_again_whole_it_is_the_same_recording(program, recordings, tmp_path):
    for path in recordings:
        out = tmp_path / "again.cst"
        events = len(rows(path, program))
        program("export", path, "--to", "cst", "--events", f"1..{events}", "-o", out)
        assert [shape(row) for row in rows(out, program)] == [shape(row) for row in rows(path, program)]
        assert program("diff", path, out).returncode == 0


def test_notes_go_where_their_events_went(program, recordings, tmp_path):
    whole = rows(recordings[0], program)
    noted = written(
        recordings[0], [note("a", 29, "here"), note("b", 2, "before"), note("c", 60, "after")], tmp_path / "n.cst"
    )
    out = tmp_path / "cut.cst"
    program("export", noted, "--to", "cst", "--events", "25..40", "-o", out)
    part = rows(out, program)
    (kept,) = [n for n in read(out) if n["text"] == "here"]
    assert shape(part[kept["event"]]) == shape(whole[29])
    assert "after" not in [n["text"] for n in read(out)]


def test_a_page_of_a_range_opens_with_its_cam(program, recordings, tmp_path):
    answer = program("export", recordings[0], "--to", "html", "--events", "10..30", "-o", tmp_path / "it.html")
    assert answer.returncode == 0 and (tmp_path / "it.html").stat().st_size > 100_000


SECRET = "Zq7secret"


@pytest.mark.parametrize("cut", [[], ["--events", "5..80"]])
def test_nobodys_text_is_left(program, tmp_path, cut):
    script = tmp_path / f"{SECRET}.py"
    script.write_text(program_text(SECRET))
    path, out = tmp_path / "it.cst", tmp_path / "out.cst"
    subprocess.run([PROGRAM, "run", "--python", REAL_PYTHON, "-o", path, script], check=True, capture_output=True)
    path = written(path, [note(SECRET, 3, f"{SECRET} note")], tmp_path / "noted.cst")
    assert path.read_bytes().count(SECRET.encode()) > 8
    answer = program("export", path, "--to", "cst", "--anonymise", *cut, "-o", out)
    assert answer.returncode == 0, answer.stderr
    data = out.read_bytes()
    assert SECRET.lower().encode() not in data.lower() and b"1234567" not in data and b"3.25" not in data
    assert str(tmp_path).encode() not in data and sys.executable.encode() not in data
    words = {text for text in re.findall(rb"[A-Za-z_./-]{4,}", b"".join(strings_of(data)))}
    known = {
        b"list",
        b"tuple",
        b"dict",
        b"float",
        b"bytes",
        b"Type",
        b"function",
        b"type",
        b"Exception",
        b"left",
        b"method",
        b"NoneType",
    }
    assert words <= known | {b"builtin_function_or_method"}, words - known
    info = json.loads(program("info", out, "--json").stdout)
    assert info["file"]["complete"] and info["meta"]["title"] == "anonymised"
    if not cut:
        before = json.loads(program("info", path, "--json").stdout)
        assert info["events"] == before["events"] and info["memo"] == before["memo"] and agreed(out, program)


def strings_of(data):
    at = 16
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"STRS":
            yield re.sub(rb"[^ -~]", b" ", data[at + 16 : at + 16 + length])
        at += 16 + (length + 15) // 16 * 16


def test_a_snippet_and_its_sources_go_too(program, tmp_path):
    path, out = tmp_path / "it.cst", tmp_path / "out.cst"
    code = f"{SECRET} = ['{SECRET} in a text']; [{SECRET}, {SECRET}]"
    assert program("trace", "--python", REAL_PYTHON, "-e", code, "-o", path).returncode == 0
    assert program("export", path, "--to", "cst", "--anonymise", "-o", out).returncode == 0
    assert SECRET.encode() in path.read_bytes() and SECRET.encode() not in out.read_bytes()
    assert program("export", path, "--to", "html", "--anonymise", "-o", tmp_path / "it.html").returncode == 0
