"""What is measured: who copies, what is copied, how often."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from typing import Any

from copyscope import variants

STAGES = {
    "soundness": "is each variant sound?",
    "timing": "interleaved rounds",
    "pyperf": "pyperformance's three under pyperf",
    "counters": "hardware counters",
    "callgrind": "instructions, counted",
    "experiments": "tuple constant, batching, shares",
    "profiles": "flame graphs",
}
STDLIB, CONTROL = "stdlib", "control"
VARIANTS = ("bind-locals", "report-memo", "report-fastpath", "report-merged", "sound-merged", "cpython-3.14")
PATHS: dict[str, Callable[[str], str]] = {  # the halves of report-fastpath
    "tuple path alone": lambda text: variants.report_tuple_only(text, variants.FAST_TUPLE_MAX),
    "reduce path alone": variants.report_reduce_only,
}
QUICK_VARIANTS = (STDLIB, "report-memo", "report-fastpath", "report-merged", "cpython-3.14")
ENGINE = {"engine-dict": "the C engine, memo a dict", "engine-table": "the C engine, memo a pointer table"}
CHECKED_AS = {"engine-dict": "cpython", "engine-table": "table"}  # the variant whose check has the engine in it
TRACED = "engine-traced"
PEERS = {
    "copium": "copium",
    "pickle": "pickle, there and back (no deepcopy: other rules)",
    "cProfile": "stdlib under cProfile",
    "settrace": "stdlib under a sys.settrace hook that does nothing",
    "viztracer": "stdlib under VizTracer",
}
PYPERFORMANCE = ("deepcopy", "deepcopy_reduce", "deepcopy_memo")
WORKLOADS = {
    "deepcopy": ("deepcopy", {}, "pyperformance's deepcopy: a document and a dataclass instance, one of each"),
    "deepcopy_reduce": ("deepcopy_reduce", {}, "pyperformance's deepcopy_reduce: an instance with __reduce__"),
    "deepcopy_memo": ("deepcopy_memo", {}, "pyperformance's deepcopy_memo: one list met 103 times"),
    "json": ("json_graph", {}, "a JSON-like graph of 10,000 nodes, generated"),
    "ints": ("ints", {}, "a list of 20,000 ints"),
    "dataclasses": ("dataclass_instances", {}, "2,000 instances of a dataclass"),
    "shared": ("shared", {}, "lists, tuples and dicts that share their parts"),
    "nest": ("deep_nest", {}, "lists and dicts 150 deep"),
}
JSON_FILE = "json-file"
JSON_MAX = 64 << 20


def variant_label(name: str) -> str:
    """How a contender is called in tables."""
    labels = {
        STDLIB: "stdlib (baseline)",
        CONTROL: "control: the same text again",
        "report-memo": "memo first (report-memo)",
        "report-fastpath": "fastpath (report-fastpath)",
        "report-merged": "merged (report-merged)",
        TRACED: "the C engine, traced",
        **ENGINE,
        **PEERS,
    }
    return labels.get(name, name)


@dataclasses.dataclass
class Options:
    """A run's options; they stand in its results, so that it can be gone on with.

    rounds, slice_ms: of the timing. pythons: named interpreters. files: students' copy.py. processes: pyperf's, for
    each variant. tries: of the soundness check. turns: copies under callgrind.
    """

    rounds: int = 25
    slice_ms: float = 20.0
    pythons: list[str] = dataclasses.field(default_factory=list)
    files: list[str] = dataclasses.field(default_factory=list)
    json_file: str = ""
    variants: list[str] = dataclasses.field(default_factory=lambda: list(VARIANTS))
    workloads: list[str] = dataclasses.field(default_factory=lambda: list(WORKLOADS))
    peers: list[str] = dataclasses.field(default_factory=lambda: list(PEERS))
    stages: list[str] = dataclasses.field(default_factory=lambda: list(STAGES))
    quick: bool = False
    processes: int = 7
    tries: int = 5_000
    turns: int = 20
    seed: int = 0


def quick(options: Options) -> Options:
    """Few and short rounds, the interpreter at hand alone: a look, no measurement to cite."""
    return dataclasses.replace(
        options, rounds=min(options.rounds, 3), slice_ms=1.0, processes=2, tries=500, turns=4, quick=True
    )


def recipes(options: Options, python: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str]]]:
    """How each contender is made in an interpreter, by name, baseline first; and who cannot be, with the reason."""
    found: dict[str, dict[str, Any]] = {STDLIB: {"kind": "own"}}
    skipped: list[tuple[str, str]] = []
    own = python["copy_text"]
    found[CONTROL] = _text("copy.py", own)
    halves = PATHS if "report-fastpath" in options.variants else ()
    for name in [*options.variants, *halves]:
        try:
            text = PATHS[name](own) if name in PATHS else variants.edited(own, name)
        except LookupError as e:
            skipped.append((name, str(e)))
            continue
        if text == own:
            skipped.append((name, f"CPython {python['version']}'s copy.py does so itself"))
        else:
            found[name] = _text(f"copy.py as {name}", text)
    for path in options.files:
        try:
            with open(path, encoding="utf-8") as f:
                found[path] = _text(os.path.basename(path), f.read())
        except (OSError, UnicodeDecodeError) as e:
            skipped.append((path, getattr(e, "strerror", None) or "not UTF-8 text"))
    if python["engine"]:
        found["engine-dict"] = {"kind": "engine", "policy": "cpython", "table": False}
        found["engine-table"] = {"kind": "engine", "policy": "table", "table": True}
        found[TRACED] = {"kind": "traced", "policy": "cpython"}
    else:
        skipped.append(("the C engine", "copyscope is not installed in it (pip install ./tracer)"))
    found.update({name: {"kind": "peer", "name": name} for name in options.peers})
    return found, skipped


def _text(filename: str, text: str) -> dict[str, Any]:
    return {"kind": "text", "filename": filename, "text": text}


def workloads(options: Options) -> tuple[dict[str, tuple[str, dict[str, Any], str]], list[tuple[str, str]]]:
    """Maker, parameters and a line for each workload, by name; and what cannot be made, with the reason."""
    chosen = {name: WORKLOADS[name] for name in options.workloads}
    if not options.json_file:
        return chosen, [(JSON_FILE, "no file was given: --json-file FILE copies a document of yours")]
    try:
        if os.path.getsize(options.json_file) > JSON_MAX:
            return chosen, [(JSON_FILE, f"{options.json_file} is larger than {JSON_MAX >> 20} MB")]
        with open(options.json_file, encoding="utf-8") as f:
            text = f.read()
    except (OSError, UnicodeDecodeError) as e:
        return chosen, [(JSON_FILE, f"{options.json_file}: {getattr(e, 'strerror', None) or 'not UTF-8 text'}")]
    line = f"the document in {os.path.basename(options.json_file)}, {len(text):,} characters"
    return {**chosen, JSON_FILE: ("json_file", {"text": text}, line)}, []
