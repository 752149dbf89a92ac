"""Allocations that fail: MemoryError and no crash; see memory.py, which `make faults` runs on the whole corpus."""

import os
import pathlib
import subprocess
import sys

import pytest
from operations import OPERATIONS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIBRARY = ROOT / os.environ.get("BUILD", "build") / "faults" / "failmalloc.so"
FEW = "shared,hook_raises"
CASES = {"load": FEW, "save": FEW, "trace": FEW}  # of the others:
MORE = "shared,many,hook_writes_memo,hook_raises,reduce_list,unhashable_key"
pytest.importorskip("_testcapi", reason="this interpreter comes without _testcapi, which makes allocations fail")


def explore(operation, *arguments):
    program = str(ROOT / "tests" / "faults" / "memory.py")
    cases = CASES.get(operation, MORE)
    command = [sys.executable, program, "--operations", operation, "--cases", cases, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_of_the_interpreters_first_thousand_allocations_may_fail(operation):
    done = explore(operation)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(bool(os.environ.get("ASAN")), reason="the sanitizer has the C library's allocator to itself")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_of_the_trace_librarys_allocations_may_fail(operation):
    assert LIBRARY.exists(), f"{LIBRARY} is not built: make {LIBRARY.relative_to(ROOT)}"
    done = explore(operation, "--allocator", "c")
    assert done.returncode == 0, done.stdout


def test_a_wrong_outcome_is_found(tmp_path, monkeypatch):
    """The search can fail: an operation that swallows MemoryError and returns something else is a fault."""
    import memory

    def swallows(x, folder):
        def run():
            try:
                return [[1]]
            except MemoryError:
                return None

        return memory.Attempt(run, lambda: None, lambda: None)

    monkeypatch.setitem(OPERATIONS, "swallows", swallows)
    found, _ = memory.summary(memory.explore("swallows", "shared", memory.python_allocator(), 50))
    assert any("neither MemoryError nor" in line for line in found)


def test_a_crash_is_found_and_the_search_goes_on(monkeypatch):
    import memory

    def crashes(x, folder):
        def run():
            try:
                bytearray(100_000)
            except MemoryError:
                os.abort()
            return x

        return memory.Attempt(run, lambda: None, lambda: None)

    monkeypatch.setitem(OPERATIONS, "crashes", crashes)
    found, _ = memory.summary(memory.explore("crashes", "shared", memory.python_allocator(), 5))
    assert any("SIGABRT" in line for line in found), found


FILLS = """
import resource
from copyscope import snippet
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
try:
    snippet.run("x = []\\nwhile True: x.append(bytearray(99))")
except snippet.SnippetError as e:
    print(e, len(bytearray(100 << 20)))
"""


def test_a_snippet_that_fills_the_memory_leaves_room_to_say_so():
    done = subprocess.run([sys.executable, "-c", FILLS], capture_output=True, text=True)
    assert done.stdout.startswith("MemoryError") and done.stdout.endswith(f" {100 << 20}\n"), done.stderr
