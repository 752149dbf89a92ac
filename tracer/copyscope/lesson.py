"""Lessons: folders of data that the page, the terminal and the tests run alike.

``NN-name/lesson.json`` holds the snippet, the policy, steps that name events by query, claims and exercises;
``lesson.md`` the text, ``teacher.md`` the teacher's page.  ``lessons/README.md`` describes the fields.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from copyscope import simulated, snippet, variants
from copyscope.lesson_run import Run

REQUIRED = {"id", "part", "title", "question", "summary", "minutes", "policy", "code", "steps", "claims", "exercises"}
OPTIONAL = {"op", "from", "until", "versus", "translations", "sources", "figures", "layout", "views"}
STEP = {"query", "text", "ask", "view", "from", "until"}
EXERCISE = {"task", "hint", "check", "right", "wrong", "policy", "op", "from", "until", "answer"}
ANSWERS = ("snippet", "copy.py")  # what an exercise asks for
QUERY = {"event", "object", "outcome", "nth"}
PARTS = {
    "A": "A. What deepcopy does",
    "B": "B. Where the time goes",
    "C": "C. Making it faster, and right",
    "D": "D. In hardware",
}
NAME = re.compile(r"\d\d-[a-z0-9-]+\Z")
LESSON_MAX = 256 << 10  # bytes of a file; server/limits.h has the same


class LessonError(Exception):
    """A lesson that does not hold: what, where."""


@dataclasses.dataclass(frozen=True)
class Lesson:
    """One folder. data: its lesson.json; text, teacher: its Markdown."""

    folder: pathlib.Path
    data: dict[str, Any]
    text: str
    teacher: str

    @property
    def name(self) -> str:
        return self.folder.name

    def runs_here(self) -> bool:
        """Whether this interpreter is among those that the lesson is about."""
        return in_versions(self.data)


def folders(root: str | os.PathLike[str]) -> list[pathlib.Path]:
    """The lessons of a folder, in order.  Raises LessonError where there is no such folder."""
    try:
        found = sorted(path for path in pathlib.Path(root).iterdir() if NAME.match(path.name))
    except OSError as e:
        raise LessonError(f"{root}: {e.strerror}: give the folder of the lessons with --lessons") from None
    return [path for path in found if (path / "lesson.json").is_file()]


def find_folder(root: str | os.PathLike[str], name: str) -> pathlib.Path:
    """The lesson called name, in full or by its number alone."""
    known = folders(root)
    for path in known:
        if path.name == name or (name.isdigit() and path.name.startswith(f"{int(name):02d}-")):
            return path
    listed = ", ".join(path.name for path in known) or "none"
    raise LessonError(f"there is no lesson {name}: {root} has {listed}")


def load(folder: pathlib.Path) -> Lesson:
    """Reads a lesson.  Raises LessonError on what is missing or unknown."""
    data = _json(folder / "lesson.json")
    missing, unknown = REQUIRED - data.keys(), data.keys() - REQUIRED - OPTIONAL
    if missing or unknown:
        raise LessonError(
            f"{folder.name}/lesson.json: {'lacks' if missing else 'has an unknown'} {_listed(missing or unknown)}"
        )
    if data["id"] != folder.name:
        raise LessonError(f"{folder.name}/lesson.json: its id is {data['id']!r}, not the folder's name")
    for i, step in enumerate(data["steps"]):
        wrong = set(step.get("query", {"": 0})) - QUERY | step.keys() - STEP
        if wrong or not step.get("text"):
            raise LessonError(f"{folder.name}/lesson.json: step {i + 1}: {_listed(wrong) or 'no text'}")
    for i, exercise in enumerate(data["exercises"]):
        wrong = exercise.keys() - EXERCISE | (
            {"answer"} if exercise.get("answer", ANSWERS[0]) not in ANSWERS else set()
        )
        if wrong:
            raise LessonError(f"{folder.name}/lesson.json: exercise {i + 1}: {_listed(wrong)}")
    return Lesson(folder, data, read_text(folder / "lesson.md"), read_text(folder / "teacher.md"))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def read_text(path: pathlib.Path) -> str:
    """A file of a lesson.  Raises LessonError."""
    try:
        if path.stat().st_size > LESSON_MAX:
            raise LessonError(f"{path}: longer than {LESSON_MAX} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise LessonError(f"{path}: {getattr(e, 'strerror', None) or e}") from None


def _json(path: pathlib.Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(path))
    except ValueError as e:
        raise LessonError(f"{path}: no JSON: {e}") from None
    if not isinstance(found, dict):
        raise LessonError(f"{path}: no object")
    return found


def in_versions(part: dict[str, Any]) -> bool:
    """Whether this interpreter is between the "from" and "until" of a lesson, a step or a claim, both included."""
    here = sys.version_info[:2]
    return _version(part.get("from", "3.0")) <= here <= _version(part.get("until", "3.99"))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


# ---- one run ----


def run(lesson: Lesson, policy: str | None = None) -> Run:
    """Records the lesson's snippet, under its own policy unless another is named."""
    return Run(lesson.data["code"], policy or lesson.data["policy"], lesson.data.get("op", "deepcopy"))


def record(lesson: Lesson, policy: str | None = None) -> Run:
    """The same.  Raises LessonError where the snippet fails, in one line."""
    try:
        return run(lesson, policy)
    except (snippet.SnippetError, ValueError) as e:
        raise LessonError(f"{lesson.name}: {e}") from None


# ---- whether a lesson holds ----


def faults(lesson: Lesson) -> list[str]:
    """What of a lesson does not hold on this interpreter: a line each."""
    data = lesson.data
    if not lesson.runs_here():
        return []
    found = _text_faults(lesson)
    try:
        done = run(lesson)
    except (snippet.SnippetError, ValueError) as e:
        return [*found, f"the snippet: {e}"]
    found += _step_faults(data["steps"], done)
    words = " ".join(" ".join([lesson.text, data["summary"], *(step["text"] for step in data["steps"])]).split())
    for claim in data["claims"]:
        if " ".join(claim["text"].split()) not in words:
            found.append(f"claim {claim['text']!r}: these words are not in the lesson")
        why = judge(claim, done, data.get("figures", {}))[1] if in_versions(claim) else ""
        if why:
            found.append(f"claim {claim['text']!r}: {why}")
    for exercise in data["exercises"]:
        found += _exercise_faults(exercise, data)
    return found


def _text_faults(lesson: Lesson) -> list[str]:
    found = []
    if not lesson.text.startswith(f"# {lesson.data['title']}\n"):
        found.append("lesson.md does not begin with the title")
    for heading in ("## Aim", "## Pitfalls", "## Ask"):
        if heading not in lesson.teacher:
            found.append(f"teacher.md has no {heading}")
    for language, words in lesson.data.get("translations", {}).items():
        found += [f"translation {language}: {line}" for line in _translation_faults(lesson, language, words)]
    return found


def _translation_faults(lesson: Lesson, language: str, words: dict[str, Any]) -> Iterator[str]:
    """A translation is of the index alone (title and question), or whole."""
    for name in ("title", "question"):
        if not words.get(name):
            yield f"no {name}"
    path = lesson.folder / f"lesson.{language}.md"
    if "steps" not in words and not path.is_file():
        return
    for name, wanted in (
        ("steps", lesson.data["steps"]),
        ("asks", lesson.data["steps"]),
        ("exercises", lesson.data["exercises"]),
    ):
        if len(words.get(name, [])) != len(wanted):
            yield f"{len(words.get(name, []))} of {len(wanted)} {name}"
    for i, (step, ask) in enumerate(zip(lesson.data["steps"], words.get("asks", []), strict=False)):
        if bool(step.get("ask")) is not bool(ask):
            yield f"step {i + 1}: what it asks is in one language only"
    if not path.is_file():
        yield f"no lesson.{language}.md"
    elif not read_text(path).startswith(f"# {words.get('title')}\n"):
        yield f"lesson.{language}.md does not begin with the title"


def _step_faults(steps: list[dict[str, Any]], done: Run) -> list[str]:
    found, before = [], -1
    for i, step in enumerate(steps):
        if not in_versions(step):
            continue
        n = done.find(step["query"])
        if n < 0:
            found.append(f"step {i + 1}: no event for {json.dumps(step['query'])}")
        elif n <= before:
            found.append(f"step {i + 1}: event {n + 1} is not after the step before it")
        else:
            before = n
    return found


def judge(claim: dict[str, Any], done: Run, figures: dict[str, Any]) -> tuple[bool | None, str]:
    """Whether a claim holds of a run, and else why not; None: it cannot be checked here."""
    try:
        holds = _true(done, claim["check"], figures=figures)
    except simulated.NoProgramError as e:
        return None, f"not checked: {e}"
    return holds, "" if holds else f"{claim['check']} does not hold"


def _true(done: Run, check: str, **beside: Any) -> bool:
    try:
        return done.holds(check, **beside)
    except simulated.NoProgramError:  # says nothing about the claim
        raise
    except Exception:
        return False


def solves(exercise: dict[str, Any], answer: str, data: dict[str, Any]) -> tuple[bool, str]:
    """Whether an answer to an exercise of the lesson `data` is right; else what to say about it.

    answer: the text of a snippet; where the exercise asks for a copy.py, its path.
    """
    is_module = exercise.get("answer") == "copy.py"
    policy, op = exercise.get("policy", data["policy"]), exercise.get("op", data.get("op", "deepcopy"))
    try:
        done = Run(data["code"], "cpython", module=answer) if is_module else Run(answer, policy, op)
        right = _true(done, exercise["check"], figures=data.get("figures", {}))
    except (snippet.SnippetError, simulated.NoProgramError, OSError, ValueError) as e:
        return False, str(e)
    return (True, "") if right else (False, exercise["hint"])


def _exercise_faults(exercise: dict[str, Any], data: dict[str, Any]) -> list[str]:
    found = []
    if len(exercise["right"]) < 1 or len(exercise["wrong"]) < 2:
        found.append(f"exercise {exercise['task'][:40]!r}: needs one right answer and two wrong ones")
    for answers, wanted in ((exercise["right"], True), (exercise["wrong"], False)):
        for answer in answers:
            if in_versions(exercise) and _solved(exercise, answer, data) is not wanted:
                found.append(f"exercise {exercise['task'][:40]!r}: {answer!r} is {'refused' if wanted else 'accepted'}")
    return found


def _solved(exercise: dict[str, Any], answer: str, data: dict[str, Any]) -> bool:
    """An answer that stands in a lesson; one that is a copy.py is a variant by its name."""
    if exercise.get("answer") != "copy.py":
        return solves(exercise, answer, data)[0]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "mine.py")
        path.write_text(variants.source_for(answer)[1], encoding="utf-8")
        return solves(exercise, str(path), data)[0]
