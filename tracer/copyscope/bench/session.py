"""A process that is measured, seen from copyscope: requests go in, answers come back, and one that hangs is ended."""

from __future__ import annotations

import json
import os
import pathlib
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import Any

INSIDE = pathlib.Path(__file__).parent / "inside"
PATIENCE_S = 120.0
ANSWER_MAX = 1 << 24
# The same names in the same order for each process: they lie below its stack, and move it.
ENVIRONMENT = {"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class AnswerError(Exception):
    """What was asked for could not be done; the message is one line."""


class GoneError(AnswerError):
    """The process ended, hung or does not start."""


class Session:
    """One interpreter that makes contenders and objects. before: what it is run by, valgrind for instance."""

    def __init__(self, python: str, before: Sequence[str] = (), patience_s: float = PATIENCE_S):
        self.python, self.patience_s = python, patience_s
        self.rest = b""
        try:
            self.process = subprocess.Popen(
                [*before, python, "-s", str(INSIDE)],  # not -I: the hash seed would be drawn anew
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for the one that asks; and all of it ends together
            )
        except OSError as e:
            raise GoneError(f"{(before or [python])[0]} cannot be started: {e.strerror}") from None

    def ask(self, op: str, patience_s: float = 0, **request: Any) -> dict[str, Any]:
        """The answer to a request. patience_s: how long it may take, if not as long as any.

        Raises AnswerError, GoneError.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"op": op, **request}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            raise GoneError(self._end()) from None
        try:
            answer = json.loads(self._line(patience_s or self.patience_s))
        except ValueError:
            raise GoneError(f"{self.python} answers what is no JSON") from None
        if not isinstance(answer, dict):
            raise GoneError(f"{self.python} answers what is no JSON object")
        if "error" in answer:
            raise AnswerError(str(answer["error"]))
        return answer

    def _line(self, patience_s: float) -> bytes:
        assert self.process.stdout is not None
        until = time.monotonic() + patience_s
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                self.close()
                raise GoneError(f"{self.python} gave no answer within {patience_s:.0f} s")
            more = os.read(self.process.stdout.fileno(), 1 << 16)
            if not more or len(self.rest) > ANSWER_MAX:
                raise GoneError(self._end())
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def _end(self) -> str:
        self.close()
        code = self.process.returncode
        how = f"crashed ({signal.Signals(-code).name})" if code < 0 else f"ended (exit code {code})"
        return f"{self.python} {how}"

    def finish(self) -> None:
        """Lets the process end by itself: what runs it has a file to write."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
            self.process.wait(self.patience_s)
        except (OSError, subprocess.TimeoutExpired):
            self.close()

    def close(self) -> None:
        """Ends the process, and what it has started."""
        if self.process.poll() is None:
            try:
                self.process.wait(0.05)  # one that has closed its output is about to say how it ended
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
