"""The program on damaged traces, and on whole ones where memory fails: an answer or one clear line, never a crash."""

import os
import pathlib
import re
import subprocess

import pytest

import copyscope

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build")
PROGRAM, FAILMALLOC = BUILD / "copyscope", BUILD / "faults" / "failmalloc.so"
CORPUS = sorted((ROOT / "tests" / "trace" / "corpus").iterdir())
COMMANDS = (["info"], ["info", "--json"])
DONE, NOT_SO, COULD_NOT = 0, 1, 3


def run(*arguments, **environment):
    return subprocess.run(
        [str(PROGRAM), *map(str, arguments)],
        stdin=subprocess.DEVNULL, capture_output=True, env={**os.environ, **environment},
    )  # fmt: skip


def test_there_is_a_corpus():
    assert len(CORPUS) >= 50


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_info_survives_the_fuzzers_corpus(command):
    codes = set()
    for path in CORPUS:
        done = run(*command, path)
        assert done.returncode in (DONE, NOT_SO, COULD_NOT), (path, done)
        if done.returncode == COULD_NOT:
            assert len(done.stderr.decode().strip().splitlines()) == 1, (path, done)
        assert b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr, (path, done)
        assert b"out of memory" not in done.stderr, (path, done)
        codes.add(done.returncode)
    assert NOT_SO in codes and COULD_NOT in codes


def test_load_survives_the_fuzzers_corpus():
    opened = 0
    for path in CORPUS:
        try:
            t = copyscope.load(path)
        except ValueError:
            continue
        opened += 1
        assert (len(t.events), len(t.objects)) >= (0, 0) and isinstance(t.complete, bool) and t.messages is not None
        for part in ("meta", "sources", "verdict"):
            try:
                getattr(t, part)
            except ValueError:
                pass  # its text is no JSON
    assert opened > len(CORPUS) // 2


def served(files):
    """Serves the files, and ends when the address is there or the program is."""
    process = subprocess.Popen(
        [str(PROGRAM), "serve", "--port", "0", "--python", "/nonexistent", *map(str, files)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
    line = process.stdout.readline()
    process.terminate()
    _, errors = process.communicate()
    return line, errors, process.returncode


def test_serve_survives_the_fuzzers_corpus():
    """Those that open are served, all at once; each of the others is refused by name, in one line."""
    opened = [path for path in CORPUS if run("info", path).returncode != COULD_NOT]
    line, errors, code = served(opened)
    assert re.match(r"copyscope: http://127\.0\.0\.1:\d+/", line) and code == DONE, (line, errors, code)
    for path in sorted(set(CORPUS) - set(opened)):
        line, errors, code = served([path])
        assert (line, code) == ("", COULD_NOT) and path.name in errors, (path, line, errors, code)


@pytest.mark.skipif(bool(os.environ.get("ASAN")), reason="the sanitizer has the C library's allocator to itself")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("mode", ["{0}", "{0},{1}"], ids=["all from", "only"])
def test_info_where_memory_fails(command, mode, tmp_path):
    """Each of the program's allocations fails: its answer, or an end with a line that says so."""
    path = tmp_path / "t.cst"
    copyscope.trace([[1], {"k": (1, [2])}]).save(path)
    whole = run(*command, path).stdout
    n, answered = 0, 0
    while answered < 3:  # once past the last allocation nothing fails any more
        done = run(*command, path, LD_PRELOAD=str(FAILMALLOC), FAILMALLOC=mode.format(n, n + 1))
        assert done.returncode in (DONE, NOT_SO, COULD_NOT), (n, done)
        if done.returncode == DONE and not done.stderr:  # else it says what is missing
            assert done.stdout == whole, (n, done)
        answered = answered + 1 if done.returncode == DONE else 0
        n += 1
        assert n < 2000
