"""Instructions by function, as callgrind's file tells them: the format's own short forms, and a file of a real run."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

from copyscope.bench import callgrind
from copyscope.bench.callgrind import Function

HOTSPOTS = pathlib.Path(__file__).with_name("hotspots.py")

# main of a.c calls helper of b.c in another library, twice, and runs a line inlined from a.h.
SAMPLE = """\
# callgrind format
version: 1
positions: line
events: Ir

ob=(1) /bin/program
fl=(1) a.c
fn=(1) main
16 400
+2 5
fi=(2) a.h
7 30
fe=(1)
cob=(2) /lib/library.so
cfi=(3) b.c
cfn=(2) helper
calls=2 50
* 600
-1 3

ob=(2)
fl=(3)
fn=(2)
50 500
+1 100

totals: 1038
"""


def test_names_and_positions_told_in_short_are_resolved(tmp_path):
    file = tmp_path / "callgrind.out"
    file.write_text(SAMPLE)
    profile = callgrind.read(file)
    main, helper = Function("main", "/bin/program"), Function("helper", "/lib/library.so")
    assert profile.own == {main: 438, helper: 600}
    assert profile.calls == {helper: 2}
    assert profile.lines == {
        ("a.c", 16): 400,
        ("a.c", 18): 5,
        ("a.h", 7): 30,
        ("a.c", 6): 3,
        ("b.c", 50): 500,
        ("b.c", 51): 100,
    }
    assert profile.total == profile.sum_given == 1038


def hotspots(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(HOTSPOTS), *arguments], capture_output=True, text=True)


@pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed")
def test_the_engine_is_seen_under_callgrind():
    words = ("--tool", "callgrind", "--workload", "deepcopy_reduce", "--contender", "untraced")
    done = hotspots(*words, "--turns", "1", "--top", "999")
    assert done.returncode == 0, done.stderr
    own = [line.split() for line in done.stdout.splitlines() if "[_core." in line]
    assert 1 in {int(words[3].replace(",", "")) for words in own}, "the copy that warms up is counted too"
    assert "by library:" in done.stdout


def test_a_contender_that_there_is_not_is_one_clear_line():
    done = hotspots("--contender", "nobody")
    assert done.returncode == 3
    assert done.stderr.startswith("profile: no contender 'nobody': there are stdlib, untraced, ")
    assert done.stderr.count("\n") == 1
