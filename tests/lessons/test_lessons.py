"""Each lesson runs, and each of its steps finds the event that it talks about."""

import json
import pathlib

import pytest

import copyscope

LESSONS = sorted(p.parent for p in (pathlib.Path(__file__).parents[2] / "lessons").glob("*/lesson.json"))
KEYS = {"id", "title", "summary", "code", "policy", "steps"}


def load(folder):
    return json.loads((folder / "lesson.json").read_text())


def trace_of(lesson):
    """Runs the snippet; its last line is the expression that is copied."""
    *lines, last = lesson["code"].splitlines()
    names = {}
    exec("\n".join(lines), names)
    names.pop("__builtins__")
    return copyscope.trace(eval(last, names), policy=lesson["policy"]), names


def ids():
    return [folder.name for folder in LESSONS]


def refs_by_name(trace, names):
    """The ref of each of the snippet's objects that the trace has met."""
    refs = {}
    for position, recorded in enumerate(trace.objects):
        refs.setdefault(recorded.addr, position + 1)
    return {name: refs[id(x)] for name, x in names.items() if id(x) in refs}


def find(events, query, refs):
    """The indices of the events that a query means, before nth is applied."""
    return [
        n
        for n, event in enumerate(events)
        if event.event == query["event"]
        and ("outcome" not in query or event.outcome is query["outcome"])
        and ("object" not in query or event.obj == refs[query["object"]])
    ]


@pytest.fixture(params=LESSONS, ids=ids())
def lesson(request):
    return load(request.param)


@pytest.mark.parametrize("folder", LESSONS, ids=ids())
def test_lesson_has_its_fields_and_its_text(folder):
    lesson = load(folder)
    assert set(lesson) == KEYS
    assert lesson["id"] == folder.name
    assert (folder / "lesson.md").read_text().startswith(f"# {lesson['title']}\n")


def test_steps_come_in_the_order_of_their_events(lesson):
    trace, names = trace_of(lesson)
    refs = refs_by_name(trace, names)
    found = []
    for step in lesson["steps"]:
        matches = find(trace.events, step["query"], refs)
        nth = step["query"].get("nth", 1)
        assert len(matches) >= nth, f"no event for {step['query']}"
        found.append(matches[nth - 1])
    assert found == sorted(set(found))


def test_result_is_what_copy_deepcopy_makes(lesson):
    trace, names = trace_of(lesson)
    assert shape(trace.result) == shape(eval(lesson["code"].splitlines()[-1], names))


def shape(root):
    """Lists of a graph in order of first sight, elements as positions or values: equal if sharing is equal."""
    seen, order = {}, []

    def visit(x):
        if not isinstance(x, list):
            return ("value", x)
        if id(x) not in seen:
            seen[id(x)] = len(order)
            order.append(None)
            order[seen[id(x)]] = [visit(y) for y in x]
        return ("list", seen[id(x)])

    visit(root)
    return order
