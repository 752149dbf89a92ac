"""`pip install ./tracer` by itself: as a wheel and from its source distribution, in a fresh environment."""

import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

TRACER = pathlib.Path(__file__).resolve().parent.parent.parent / "tracer"
USE = """
import copy, copyscope
assert copyscope.deepcopy([[1]]) == [[1]]
assert copyscope.trace([1, [2]]).complete
with copyscope.record("use.cst") as r:
    copy.deepcopy([1])
assert r.calls["recorded"] == 1
"""


def pip(python, *words, **options):
    command = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    return subprocess.run([str(w) for w in command], capture_output=True, text=True, timeout=600, **options)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The tracer alone, without its neighbours: what pip sees of it in a checkout of that folder."""
    folder = tmp_path_factory.mktemp("alone") / "tracer"
    shutil.copytree(TRACER, folder, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def sdist(sources, tmp_path_factory):
    """The source distribution, made by the build backend itself."""
    folder = tmp_path_factory.mktemp("sdist")
    make = f"from setuptools import build_meta; print(build_meta.build_sdist({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", make], cwd=sources, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


def test_the_source_distribution_has_what_the_extension_is_built_from(sdist):
    names = {name.partition("/")[2] for name in tarfile.open(sdist).getnames()}
    wanted = [TRACER / "events.def", *TRACER.glob("ext/*.[ch]"), *TRACER.glob("trace/*.[ch]")]
    wanted += TRACER.glob("copyscope/*.py")
    assert {str(path.relative_to(TRACER)) for path in wanted} <= names


def test_a_wheel_from_the_source_distribution_works_in_a_fresh_environment(sdist, tmp_path):
    wheel = pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, sdist)
    assert wheel.returncode == 0, wheel.stderr
    (built,) = tmp_path.glob("copyscope-*.whl")
    assert any(name.startswith("copyscope/_core") for name in zipfile.ZipFile(built).namelist())
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    assert pip(python, "install", "--no-index", built).returncode == 0
    used = subprocess.run([python, "-c", USE], cwd=tmp_path, capture_output=True, text=True)
    assert used.returncode == 0, used.stderr
    answer = subprocess.run([python, "-m", "copyscope", "--help"], capture_output=True, text=True)
    assert (answer.returncode, "run a program" in answer.stdout) == (0, True)


# What setup.py asks of the interpreter, answered as others would answer it.
OTHERS = {
    "free-threaded": ("import sysconfig; v = sysconfig.get_config_var\n"
                      "sysconfig.get_config_var = lambda n: 1 if n == 'Py_GIL_DISABLED' else v(n)",
                      "does not support free-threaded CPython"),
    "pypy": ("import sys; sys.implementation.name = 'pypy'", "cannot run on pypy"),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_interpreters_that_cannot_have_it_are_told_so_in_one_line(other, sources):
    pretend, told = OTHERS[other]
    text = f"{pretend}\nimport sys; sys.argv = ['setup.py', 'build_ext']\nexec(open('setup.py').read())"
    answer = subprocess.run([sys.executable, "-c", text], cwd=sources, capture_output=True, text=True)
    assert answer.returncode == 1
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_missing_headers_are_told_in_one_line(sources):
    """Where neither the system's nor the user's include folders have them."""
    text = (
        "import os.path, sys; there = os.path.exists\n"
        "os.path.exists = lambda p: not str(p).endswith('zlib.h') and there(p)\n"
        "sys.argv = ['setup.py', 'build_ext']\nexec(open('setup.py').read())"
    )
    answer = subprocess.run([sys.executable, "-c", text], cwd=sources, capture_output=True, text=True)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "zlib1g-dev" in answer.stderr
