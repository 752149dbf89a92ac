"""A lesson as a file of its own: whole, in its language, nothing in it that was not asked for."""

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from test_lessons import LESSONS, ROOT, command, names

from copyscope import lesson, lesson_export, simulated

pytest.importorskip("markdown_it")

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Reader(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes


@pytest.mark.parametrize("kind", lesson_export.KINDS)
@pytest.mark.parametrize("folder", LESSONS, ids=names(LESSONS))
def test_every_lesson_exports_and_loads_nothing(folder, kind):
    one = lesson.load(folder)
    if not one.runs_here():
        pytest.skip("another CPython's lesson")
    text = lesson_export.export(one, kind)
    read = Reader(text)
    assert not {"img", "link", "iframe", "object", "a"} & set(read.tags) and read.tags.count("script") == 1
    assert not [value for name, value in read.attributes if name in ("src", "href")]
    assert read.tags.count("html") == 1 and text.endswith("</html>\n")


@pytest.mark.parametrize("kind", lesson_export.KINDS)
def test_what_a_lesson_says_goes_in_as_text(tmp_path, kind):
    shutil.copytree(ROOT / "03-shared-references", folder := tmp_path / "03-shared-references")
    data = json.loads((folder / "lesson.json").read_text())
    data["title"] = data["question"] = data["summary"] = data["sources"] = EVIL
    data["sources"] = [EVIL]
    data["steps"][0] |= {"text": EVIL, "ask": EVIL}
    data["exercises"][0]["task"] = EVIL
    data["code"] = f"class A:\n    pass\nouter = [{EVIL!r}]\nouter"
    (folder / "lesson.json").write_text(json.dumps(data))
    (folder / "lesson.md").write_text(f"# T\n\n{EVIL}\n\n![x](http://example.org/x.png) [y](javascript:alert(3))\n")
    (folder / "teacher.md").write_text(f"# T\n\n{EVIL}\n")
    read = Reader(lesson_export.export(lesson.load(folder), kind, answers=True))
    assert read.tags.count("script") == 1 and "img" not in read.tags and "a" not in read.tags
    assert not [name for name, _ in read.attributes if name.startswith("on")]


def test_the_state_of_a_step_is_that_of_its_event():
    course = lesson_export._course(lesson.load(ROOT / "04-cycle"), "en")
    hit = course.moments[5]
    assert hit.what + hit.outcome == "memo_get a, yes" and hit.stack == ["a", "b", "a"] and hit.memo == ["a", "b"]
    assert course.moments[-1].stack == []


@pytest.mark.parametrize("folder", LESSONS[:5], ids=names(LESSONS[:5]))
def test_the_first_five_export_in_vietnamese(folder):
    one = lesson.load(folder)
    text = lesson_export.export(one, "handout", "vi")
    assert '<html lang="vi">' in text and one.data["translations"]["vi"]["question"] in text


def test_answers_are_for_teachers_alone():
    one = lesson.load(ROOT / "03-shared-references")
    assert "## " not in lesson_export.export(one, "html", answers=True)
    assert "[a, a, a]" in lesson_export.export(one, "html", answers=True)
    assert all("[a, a, a]" not in lesson_export.export(one, kind) for kind in lesson_export.KINDS)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    where = ("--lessons", str(ROOT))
    done = command("export", "3", "--to", "html", "-o", str(tmp_path / "three.html"), *where)
    assert done.returncode == 0 and "needs nothing else" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["three.html"]
    refused = command("export", "3", "--to", "html", "-o", str(tmp_path / "no" / "three.html"), *where)
    assert refused.returncode == 3 and refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("export", "3"), 2, "export wants a lesson and a kind"),
        (("export", "--to", "html"), 2, "export wants a lesson and a kind"),
        (("export", "3", "--to", "poem"), 2, "invalid choice"),
        (("export", "99", "--to", "html"), 3, "there is no lesson 99"),
        (("export", "7", "--to", "html", "--language", "vi"), 3, "is not in the language 'vi'"),
    ],
)
def test_what_cannot_be_exported_is_said(arguments, code, words):
    done = command(*arguments, "--lessons", str(ROOT))
    assert done.returncode == code and words in done.stderr


def test_without_the_markdown_package_it_says_what_to_install():
    program = (
        "import sys; sys.modules['markdown_it'] = None\nfrom copyscope import cmd_lesson\n"
        f"sys.exit(cmd_lesson.main(['export', '3', '--to', 'html', '--lessons', {str(ROOT)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 3 and "pip install markdown-it-py" in done.stderr and done.stderr.count("\n") == 1


def test_a_claim_that_cannot_be_checked_is_not_said_to_hold(monkeypatch):
    one = lesson.load(ROOT / "28-a-cam")
    assert lesson_export.export(one, "html").count("<td>✓</td>") == len(one.data["claims"])
    monkeypatch.setattr("copyscope.simulated._answer", no_program)
    assert lesson_export.export(one, "html").count("<td>?</td>") == len(one.data["claims"])


def no_program(*_):
    raise simulated.NoProgramError("none")
