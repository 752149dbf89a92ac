"""A million events through every exporter: memory is that of the trace alone, a terminal is told how far it is, and
what fails leaves no half file."""

import os
import pty
import re
import resource
import subprocess

import pytest
from conftest import PROGRAM

import copyscope

TEXTS = ["csv", "ndjson", "chrome", "speedscope", "folded", "dot", "graphml", "markdown", "latex"]
MORE = 16 << 10  # KiB beyond what reading the trace takes


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    path = tmp_path_factory.mktemp("million") / "big.cst"
    copyscope.trace([[i] for i in range(65_000)]).save(path)
    return path


def peak(*arguments):
    """(exit code, KiB of memory at most)"""
    process = subprocess.Popen([str(part) for part in (PROGRAM, *arguments)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss


@pytest.mark.parametrize("form", [*TEXTS, "cst"])
def test_a_million_events_need_no_more_memory_than_the_trace(form, million):
    if "asan" in str(PROGRAM):
        pytest.skip("a sanitizer keeps what was freed")
    code, reading = peak("cat", million, "--count")
    assert code == 0
    code, exporting = peak("export", million, "--to", form, "-o", million.with_suffix(".out"))
    assert code == 0 and exporting - reading < MORE


def test_a_terminal_is_told_how_far_it_is(million):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, "export", million, "--to", "folded"], stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    told = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    assert process.wait() == 0
    steps = [int(n) for n in re.findall(rb"\r(\d+) of 1040010 events", told)]
    assert len(steps) >= 3 and steps == sorted(steps) and told.endswith(b"\r\x1b[K")


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


@pytest.mark.parametrize("form", [*TEXTS[:-2], "cst", "html", "parquet", "vcd", "fst"])
def test_a_full_disk_leaves_the_file_of_before(form, million, program):
    out = million.parent / "full.out"
    out.write_text("what was there before")
    options = ["--events", "1000.."] if form == "cst" else []
    answer = program("export", million, "--to", form, *options, "-o", out, preexec_fn=small_files)
    assert answer.returncode == 3, answer.stderr
    assert answer.stderr.strip().split("\n")[-1].startswith("copyscope export: ")
    assert out.read_text() == "what was there before" and not list(million.parent.glob("*.part"))


@pytest.mark.parametrize("command", [["export", "--to", "csv"], ["waves"]])
def test_a_pipe_is_written_to_and_not_replaced(command, program, tmp_path):
    trace, pipe = tmp_path / "t.cst", tmp_path / "pipe"
    copyscope.trace([[1]]).save(trace)
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    answer = program(command[0], trace, *command[1:], "-o", pipe)
    told = reader.communicate(timeout=10)[0].decode()
    assert answer.returncode == 0 and pipe.is_fifo()
    assert told.splitlines() == program(command[0], trace, *command[1:]).stdout.splitlines()
