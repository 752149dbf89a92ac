"""What is taken is given back; see leaks.py, which `make leaks` runs 100,000 times under a debug build."""

import ctypes
import pathlib
import subprocess
import sys

import pytest
from operations import REPEATED, Attempt

LEAKS = pathlib.Path(__file__).with_name("leaks.py")
RUNS = 600


@pytest.mark.parametrize("operation", REPEATED)
def test_nothing_is_left_behind_on_success_and_on_each_error(operation):
    command = [sys.executable, str(LEAKS), "--runs", str(RUNS), "--operations", operation]
    if operation not in ("untraced", "traced", "shallow"):  # what they add to a session does not depend on the object
        command += ["--cases", "shared,hook_raises,reduce_raises,unhashable_key"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", ["references", "blocks", "heap"])
def test_a_leak_is_found(kind, monkeypatch):
    """The count can fail, in each of its three ways."""
    import leaks

    held = []
    leak = {
        "references": lambda: ctypes.pythonapi.Py_IncRef(ctypes.py_object(leaks)),
        "blocks": lambda: held.append("held " * len(held)),
        "heap": lambda: ctypes.CDLL(None).malloc(256),
    }[kind]
    monkeypatch.setitem(REPEATED, "leaks", lambda x, folder: Attempt(leak, lambda: None, lambda: None))
    found = leaks.in_fork("leaks", "shared", RUNS)
    assert getattr(found, kind) >= RUNS - 10
