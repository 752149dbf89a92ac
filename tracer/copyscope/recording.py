"""Recording one copy, and reading what was recorded."""

from __future__ import annotations

import collections
import functools
import json
import os
import platform
import time
from typing import Any, NamedTuple

from copyscope import _core, listing, shallow, source, variants, verdict, watch
from copyscope.redirect import redirected


class Event(NamedTuple):
    """One logical event. `obj` and `arg` are object refs (1-based, see `Trace.objects`) or as `record` says."""

    record: int
    step: int
    event: str
    obj: int
    arg: int
    role: int
    outcome: bool | None
    log2_slots: int
    probes: int
    time_ns: int
    site: str


class Object(NamedTuple):
    """One object met by a recording; `addr` is its id()."""

    addr: int
    type: str
    text: str
    name: str
    len: int
    flags: int
    copier: int


class Trace:
    """A finished recording.

    data: the bytes of the trace file. events, objects: lists in time order. meta: dict. sources: list of dicts.
    complete: whether the trace ends as it should; error: why not. result: the copy; raises what the copy raised.
    """

    def __init__(self, data: bytes, result: Any = None, exception: BaseException | None = None):
        self.data = data
        self._result, self.exception = result, exception
        self._read: dict[str, Any] | None = None

    def _part(self, name: str) -> Any:
        if self._read is None:
            self._read = _core.read(self.data)
        return self._read[name]

    @property
    def events(self) -> list[Event]:
        return [Event(*e) for e in self._part("events")]

    @property
    def families(self) -> dict[str, int]:
        """How many events of each family there are."""
        families = _core.families()
        counts = dict.fromkeys(families.values(), 0)
        for event, n in collections.Counter(e[2] for e in self._part("events")).items():
            counts[families[event]] += n
        return counts

    @property
    def objects(self) -> list[Object]:
        return [Object(*o) for o in self._part("objects")]

    @property
    def meta(self) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for chunk in self._part("meta"):
            try:
                items = json.loads(chunk)
            except (ValueError, RecursionError):
                continue
            if isinstance(items, dict):  # what is no JSON object is left out, as by the program
                merged.update(items)
        return merged

    @property
    def sources(self) -> list[dict[str, Any]]:
        return [json.loads(chunk) for chunk in self._part("sources")]

    @property
    def complete(self) -> bool:
        return self._part("complete")

    @property
    def error(self) -> str | None:
        return self._part("error")

    @property
    def messages(self) -> dict[int, str]:
        """Texts of recorded exceptions, by the `arg` of a `raise` event."""
        return self._part("messages")

    @property
    def verdict(self) -> dict[str, Any] | None:
        """What the check against copy.py found, or None where none was asked for."""
        return self.meta.get("verdict")

    @property
    def result(self) -> Any:
        if self.exception is not None:
            raise self.exception
        return self._result

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the trace file."""
        with open(path, "wb") as f:
            f.write(self.data)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from copyscope import jupyter

        return jupyter.to_html(self)

    def __repr__(self) -> str:
        return f"<copyscope.Trace of {len(self._part('events'))} events>"


@functools.cache
def _changes(text: str) -> dict[str, Any]:
    try:
        return listing.changes(source.copy_source()[1], text, f"CPython {platform.python_version()}'s copy.py")
    except OSError:  # the interpreter has none to compare with
        return {}


def load(path: str | os.PathLike[str]) -> Trace:
    """Reads a trace file. Raises ValueError for a file that is none; a cut one gives its valid prefix."""
    with open(path, "rb") as f:
        t = Trace(f.read())
    _ = t.complete
    return t


class Recording:
    """One session with all that a viewer needs written around it; used by `trace` and by the server's workers."""

    def __init__(
        self,
        policy: str,
        fd: int = -1,
        names: dict[int, str] | None = None,
        max_records: int = 0,
        meta: dict[str, Any] | None = None,
        keep: bool = False,
        op: str = "deepcopy",
        subject: watch.Subject | None = None,
        clock: str = "composites",
        opcodes: bool = False,
    ):
        """subject: a copy.py of one's own, which makes the copy under a witness, instead of the engine.

        clock: which records carry a time of their own, see `trace`. opcodes: the subject's are counted.
        """
        self.policy, self.op, self.subject, self.opcodes = policy, op, subject, opcodes
        self.session = _core.Session(policy=policy, fd=fd, names=names, max_records=max_records, keep=keep, clock=clock)
        facts: dict[str, Any] = {
            "python": platform.python_version(),
            "policy": policy,
            "op": op,
            "clock": clock,
            "pid": os.getpid(),
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            **({"recorder": "witness", "module": subject.name} if subject else {"recorder": "engine"}),
        }
        self.meta(**facts | (meta or {}))
        self._write_source()
        self.session.flush()

    def meta(self, **items: Any) -> None:
        """Adds to the trace's metadata; a later value of a key replaces an earlier one."""
        self.session.chunk("META", json.dumps(items))

    def source(self, role: str, name: str, text: str, sites: dict[str, int] | None = None, **beside: Any) -> None:
        """Adds a source text; beside: what stands beside its lines."""
        chunk = {"role": role, "name": name, "first_line": 1, "text": text, "sites": sites or {}, **beside}
        self.session.chunk("SRC_", json.dumps(chunk, separators=(",", ":")))

    def _copy_py(self, name: str, text: str, sites: dict[str, int]) -> None:
        """Adds the copy.py that ran, or whose steps the engine took."""
        self.source("copy.py", name, text, sites, **listing.listing(text), **_changes(text))

    def _write_source(self) -> None:
        if self.subject is not None:
            self._copy_py(self.subject.name, self.subject.text, self.subject.plan.sites)
            return
        try:
            name, text = variants.source_for(self.policy)
        except LookupError as e:
            self.meta(source_note=str(e))
            name, text = source.copy_source()
        except OSError as e:
            self.meta(source_note=str(e))
            return
        self._copy_py(name, text, source.sites(text))

    def copy(self, x: Any, changes: dict[str, Any] | None = None) -> tuple[Any, BaseException | None]:
        """Records the copy of x, as the recording's op says. changes: for replace.

        Returns the copy, and the exception that left it, if one did.
        """
        if self.subject is not None:
            return self._copy_watched(x, self.subject)
        with redirected(self.session.deepcopy) if self.op == "deepcopy" else shallow.recording(self.session):
            try:
                return getattr(self.session, self.op)(x, **(changes or {})), None
            except Exception as e:
                return None, e

    def _copy_watched(self, x: Any, subject: watch.Subject) -> tuple[Any, BaseException | None]:
        """The same, by a copy.py of one's own."""
        seen = watch.watch(subject, session=self.session, opcodes=self.opcodes).run(x)
        if seen.note:
            self.meta(note=seen.note)
        if self.opcodes:
            self.meta(opcodes=seen.opcode_counts)
        if seen.core.untold:
            self.meta(untold=seen.core.untold)
        return (None, seen.exception) if seen.exception is not None else (seen.result, None)

    def judge(self, seen: verdict.Seen) -> dict[str, Any]:
        """The verdict on what was recorded so far, where that is kept in memory; opcodes counted go into the trace."""
        if self.subject is None and seen.head.get("opcodes"):
            self.meta(opcodes=seen.head["opcodes"])
        if seen.head["note"]:
            return verdict.unchecked(seen.head["note"], self.policy)
        self.session.flush()
        data = self.session.data()
        if self.op == "deepcopy":
            return verdict.judge(data, seen, self.policy, self.subject.plan if self.subject is not None else None)
        return verdict.of_lists(shallow.from_trace(Trace(data)), seen.head["lines"], self.policy)


def trace(
    x: Any,
    policy: str = "cpython",
    op: str = "deepcopy",
    clock: str = "composites",
    *,
    changes: dict[str, Any] | None = None,
    names: dict[int, str] | None = None,
    max_records: int = 0,
    verify: bool = False,
    opcodes: bool = False,
    module: str | os.PathLike[str] | None = None,
) -> Trace:
    """Records the deep copy of x and returns the trace.

    policy: a name of `policies()`. op: "copy" for `copy.copy(x)`, "replace" for `copy.replace(x, **changes)`, which
    know no policy but "cpython"; what user code copies meanwhile, deep or not, is recorded as well. names: dict of
    id -> name for the objects to be called by. max_records: cap on records, 0 for none; past it the copy goes on and
    the trace says how many were not kept. verify: copies x once more with the interpreter's own copy.py, under a
    witness, and compares event for event (copy and replace: line for line), so user code runs twice.
    opcodes: with verify or module, the instructions that copy.py ran are counted as well.
    module: path of a copy.py of one's own: its deepcopy makes the copy under a witness, and what it does is the trace.
    clock: "composites" reads the clock where an object with parts is met or done, not at each of them, and the
    records between carry the last reading; "all" reads it for each record, which costs more than the record.
    Raises ValueError for an unknown policy, operation or clock, NotImplementedError for "replace" before CPython 3.13.
    An exception of the copy is kept: see `Trace.result`.
    """
    shallow.check(op, policy, changes)
    if module is not None and op != "deepcopy":
        raise ValueError(f"module: a copy.py of one's own is watched in 'deepcopy' only, not in {op!r}")
    subject = watch.subject_of_file(module) if module is not None else None
    recording = Recording(
        policy, names=names, max_records=max_records, op=op, subject=subject, clock=clock, opcodes=opcodes
    )
    result, exception = recording.copy(x, changes)
    try:
        if exception is not None:
            recording.meta(exception=f"{type(exception).__name__}")
        if verify:
            recording.meta(verdict=recording.judge(verdict.seen_of(x, policy, op, changes, opcodes)))
        return Trace(recording.session.end(exception is not None), result, exception)
    finally:
        del exception  # its traceback leads to this frame: a cycle that holds every object met
