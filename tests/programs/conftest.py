import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "copyscope"


class Ran:
    """A program that was run: what it left, and what its trace says."""

    def __init__(self, process, path):
        self.code, self.out, self.err, self.path = process.returncode, process.stdout, process.stderr, path

    def info(self, path=None):
        answer = subprocess.run([PROGRAM, "info", "--json", path or self.path], capture_output=True, text=True)
        return json.loads(answer.stdout)

    @property
    def sites(self):
        """Call sites by line number."""
        return {site["line"]: site for site in self.info()["call_sites"]}


@pytest.fixture
def shell(tmp_path):
    """Runs a command in a folder of its own."""

    def run(*command, **options):
        options = {"capture_output": True, "text": True, "timeout": 120, "cwd": tmp_path, **options}
        return subprocess.run([str(word) for word in command], **options)

    return run


@pytest.fixture
def script(tmp_path):
    def write(text, name="script.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.fixture
def recorded(shell, script, tmp_path):
    """Runs a script, its text given, under `copyscope run -q`."""

    def run(text, *arguments, options=("-q",), name="script.py", **more):
        script(text, name)
        process = shell(PROGRAM, "run", "--python", sys.executable, *options, name, *arguments, **more)
        return Ran(process, tmp_path / pathlib.Path(name).with_suffix(".cst").name)

    return run


@pytest.fixture
def program():
    return PROGRAM
