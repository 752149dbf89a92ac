"""`lesson`: the lessons in the terminal: list them, take one, check an answer, check, export, begin a new one."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import textwrap

from copyscope import cli, lesson, lesson_export

WIDTH = 88


def main(arguments: list[str]) -> int:
    """Does what the command line asks for."""
    a = _parse(arguments)
    try:
        if a.what == "check":
            return _check(a)
        if a.what == "new":
            return _new(a)
        if a.what == "export":
            return _export(a)
        return _take(a) if a.what != "list" else _list(a)
    except lesson.LessonError as e:
        print(f"copyscope lesson: {e}", file=sys.stderr)
        return cli.COULD_NOT


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copyscope lesson",
        description=__doc__.partition(" ")[2],
        epilog="example: copyscope lesson 3\nexit: 0 done, 1 a claim or an answer is not so, 2 usage, 3 could not",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="copyscope lesson [list | NN | check [NAME] | new NAME | export NN --to html|slides|handout] [...]",
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="list",
        metavar="list | NN | check | new | export",
        help="a lesson by number or name takes it",
    )
    parser.add_argument(
        "name",
        nargs="?",
        help="for check and export: the lesson (check: by default all); for new: its name, as 32-my-own",
    )
    parser.add_argument("--lessons", default="lessons", metavar="DIR", help="the folder of the lessons")
    parser.add_argument("--policy", help="take the lesson under another policy")
    parser.add_argument("--answer", metavar="FILE.py", help="an answer to the lesson's exercise: is it right?")
    parser.add_argument("--exercise", type=int, default=1, metavar="N", help="which of them (1)")
    parser.add_argument("--all", action="store_true", help="do not wait for Enter between the steps")
    parser.add_argument(
        "--teacher", action="store_true", help="the teacher's page instead; with export: beside it, with right answers"
    )
    parser.add_argument("--to", choices=lesson_export.KINDS, help="export: a page, slides, or a handout to print")
    parser.add_argument("-o", "--output", metavar="FILE", help="export: into this file (standard output)")
    parser.add_argument("--language", default="en", help="export: en, or one that the lesson is translated to")
    a = parser.parse_args(arguments)
    if a.what == "export" and not (a.name and a.to):
        parser.error("export wants a lesson and a kind, as in: copyscope lesson export 7 --to slides -o slides.html")
    return a


def _list(a: argparse.Namespace) -> int:
    part = ""
    for folder in lesson.folders(a.lessons):
        one = lesson.load(folder)
        if one.data["part"] != part:
            part = one.data["part"]
            print(f"{lesson.PARTS.get(part, part)}\n")
        note = (
            "" if one.runs_here() else f"  (about CPython {one.data.get('from', '')} to {one.data.get('until', 'now')})"
        )
        print(f"  {one.name[:2]}  {one.data['title']}{note}\n      {one.data['question']}\n")
    return cli.DONE


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))


def _take(a: argparse.Namespace) -> int:
    one = lesson.load(lesson.find_folder(a.lessons, a.what))
    if a.teacher:
        print(one.teacher)
        return cli.DONE
    if not one.runs_here():
        print(f"copyscope lesson: {one.name} is about other versions of CPython than this", file=sys.stderr)
        return cli.NOT_SO
    if a.answer:
        return _answer(a, one)
    print(f"{one.text.strip()}\n\n{textwrap.indent(one.data['code'], '    ')}\n")
    done = lesson.record(one, a.policy)
    total = len(done.trace.events)
    for step in one.data["steps"]:
        n = done.find(step["query"])
        if n < 0:
            continue
        if step.get("ask"):
            print(_wrap(step["ask"], " ? "))
        _wait(a)
        event = done.trace.events[n]
        outcome = {True: ", yes", False: ", no", None: ""}[event.outcome]
        print(f"event {n + 1} of {total}: {event.event}{outcome}")
        print(_wrap(step["text"], "   "), "\n")
    for i, exercise in enumerate(one.data["exercises"], 1):
        print(_wrap(exercise["task"], f"Exercise {i}. "))
        print(
            f"   Check yours: copyscope lesson {one.name[:2]} --answer mine.py{f' --exercise {i}' if i > 1 else ''}\n"
        )
    return cli.DONE


def _wait(a: argparse.Namespace) -> None:
    if not a.all and sys.stdin.isatty() and sys.stdout.isatty():
        input("   [Enter] ")


def _answer(a: argparse.Namespace, one: lesson.Lesson) -> int:
    exercises = one.data["exercises"]
    if not 1 <= a.exercise <= len(exercises):
        raise lesson.LessonError(f"{one.name} has {len(exercises)} exercises")
    exercise = exercises[a.exercise - 1]
    text = lesson.read_text(pathlib.Path(a.answer))
    is_module = exercise.get("answer") == "copy.py"  # which is watched where it lies
    right, why = lesson.solves(exercise, a.answer if is_module else text, one.data)
    print("Right." if right else f"Not yet: {why}")
    return cli.DONE if right else cli.NOT_SO


def _check(a: argparse.Namespace) -> int:
    chosen = [lesson.find_folder(a.lessons, a.name)] if a.name else lesson.folders(a.lessons)
    bad = 0
    for folder in chosen:
        try:
            found = lesson.faults(one := lesson.load(folder))
        except lesson.LessonError as e:
            found = [str(e)]
        else:
            if not found and not one.runs_here():
                print(f"{folder.name}: not for this CPython")
                continue
        bad += bool(found)
        print(f"{folder.name}: {'holds' if not found else 'does not hold'}")
        for line in found:
            print(f"  {line}")
    return cli.NOT_SO if bad else cli.DONE


def _export(a: argparse.Namespace) -> int:
    text = lesson_export.export(lesson.load(lesson.find_folder(a.lessons, a.name)), a.to, a.language, a.teacher)
    if not a.output:
        print(text, end="")
        return cli.DONE
    path = pathlib.Path(a.output)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)  # whole, or as it was
    except OSError as e:
        new.unlink(missing_ok=True)
        raise lesson.LessonError(f"{path}: {e.strerror}") from None
    print(f"{path}: {len(text.encode()):,} bytes, needs nothing else", file=sys.stderr)
    return cli.DONE


def _new(a: argparse.Namespace) -> int:
    if not a.name or not lesson.NAME.match(a.name):
        raise lesson.LessonError("a new lesson needs a name as 32-my-own: two digits, small letters, dashes")
    folder = pathlib.Path(a.lessons, a.name)
    title = a.name[3:].replace("-", " ").capitalize()
    data = {
        "id": a.name,
        "part": "A",
        "title": title,
        "question": "Which question does it answer?",
        "summary": "One sentence, shown before the first step.",
        "minutes": 10,
        "policy": "cpython",
        "code": "x = [1]\nx",
        "steps": [
            {"query": {"event": "call", "object": "x", "nth": 1}, "text": "deepcopy(x) begins."},
            {
                "query": {"event": "return", "object": "x", "nth": 1},
                "ask": "What is to be predicted?",
                "text": "It returns a list of its own.",
            },
        ],
        "claims": [{"text": "a list of its own", "check": "y == x and y is not x"}],
        "exercises": [
            {
                "task": "Make an object whose copy needs no new list.",
                "hint": "a list was made.",
                "check": "kinds['list_new'] == 0",
                "right": ["1"],
                "wrong": ["[1]", "([],)"],
            }
        ],
    }
    try:
        folder.mkdir(parents=True)
    except OSError as e:
        raise lesson.LessonError(f"{folder}: {e.strerror}") from None
    (folder / "lesson.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    (folder / "lesson.md").write_text(f"# {title}\n\nThe text.\n", encoding="utf-8")
    (folder / "teacher.md").write_text(
        f"# {title}: for the teacher\n\n## Aim\n\n## Minutes\n\n10.\n\n## Pitfalls\n\n## Ask\n", encoding="utf-8"
    )
    print(f"{folder}: lesson.json, lesson.md, teacher.md; check it with: copyscope lesson check {a.name}")
    return cli.DONE
