"""Is each variant sound? `copyscope check` says so, in each interpreter that has copyscope."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

from copyscope.bench import plan

if TYPE_CHECKING:
    from copyscope.bench.study import Study

PATIENCE_S = 600
SOUND, UNSOUND = 0, 1


def run(study: Study) -> None:
    """A verdict for each variant and file."""
    for name, python in study.pythons.items():
        if not python["engine"]:
            study.skip(f"{name}: soundness", "copyscope is not installed in it; see the other interpreters' verdicts")
            continue
        verdicts = study.results["soundness"].setdefault(name, {})
        for variant in [*study.texts(name), *plan.CHECKED_AS]:
            if variant in verdicts or variant in (plan.STDLIB, plan.CONTROL):
                continue
            study.tell(f"{name}, {variant}")
            verdict = _verdict(study, name, variant)
            if isinstance(verdict, str):
                study.skip(f"{name}: soundness of {variant}", verdict)
            else:
                verdicts[variant] = verdict


def _verdict(study: Study, name: str, variant: str) -> dict[str, Any] | str:
    """Of a variant by its name; of a half of one, which has none, as a file."""
    path, options = study.pythons[name]["path"], study.options
    if variant not in plan.PATHS:
        return check(path, plan.CHECKED_AS.get(variant, variant), options.tries, options.seed)
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        file = os.path.join(folder, "copy_alone.py")
        with open(file, "w", encoding="utf-8") as f:
            f.write(study.recipes[name][variant]["text"])
        return check(path, file, options.tries, options.seed)


def check(python: str, variant: str, tries: int, seed: int) -> dict[str, Any] | str:
    """What the check found, or why there is no verdict."""
    words = [
        "-m",
        "copyscope",
        "check",
        "--variant",
        variant,
        "--tries",
        str(tries),
        "--seed",
        str(seed),
        "--all",
        "--json",
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [python, *words], capture_output=True, text=True, timeout=PATIENCE_S, env=environment, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return f"the check did not end within {PATIENCE_S} s"
    if done.returncode not in (SOUND, UNSOUND):
        return done.stderr.strip().splitlines()[-1][:300] if done.stderr.strip() else f"exit code {done.returncode}"
    told = json.loads(done.stdout)
    kinds = ("kind", "difference", "source", "found_at")
    return {
        "sound": told["sound"],
        "tried": told["tried"],
        "seed": told["seed"],
        "faults": [{key: c[key] for key in kinds} for c in told["counterexamples"]],
        "borders": told["borders"],
        "command": f"copyscope check --variant {variant} --tries {tries} --seed {seed}",
    }
