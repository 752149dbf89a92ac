"""Where the time goes, before and after: Python's frames with their lines, and C's frames.

The lines are timed by the witness, which watches copy.py in copyscope's own interpreter; each line carries the cost of
being watched. The C frames are instructions that callgrind counted, each under its innermost callers.
"""

from __future__ import annotations

import collections
import os
import shutil
import statistics
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from copyscope import source, watch
from copyscope.bench import callgrind, callgrind_stage, plan, stacks
from copyscope.bench.callgrind_stage import Marked

if TYPE_CHECKING:
    from copyscope.bench.study import Study

WORKLOAD = "deepcopy"
VARIANTS = (plan.STDLIB, "report-memo", "report-merged", "sound-merged", "cpython-3.14")
COPIES, QUICK_COPIES = 400, 40
STACKS_MAX = 2_000  # of a profile; the rest is so small that no frame of it could be seen
CALLERS = 24


def run(study: Study) -> None:
    """Folded stacks of one workload under the variants."""
    study.results["profiles"] = {"workload": WORKLOAD, "python": _python(study), "c": _c(study)}


def _python(study: Study) -> dict[str, Any]:
    found = {}
    for variant in VARIANTS:
        if variant != plan.STDLIB and variant not in study.options.variants:
            continue
        study.tell(f"lines of {variant}")
        try:
            subject = watch.subject_for("cpython" if variant == plan.STDLIB else variant)
        except (LookupError, OSError) as e:
            study.skip(f"lines of {variant}", str(e))
            continue
        found[variant] = _watched(subject, QUICK_COPIES if study.options.quick else COPIES)
    for path in study.options.files:
        try:
            found[path] = _watched(watch.subject_of_file(path), QUICK_COPIES)
        except Exception as e:  # a file may raise anything
            study.skip(f"lines of {path}", f"{type(e).__name__}: {' '.join(str(e).split())[:200]}")
    return found


def _watched(subject: watch.Subject, copies: int) -> dict[str, Any]:
    """Stacks, and the lines with what each cost by itself: ns of one turn, medians of so many."""
    from copyscope.bench.inside import workloads

    ns: dict[str, list[int]] = collections.defaultdict(list)
    lines: dict[int, list[int]] = collections.defaultdict(list)
    roots = workloads.MAKERS[WORKLOAD]()
    for _ in range(copies):
        one_turn: collections.Counter[str] = collections.Counter()
        by_line: collections.Counter[int] = collections.Counter()
        for x in roots:
            folded = stacks.fold(subject.text, watch.watch(subject, lines=True).run(x).lines)
            one_turn.update(folded.ns)
            by_line.update(folded.lines)
        for stack, cost in one_turn.items():
            ns[stack].append(cost)
        for line, cost in by_line.items():
            lines[line].append(cost)
    # The median of each: a turn in which another process had the processor stands out in one stack only.
    median_ns = collections.Counter({stack: statistics.median(costs) for stack, costs in ns.items()})
    median_lines = collections.Counter({line: statistics.median(costs) for line, costs in lines.items()})
    text = subject.text.splitlines()
    sites = source.sites(subject.text)
    return {
        "stacks": dict(median_ns.most_common(STACKS_MAX)),
        "lines": [[n, text[n - 1].strip()[:120], cost] for n, cost in median_lines.most_common(40)],
        "texts": {str(n): text[n - 1].strip()[:120] for n in lines},
        "total": sum(median_ns.values()),
        "dispatch_lines": sorted({sites[s] for s in ("class", "dispatch", "copier") if s in sites}),
        "python": sys.version.split()[0],
    }


def _c(study: Study) -> dict[str, Any]:
    """Stacks of C functions before and after, by callgrind, in the first interpreter. Empty without valgrind."""
    if not shutil.which("valgrind"):
        study.skip("C frames", "valgrind is not installed (Debian: apt-get install valgrind)")
        return {}
    if study.options.quick:
        study.skip("C frames", "left out with --quick")
        return {}
    name, python = next(iter(study.pythons.items()))
    marks = [Marked(WORKLOAD, v) for v in (plan.STDLIB, "report-merged") if v in study.recipes[name]]
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        profiles = callgrind_stage.count(
            python["path"],
            study.recipes[name],
            marks,
            folder,
            study.options.turns,
            study.tell,
            study.skipper(name),
            (f"--separate-callers={CALLERS}",),
        )
    return {
        "python": name,
        "callers": CALLERS,
        **{
            m.contender: {"stacks": dict(folded(p).most_common(STACKS_MAX)), "total": p.total}
            for m, p in profiles.items()
        },
    }


def folded(profile: callgrind.Profile) -> collections.Counter[str]:
    """Instructions by stack: a function's name has its callers behind it, the innermost first."""
    found: collections.Counter[str] = collections.Counter()
    for function, cost in profile.own.items():
        frames = [part for part in function.name.split("'") if part and not part.isdigit()]
        if callgrind_stage.MARK in frames:  # what stands below the mark is ours, not the copy's
            frames = frames[: frames.index(callgrind_stage.MARK)]
        library = os.path.basename(function.library)
        names = [frame if not frame.startswith("0x") else f"[{library}]" for frame in reversed(frames)]
        found[";".join(name.replace(";", "_") for name in names)] += cost
    return found
