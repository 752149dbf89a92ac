"""The results file: JSON that grows as it is measured, and that is not trusted when it is read."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import tempfile
from typing import Any

from copyscope.bench import plan
from copyscope.bench.plan import Options

FORMAT, VERSION = "copyscope study", 1
SIZE_MAX = 256 << 20
Results = dict[str, Any]
PARTS: dict[str, type] = {
    "options": dict,
    "machine": dict,
    "pythons": dict,
    "contenders": dict,
    "workloads": dict,
    "soundness": dict,
    "times": dict,
    "pyperf": dict,
    "counters": dict,
    "callgrind": dict,
    "experiments": dict,
    "profiles": dict,
    "skipped": list,
    "done": list,
}


# What a part of another form comes to where it is read: `load` looks closely only into options and times.
FORM_ERRORS = (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError, OverflowError)


class BadResultsError(Exception):
    """A file is no results file, or cannot be read; the message is one line."""


def new(options: Options) -> Results:
    """Results with nothing in them yet."""
    empty: Results = {name: kind() for name, kind in PARTS.items()}
    return {"format": FORMAT, "version": VERSION, "complete": False, **empty, "options": dataclasses.asdict(options)}


def skip(results: Results, what: str, why: str) -> None:
    """Notes what was not measured; once, however often it is met."""
    if [what, why] not in results["skipped"]:
        results["skipped"].append([what, why])


def save(results: Results, path: str) -> None:
    """Writes beside the file and moves into place: who is interrupted keeps the last whole one. Raises OSError."""
    folder = os.path.dirname(os.path.abspath(path))
    fd, new_path = tempfile.mkstemp(prefix=".copyscope-", dir=folder)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as f:
            json.dump(results, f)
            f.write("\n")
        os.chmod(new_path, 0o644)
        os.replace(new_path, path)
    except BaseException:
        os.unlink(new_path)
        raise


def load(path: str) -> Results:
    """Results of a file. Raises BadResultsError."""
    try:
        if os.path.getsize(path) > SIZE_MAX:
            raise BadResultsError(f"{path}: larger than {SIZE_MAX >> 20} MB: no results of copyscope bench")
        with open(path, encoding="utf-8") as f:
            found = json.load(f, parse_constant=_no_constant)
    except OSError as e:
        raise BadResultsError(f"{path}: {e.strerror}") from None
    except RecursionError:
        raise BadResultsError(f"{path}: nested too deep: no results of copyscope bench") from None
    except json.JSONDecodeError as e:
        raise BadResultsError(f"{path}, line {e.lineno}: no JSON ({e.msg}); copyscope bench writes results") from None
    except ValueError as e:
        raise BadResultsError(f"{path}: {e}") from None
    fault = _fault(found)
    if fault:
        raise BadResultsError(f"{path}: {fault}")
    return found


def of_another_form(path: str, e: Exception) -> BadResultsError:
    """What one of FORM_ERRORS says about the file."""
    told = " ".join(str(e).split())[:120]
    return BadResultsError(f"{path}: not as copyscope bench writes results ({type(e).__name__}: {told})")


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _fault(found: Any) -> str:
    """What is wrong with the form of results, or ""."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return "no results of copyscope bench"
    if found.get("version") != VERSION:
        return f"results of version {found.get('version')!r:.20}; this copyscope reads version {VERSION}"
    for name, kind in PARTS.items():
        if not isinstance(found.get(name), kind):
            return f"its part {name!r} is missing, or is of another form"
    return _fault_of_options(found["options"]) or _fault_of_times(found) or _fault_of_lists(found)


def _fault_of_options(options: dict[str, Any]) -> str:
    for field in dataclasses.fields(Options):
        default = getattr(Options(), field.name)
        value = options.get(field.name)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (number if isinstance(default, float) else type(value) is type(default)):
            return f"its option {field.name!r} is missing, or is of another form"
        if isinstance(default, list) and not all(isinstance(item, str) for item in value):
            return f"its option {field.name!r} holds what is no text"
    known = {"variants": plan.VARIANTS, "workloads": plan.WORKLOADS, "peers": plan.PEERS, "stages": plan.STAGES}
    for name, names in known.items():
        for item in options[name]:
            if item not in names:
                return f"its option {name!r} has {item!r:.40}: this copyscope knows {', '.join(names)}"
    small = [name for name in ("rounds", "slice_ms", "processes", "tries", "turns") if not 0 < options[name] < 1e9]
    return f"its option {small[0]!r} is no positive number" if small else ""


def _fault_of_times(found: Results) -> str:
    for python, by_workload in found["times"].items():
        if python not in found["pythons"] or not isinstance(by_workload, dict):
            return f"it has times of an interpreter {python!r:.40} that it does not describe"
        for by_contender in by_workload.values():
            if not isinstance(by_contender, dict) or not all(map(_is_rounds, by_contender.values())):
                return "it has times that are no lists of positive numbers"
    return ""


def _is_rounds(values: Any) -> bool:
    return isinstance(values, list) and all(
        v is None or (isinstance(v, (int, float)) and not isinstance(v, bool) and v > 0 and math.isfinite(v))
        for v in values
    )


def _fault_of_lists(found: Results) -> str:
    if not all(isinstance(p, dict) and isinstance(p.get("version"), str) for p in found["pythons"].values()):
        return "it has an interpreter without a version"
    pairs = (isinstance(s, list) and len(s) == 2 and all(isinstance(t, str) for t in s) for s in found["skipped"])
    return "" if all(pairs) else "its part 'skipped' is of another form"


def options_of(results: Results) -> Options:
    """The options that results were measured with."""
    names = {field.name for field in dataclasses.fields(Options)}
    return Options(**{name: value for name, value in results["options"].items() if name in names})
