"""Each lesson holds on this interpreter: steps, claims, exercises; and the check of that can fail."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from copyscope import lesson, simulated, variants

TOP = pathlib.Path(__file__).parents[2]
ROOT = TOP / "lessons"
LESSONS = lesson.folders(ROOT)
os.environ.setdefault(simulated.PROGRAM, str(TOP / os.environ.get("BUILD", "build") / "copyscope"))
FIVE = LESSONS[:5]
COURSE = set(lesson.PARTS)


def names(folders):
    return [folder.name for folder in folders]


@pytest.fixture
def copied(tmp_path):
    """A lesson to be spoiled: edit(**changes) writes its lesson.json anew and returns what no longer holds."""
    shutil.copytree(ROOT / "03-shared-references", folder := tmp_path / "03-shared-references")

    def edit(**changes):
        path = folder / "lesson.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
        return lesson.faults(lesson.load(folder))

    edit.folder = folder
    return edit


@pytest.mark.parametrize("folder", LESSONS, ids=names(LESSONS))
def test_the_lesson_holds(folder):
    one = lesson.load(folder)
    assert lesson.faults(one) == []
    assert one.data["part"] in COURSE and one.data["minutes"] > 0 and one.data["question"].endswith("?")


def test_only_the_lesson_on_going_wrong_goes_wrong():
    for one in map(lesson.load, LESSONS):
        if one.runs_here():
            assert (lesson.run(one).error is None) == (one.name != "13-going-wrong")


@pytest.mark.parametrize("folder", FIVE, ids=names(FIVE))
def test_the_first_five_are_in_vietnamese(folder):
    words = lesson.load(folder).data["translations"]["vi"]
    assert all(words[part] for part in ("title", "question", "summary", "steps", "asks", "exercises"))
    blocks, own = ((folder / name).read_text().count("\n\n") for name in ("lesson.md", "lesson.vi.md"))
    assert blocks == own, "as many paragraphs as in English"


@pytest.mark.parametrize("folder", LESSONS, ids=names(LESSONS))
def test_the_index_is_in_vietnamese_and_each_lesson_asks_before_it_tells(folder):
    data = lesson.load(folder).data
    words = data["translations"]["vi"]
    assert words["title"] != data["title"] or data["title"] == "Tuple"
    assert words["question"].endswith("?") and words["question"] != data["question"]
    assert any(step.get("ask") for step in data["steps"])


def test_half_a_translation_is_told(copied):
    words = lesson.load(copied.folder).data["translations"]["vi"]
    assert "translation vi: 1 of 9 steps" in copied(translations={"vi": {**words, "steps": ["một"]}})
    assert "translation vi: no question" in copied(translations={"vi": {**words, "question": ""}})
    asked = {**words, "asks": ["?"] * len(words["asks"])}
    assert "translation vi: step 1: what it asks is in one language only" in copied(translations={"vi": asked})


def test_the_course_is_whole():
    assert [folder.name[:2] for folder in LESSONS] == [f"{n:02d}" for n in range(1, len(LESSONS) + 1)]


@pytest.mark.parametrize("folder", LESSONS, ids=names(LESSONS))
def test_layouts_and_views_are_those_of_the_page(folder):
    data = lesson.load(folder).data
    page = (TOP / "web/src/presets.js").read_text()
    layouts = set(re.findall(r"id: '(\w+)', key:", page))
    views = set(re.findall(r"'(\w+)'", " ".join(re.findall(r"views: \[(.*?)\]", page))))
    named = [*data.get("views", []), *(step["view"] for step in data["steps"] if "view" in step)]
    assert data.get("layout", "teach") in layouts and set(named) <= views


def test_figures_of_the_hardware_are_those_of_its_files():
    figures = {one.name: one.data.get("figures", {}) for one in map(lesson.load, LESSONS)}
    rows = [line.split("|") for line in (TOP / "hw/AREA.md").read_text().splitlines() if line.startswith("| ")]
    area = {row[1].strip(): int(row[2]) for row in rows if row[2].strip().isdigit()}
    known = {name: cells for name, cells in figures["30-full"].items() if name in area}
    assert known and known == {name: area[name] for name in known}
    places = json.loads((TOP / "hw/model/placements.json").read_text())
    assert figures["31-is-it-worth-it"] == {place["id"]: place["ns"] for place in places}


def test_a_step_without_its_event_is_told(copied):
    found = copied(steps=[{"query": {"event": "reduce", "nth": 1}, "text": "No."}])
    assert 'step 1: no event for {"event": "reduce", "nth": 1}' in found


def test_steps_out_of_order_are_told(copied):
    steps = lesson.load(copied.folder).data["steps"]
    assert any("is not after the step before it" in line for line in copied(steps=steps[::-1]))


def test_a_claim_that_is_false_or_not_in_the_text_is_told(copied):
    words = "The copy has the shape of the original, sharing included"
    assert copied(claims=[{"text": words, "check": "y[0] is x[0]"}]) == [f"claim {words!r}: y[0] is x[0] does not hold"]
    assert copied(claims=[{"text": words, "check": "y[0].nothing"}]) == [f"claim {words!r}: y[0].nothing does not hold"]
    assert "these words are not in the lesson" in copied(claims=[{"text": "Cows fly", "check": "True"}])[0]


def test_a_claim_about_instructions_that_is_false_is_told(copied):
    words = "The copy has the shape of the original, sharing included"
    assert copied(claims=[{"text": words, "check": "instructions() > instructions('1') > 0"}]) == []
    assert len(copied(claims=[{"text": words, "check": "instructions() == instructions(policy='report-memo')"}])) == 1
    assert len(copied(claims=[{"text": words, "check": "lines().count('y = []') == 3"}])) == 1


def test_a_claim_about_a_memory_that_is_false_is_told(copied):
    words = "The copy has the shape of the original, sharing included"
    assert copied(claims=[{"text": words, "check": "memory()['agreed'] == memory()['lookups'] > 0"}]) == []
    assert len(copied(claims=[{"text": words, "check": "memory(depth=1)['spilled'] == 0"}])) == 1


def test_a_claim_about_a_figure_that_is_false_is_told(copied):
    words = "The copy has the shape of the original, sharing included"
    claims = [{"text": words, "check": "figures['runs'] == 3"}]
    assert copied(claims=claims, figures={"runs": 3}) == []
    assert len(copied(claims=claims, figures={"runs": 4})) == 1


def test_without_the_program_a_claim_about_a_memory_is_not_taken_for_true(copied, monkeypatch):
    words = "The copy has the shape of the original, sharing included"
    monkeypatch.setenv(simulated.PROGRAM, "/nowhere/copyscope")
    (line,) = copied(claims=[{"text": words, "check": "memory(latency=7)['lookups'] > 0"}])
    assert "not checked" in line and "/nowhere/copyscope" in line


def test_an_exercise_that_accepts_a_wrong_answer_is_told(copied):
    exercise = {"task": "Anything.", "hint": "", "check": "True", "right": ["1"], "wrong": ["2", "3"]}
    found = copied(exercises=[exercise])
    assert len(found) == 2 and all("is accepted" in line for line in found)


def test_a_claim_of_another_version_is_not_checked_here(copied):
    words = "The copy has the shape of the original, sharing included"
    assert copied(claims=[{"text": words, "check": "False", "from": "3.99"}]) == []
    assert copied(claims=[{"text": words, "check": "False", "until": "3.9"}]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "04-other"}, "not the folder's name"),
        ({"colour": "red"}, "has an unknown colour"),
        ({"steps": [{"query": {"when": 3}, "text": "x"}]}, "step 1: when"),
        ({"steps": [{"query": {}, "text": "x", "pane": "memo"}]}, "step 1: pane"),
        ({"exercises": [{"task": "x", "answer": "poem"}]}, "exercise 1: answer"),
        ({"code": "1 +"}, "the snippet: SyntaxError"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_one_line(copied, changes, words):
    try:
        found = copied(**changes)
    except lesson.LessonError as e:
        found = [str(e)]
    assert any(words in line for line in found) and not any("\n" in line for line in found)


def command(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "copyscope", "lesson", *arguments], capture_output=True, text=True, **more
    )


def test_the_terminal_lists_and_takes_lessons():
    listed = command("--lessons", str(ROOT))
    assert listed.returncode == 0 and all(lesson.load(folder).data["title"] in listed.stdout for folder in LESSONS)
    assert [line[0] for line in listed.stdout.splitlines() if line[:1].strip()] == sorted(COURSE)
    taken = command("3", "--lessons", str(ROOT))
    assert taken.returncode == 0 and "event 1 of" in taken.stdout and "Exercise 1." in taken.stdout
    assert command("3", "--teacher", "--lessons", str(ROOT)).stdout.count("##") == 4


def test_the_terminal_tells_a_right_answer_from_a_wrong_one(tmp_path):
    answer = tmp_path / "mine.py"
    answer.write_text("a = []\n[a, a, a]\n")
    assert command("3", "--answer", str(answer), "--lessons", str(ROOT)).stdout == "Right.\n"
    answer.write_text("[[], [], []]\n")
    wrong = command("3", "--answer", str(answer), "--lessons", str(ROOT))
    assert wrong.returncode == 1 and wrong.stdout.startswith("Not yet: ")
    answer.write_text("1 +\n")
    assert "SyntaxError" in command("3", "--answer", str(answer), "--lessons", str(ROOT)).stdout


def test_an_answer_may_be_a_copy_module(tmp_path):
    answer = tmp_path / "mine.py"
    for variant, code in (("report-memo", 0), ("report-merged", 1)):
        answer.write_text("\n".join(variants.source_for(variant)[1].splitlines()))
        assert command("26", "--answer", str(answer), "--lessons", str(ROOT)).returncode == code
    answer.write_text("deepcopy = None\n")
    refused = command("26", "--answer", str(answer), "--lessons", str(ROOT))
    assert refused.returncode == 1 and "has no function deepcopy" in refused.stdout


def test_a_new_lesson_holds_as_it_is_begun(tmp_path):
    begun = command("new", "32-my-own", "--lessons", str(tmp_path))
    assert begun.returncode == 0
    assert command("check", "--lessons", str(tmp_path)).stdout == "32-my-own: holds\n"
    again = command("new", "32-my-own", "--lessons", str(tmp_path))
    assert again.returncode == 3 and again.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("99",), ("new", "Bad Name"), ("3", "--lessons", "/nowhere"), ("3", "--answer", "/nowhere.py")]
)
def test_what_cannot_be_done_is_one_line(arguments):
    here = () if "--lessons" in arguments else ("--lessons", str(ROOT))
    done = command(*arguments, *here)
    assert done.returncode == 3 and done.stderr.startswith("copyscope lesson: ") and done.stderr.count("\n") == 1
