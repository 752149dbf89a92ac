"""A trace that cannot be written on: the copy goes on, what was written is a valid prefix, the error is clear."""

import contextlib
import copy
import errno
import os
import pathlib
import resource
import subprocess

import pytest
from shapes import shape

import copyscope
from copyscope import _core

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "copyscope"
PYTHON = ROOT / ".venv" / "bin" / "python"


def big():
    shared = [1, 2]
    return [[i, str(i), (i, [shared])] for i in range(4000)]


@contextlib.contextmanager
def file_size_limit(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def full_device(tmp_path):
    fd = os.open("/dev/full", os.O_WRONLY)
    yield fd
    os.close(fd)


@contextlib.contextmanager
def closed_pipe(tmp_path):
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@contextlib.contextmanager
def waiting_pipe(tmp_path):
    """A pipe that nobody reads, and that does not wait."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    yield write
    os.close(read)
    os.close(write)


@contextlib.contextmanager
def read_only(tmp_path):
    fd = os.open(tmp_path, os.O_RDONLY)
    yield fd
    os.close(fd)


@contextlib.contextmanager
def limited_file(tmp_path):
    fd = os.open(tmp_path / "limited.cst", os.O_WRONLY | os.O_CREAT)
    with file_size_limit(50_001):
        yield fd
    os.close(fd)


SINKS = {
    full_device: errno.ENOSPC,
    closed_pipe: errno.EPIPE,
    waiting_pipe: errno.EAGAIN,
    read_only: errno.EBADF,
    limited_file: errno.EFBIG,
}


@pytest.mark.parametrize("sink", SINKS, ids=lambda s: s.__name__)
def test_the_copy_goes_on_and_the_error_names_the_cause(sink, tmp_path):
    x = big()
    with sink(tmp_path) as fd:
        session = _core.Session(fd=fd)
        y = session.deepcopy(x)
        z = session.deepcopy([[1], y[0]])
        with pytest.raises(OSError) as raised:
            session.end()
    assert shape(y) == shape(x) and z == [[1], x[0]]
    assert raised.value.errno == SINKS[sink]
    assert os.strerror(SINKS[sink]) in str(raised.value)


@pytest.mark.parametrize("sink", SINKS, ids=lambda s: s.__name__)
def test_a_flush_and_a_chunk_say_so_too(sink, tmp_path):
    with sink(tmp_path) as fd:
        session = _core.Session(fd=fd)
        session.deepcopy(big())
        for attempt in (session.flush, lambda: session.chunk("NOTE", "{}"), session.end):
            with pytest.raises(OSError):
                attempt()


def test_a_descriptor_that_is_closed_is_refused():
    fd = os.open("/dev/null", os.O_WRONLY)
    os.close(fd)
    with pytest.raises(OSError, match="Bad file descriptor"):
        _core.Session(fd=fd)


def test_a_descriptor_that_now_stands_for_another_file_is_not_written_to(tmp_path):
    fd = os.open(tmp_path / "trace.cst", os.O_WRONLY | os.O_CREAT)
    session = _core.Session(fd=fd)
    os.close(fd)
    other = os.open(tmp_path / "other", os.O_WRONLY | os.O_CREAT)
    os.dup2(other, fd)
    assert session.deepcopy([[1]]) == [[1]]
    with pytest.raises(OSError, match="Bad file descriptor"):
        session.end()
    os.close(fd)
    if other != fd:
        os.close(other)
    assert (tmp_path / "other").read_bytes() == b""


def test_what_was_kept_in_memory_survives_a_full_disk():
    with full_device(None) as fd:
        session = _core.Session(fd=fd, keep=True)
        session.deepcopy([[1]])
        with pytest.raises(OSError):
            session.end()
        kept = session.data()
    assert len(kept) < 16 or _core.read(kept)["error"] in (None, "cut short")


def names(read):
    return [(e[2], e[3]) for e in read["events"]]


def test_a_file_that_may_not_grow_is_a_prefix_at_every_size(tmp_path):
    x = big()
    path = tmp_path / "whole.cst"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    session = _core.Session(fd=fd)
    session.deepcopy(x)
    session.end()
    os.close(fd)
    whole = _core.read(path.read_bytes())
    everything, size = names(whole), path.stat().st_size
    assert whole["complete"]
    for limit in [1, 15, 16, 17, 31, 32, 33, *range(40, size, size // 13), size - 1]:
        path = tmp_path / "limited.cst"
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with file_size_limit(limit):
            session = _core.Session(fd=fd)
            session.deepcopy(x)
            with pytest.raises(OSError):
                session.end()
        os.close(fd)
        data = path.read_bytes()
        assert len(data) <= limit
        read = _core.read(data)
        seen = names(read)
        assert read["error"] == "cut short" and seen == everything[: len(seen)]
    assert len(seen) > len(everything) // 2


def test_saving_on_a_full_disk_says_so(tmp_path):
    t = copyscope.trace(big())
    with pytest.raises(OSError, match="No space left"):
        t.save("/dev/full")
    assert t.result == copy.deepcopy(big())


def run(*arguments, **more):
    """The program, with its output kept."""
    return subprocess.run([str(PROGRAM), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, **more)


SNIPPET = "[[i, [str(i)]] for i in range(5000)]"


@pytest.mark.parametrize("output", ["/dev/full", "/nowhere/t.cst", "/"])
def test_the_program_that_cannot_write_says_what_and_where(output, tmp_path):
    path = tmp_path / "t.cst"
    path.symlink_to(output)  # a program that removes what it could not fill removes this, and not the device
    done = run("trace", "-e", SNIPPET, "-o", str(path), "--python", str(PYTHON))
    assert done.returncode == 3, done.stderr
    assert str(path) in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert path.is_symlink()


def test_a_device_is_not_removed_when_there_is_no_trace(tmp_path):
    path = tmp_path / "t.cst"
    path.symlink_to("/dev/null")
    assert run("trace", "-e", "1 +", "-o", str(path), "--python", str(PYTHON)).returncode == 3
    assert path.is_symlink()


def test_the_program_survives_a_limit_on_files(tmp_path):
    path = tmp_path / "t.cst"
    done = run(
        "trace", "-e", SNIPPET, "-o", str(path), "--python", str(PYTHON),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert str(path) in done.stderr
    if path.exists():
        assert _core.read(path.read_bytes())["error"] == "cut short"


@pytest.mark.parametrize("command", [["info"], ["info", "--json"]])
def test_the_program_whose_output_cannot_be_written_says_so(command, tmp_path):
    path = tmp_path / "t.cst"
    copyscope.trace(big()).save(path)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([str(PROGRAM), *command, str(path)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 3, done
    assert "No space left" in done.stderr
