"""`with copyscope.record("out.cst"):` records every deep copy made within."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import ContextDecorator
from types import TracebackType
from typing import Any

from copyscope.program import RECORDS_MAX, ProgramRecording
from copyscope.recording import Trace, load


class record(ContextDecorator):
    """Records every `copy.deepcopy` made while it lasts, on any thread, each with its caller's file and line.

    >>> import copy, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "out.cst")
    >>> with record(path) as r:
    ...     _ = copy.deepcopy([1, 2])
    >>> r.calls["recorded"], r.trace.complete
    (1, True)

    As a decorator it records each call of a function, anew each time. max_records: cap on 16-byte records;
    max_calls: cap on outermost calls; 0 for none. What is not recorded is counted in `calls`. Raises
    AlreadyRecordingError (a RuntimeError) inside another recording, OSError where the file cannot be written; a
    file that could not be finished raises OSError at the end, unless an exception is on its way already.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        policy: str = "cpython",
        max_records: int = RECORDS_MAX,
        max_calls: int = 0,
    ):
        self.path = os.path.abspath(os.fspath(path))
        self._options = {"policy": policy, "max_records": max_records, "max_calls": max_calls}
        self._recording: ProgramRecording | None = None
        self.calls: dict[str, int] = {}

    def __enter__(self) -> record:
        recording = ProgramRecording(self.path, **self._options)  # type: ignore[arg-type]
        recording.start()
        self._recording = recording
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        recording, self._recording = self._recording, None
        if recording is None:
            return
        recording.stop()
        self.calls = recording.counts()
        if recording.error is not None and value is None:
            raise recording.error

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
            raise TypeError(f"{function.__qualname__}() runs after it has returned: put `with record(...)` inside it")
        return super().__call__(function)

    def _recreate_cm(self) -> record:
        return type(self)(self.path, **self._options)  # type: ignore[arg-type]

    @property
    def trace(self) -> Trace:
        """What was recorded, read from the file."""
        return load(self.path)
