"""The process that is measured: it makes contenders and objects, and times, counts or marks one batch when told to.

Requests and answers are lines of JSON, on what were standard input and output when it started. It runs in any CPython
from 3.10 on, and imports nothing that is not in the standard library unless a contender is made of it.
"""

from __future__ import annotations

import copy
import gc
import json
import os
import platform
import sys
import sysconfig
from collections.abc import Callable
from typing import Any

import contenders
import perf_events
import workloads

WARM = 12  # calls after which an adaptive interpreter has settled on its instructions


class State:
    """What has been made so far, by name."""

    def __init__(self) -> None:
        self.contenders: dict[str, contenders.Contender] = {}
        self.roots: dict[str, list] = {}


def describe(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """The interpreter and how it was built."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    flags = " ".join(str(sysconfig.get_config_var(name) or "") for name in ("PY_CFLAGS", "PY_CFLAGS_NODIST", "CFLAGS"))
    profiled = "--enable-optimizations" in arguments or "-fprofile-use" in flags
    try:
        import copyscope

        engine = copyscope.__version__
    except Exception:  # whatever stops it, the engine is not to be had
        engine = ""
    try:
        with open(copy.__file__, encoding="utf-8") as f:
            text = f.read()
    except (OSError, TypeError):
        text = ""
    return {
        "version": platform.python_version(),
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "prefix": os.path.realpath(sys.base_prefix),
        "compiler": platform.python_compiler(),
        "pgo": profiled,
        "lto": "--with-lto" in arguments or "-flto" in flags,
        "debug": bool(sysconfig.get_config_var("Py_DEBUG")),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "engine": engine,
        "copy_path": copy.__file__ or "",
        "copy_text": text,
    }


def contender(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """Makes one of a recipe."""
    made = state.contenders[request["name"]] = contenders.make(request["recipe"])
    return {"version": made.version}


def workload(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """Makes the objects of a workload."""
    state.roots[request["name"]] = workloads.MAKERS[request["maker"]](**request["parameters"])
    return {}


def check(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """Whether a contender's copies are what the interpreter's deepcopy makes."""
    chosen = state.contenders[request["contender"]]
    for x in state.roots[request["workload"]]:
        try:
            where = contenders.Alike(x).difference(copy.deepcopy(x), chosen.copy(x))
        except Exception as e:  # a contender may raise anything; it is told, and not timed
            where = f"raised {type(e).__name__}: {' '.join(str(e).split())[:200]}"
        if where:
            return {"fault": where}
    return {"fault": ""}


def calibrate(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """How many turns make a batch of so many ns; measured warm."""
    chosen, roots = state.contenders[request["contender"]], state.roots[request["workload"]]
    spent = 0
    for _ in range(WARM):
        spent += chosen.batch(roots, 1)
        if spent > request["slice_ns"]:
            break
    turns, ns = 1, chosen.batch(roots, 1)
    while ns < request["slice_ns"] // 4:
        turns *= 4
        ns = chosen.batch(roots, turns)
    return {"turns": max(1, turns * request["slice_ns"] // max(ns, 1))}


def time_batch(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """ns of one turn."""
    roots = state.roots[request["workload"]]
    gc.collect()
    ns = state.contenders[request["contender"]].batch(roots, request["turns"])
    return {"ns": ns / request["turns"]}


def count(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """What the counters say of a batch; those that are refused, and why."""
    roots, chosen = state.roots[request["workload"]], state.contenders[request["contender"]]
    chosen.batch(roots, WARM)
    counters = perf_events.Counters()
    try:
        gc.collect()
        found = counters.around(lambda: chosen.batch(roots, request["turns"]))
        return {"counts": found, "refused": counters.refused}
    finally:
        counters.close()


class Mark:
    """`Mark() @ function` calls it within PyNumber_MatrixMultiply, a function that every CPython exports and nothing
    else here calls: profilers find it by that name, with no C compiler at hand and no symbols but the dynamic ones.
    """

    def __matmul__(self, function: Callable[[], object]) -> None:
        function()


def mark(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """One batch where a profiler sees it, after a warm one where it does not."""
    roots, chosen = state.roots[request["workload"]], state.contenders[request["contender"]]
    chosen.batch(roots, request["warm"])
    gc.collect()
    gc.disable()  # when it runs depends on all that was made before
    try:
        Mark() @ (lambda: chosen.batch(roots, request["turns"]))
    finally:
        gc.enable()
    return {}


OPERATIONS = {
    "describe": describe,
    "contender": contender,
    "workload": workload,
    "check": check,
    "calibrate": calibrate,
    "time": time_batch,
    "count": count,
    "mark": mark,
}


def answer(state: State, line: str) -> dict[str, Any]:
    """What a request comes to; "error": a line that says why it could not be done."""
    request = json.loads(line)
    try:
        return OPERATIONS[request["op"]](state, request)
    except contenders.CannotError as e:
        return {"error": str(e)}
    except Exception as e:
        return {"error": f"{type(e).__name__}: {' '.join(str(e).split())[:300]}"}


def main() -> None:
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is copied or copies may print
    state = State()
    for line in requests:
        print(json.dumps(answer(state, line)), file=answers, flush=True)


main()
