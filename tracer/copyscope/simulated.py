"""The simulated memories, asked through the program `copyscope`: Python has none of them."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from typing import Any

from copyscope.recording import Trace

PROGRAM = "COPYSCOPE_PROGRAM"
SECONDS = 120  # that a replay may take
OPTIONS = ("engine", "depth", "latency")


class NoProgramError(Exception):
    """The program that simulates is not there, or does not answer; the text is one line."""


def replay(trace: Trace, rotate: bool = False, **config: Any) -> dict[str, Any]:
    """The counts that `copyscope replay --json` gives for a trace. config: engine, depth, latency.

    Raises NoProgramError, or TypeError for another option.
    """
    if unknown := config.keys() - set(OPTIONS):
        raise TypeError(f"a simulated memory has no {', '.join(sorted(unknown))}")
    options = [f"--{name}={value}" for name, value in sorted(config.items())] + ["--rotate"] * rotate
    return json.loads(_answer(trace.data, tuple(options)))


@functools.lru_cache(maxsize=64)
def _answer(data: bytes, options: tuple[str, ...]) -> str:
    program = os.environ.get(PROGRAM) or shutil.which("copyscope")
    if not program:
        raise NoProgramError(f"no program copyscope on the PATH or named by ${PROGRAM}")
    with tempfile.NamedTemporaryFile(suffix=".cst") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run(
                [program, "replay", file.name, "--json", *options], capture_output=True, text=True, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise NoProgramError(f"{program}: {e}") from None
    if not done.stdout.startswith("{"):  # an outcome that is not the dict's is an answer as well: exit 1
        raise NoProgramError(f"{program} replay: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done.stdout
