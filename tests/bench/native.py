"""Compiles native.c for the interpreter that runs this, once, and gives its functions."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import shlex
import subprocess
import sys
import sysconfig
import types

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build" / "bench"


def compile_to(source: pathlib.Path, target: pathlib.Path) -> None:
    """Compiles, and moves the library into place in one step: two runs may do it at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_suffix(f".{os.getpid()}")
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    flags = ["-O2", "-g", "-fPIC", "-shared", "-Wall", "-Wextra", f"-I{sysconfig.get_path('include')}"]
    command = [*compiler, *flags, str(source), "-o", str(new)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as e:
        sys.exit(f"bench: cannot compile {source.name}: {e}")
    if done.returncode:
        sys.exit(f"bench: cannot compile {source.name}: {shlex.join(command)}\n{done.stderr}")
    new.replace(target)


def load() -> types.ModuleType:
    """The module `_native`, built anew if its source is newer."""
    source = HERE / "native.c"
    target = BUILD / f"_native.{sysconfig.get_config_var('SOABI')}.so"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        compile_to(source, target)
    spec = importlib.util.spec_from_file_location("_native", target)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_module = load()
run = _module.run
marked = _module.marked
set_trace = _module.set_trace
