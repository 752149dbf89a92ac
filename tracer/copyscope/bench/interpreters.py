"""The CPythons that are measured: those that were named, or those that are found."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from typing import Any

from copyscope.bench.session import AnswerError, Session

OLDEST, NEWEST = (3, 10), (3, 14)


def found() -> list[str]:
    """Programs that look like a CPython from 3.10 to 3.14: this one, those on the PATH, pyenv's."""
    names = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    on_path = [path for path in map(shutil.which, names) if path]
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    return [sys.executable, *on_path, *sorted(glob.glob(os.path.join(root, "versions", "3.1[0-4].*", "bin", "python")))]


def describe(path: str) -> dict[str, Any]:
    """What an interpreter says of itself, `path` as it was named. Raises AnswerError."""
    with Session(path, patience_s=30.0) as session:
        told = session.ask("describe")
    if told["implementation"] != "cpython":
        raise AnswerError(f"{path} is {told['implementation']}: only CPython has a copy.py to be varied")
    if not OLDEST <= tuple(int(part) for part in told["version"].split(".")[:2]) <= NEWEST:
        raise AnswerError(f"{path} is CPython {told['version']}: 3.10 to 3.14 are measured")
    if not told["copy_text"]:
        raise AnswerError(f"{path} has no source of its copy module")
    return {**told, "path": path}


def choose(named: list[str]) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str]]]:
    """Interpreters by a short name, and those that cannot be had with the reason.

    Of two of the same version found in the same place, the one that has copyscope is taken.
    """
    chosen: dict[str, dict[str, Any]] = {}
    skipped: list[tuple[str, str]] = []
    by_build: dict[tuple[str, str], str] = {}
    for path in named or found():
        program = shutil.which(path)
        program = os.path.abspath(program) if program else path  # pyperf's processes stand in another folder
        try:
            told = describe(program)
        except AnswerError as e:
            if named:
                skipped.append((f"interpreter {path}", str(e)))
            continue
        build = told["version"], told["prefix"]
        if build in by_build and not named:
            if told["engine"] and not chosen[by_build[build]]["engine"]:
                chosen[by_build[build]] = told
            continue
        name = told["version"]
        while name in chosen:
            name += "'"
        by_build[build] = name
        chosen[name] = told
    return chosen, skipped
