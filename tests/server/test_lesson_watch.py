"""A lesson that is written while its page is open: the page is told which."""

import json
import shutil

import pytest
from conftest import ROOT

LESSON = "03-shared-references"


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "lessons"
    folder.mkdir()
    shutil.copytree(ROOT / "lessons" / LESSON, folder / LESSON)
    return folder


def opened(server):
    """A page that the server knows of: it has answered."""
    page = server.open()
    page.send(op="none")
    assert page.receive()["op"] == "error"
    return page


def told(page):
    """The next message about a lesson: its id."""
    message = page.receive()
    assert message["op"] == "lesson"
    return message["id"]


def test_every_page_hears_of_a_text_that_was_written(serve, lessons):
    server = serve("--lessons", lessons)
    pages = [opened(server), opened(server)]
    (lessons / LESSON / "lesson.md").write_text("# Shared references\n\nAnew.\n")
    assert [told(page) for page in pages] == [LESSON, LESSON]
    assert json.loads(server.get(f"/api/lessons/{LESSON}")[2])["text"].endswith("Anew.\n")


def test_a_file_put_in_the_place_of_another_counts_as_written(serve, lessons):
    page = opened(serve("--lessons", lessons))
    new = lessons / LESSON / ".lesson.md.swp"
    new.write_text("# Shared references\n\nAs editors save.\n")
    new.rename(lessons / LESSON / "lesson.md")
    assert told(page) == LESSON


def test_a_lesson_that_comes_is_listed_and_watched(serve, lessons):
    server = serve("--lessons", lessons)
    page = opened(server)
    shutil.copytree(lessons / LESSON, lessons / "32-my-own")
    assert told(page) == "32-my-own"
    assert [one["id"] for one in json.loads(server.get("/api/lessons")[2])] == [LESSON, "32-my-own"]
    (lessons / "32-my-own" / "lesson.md").write_text("# Mine\n")
    assert told(page) == "32-my-own"


def test_a_lesson_that_goes_and_comes_again_is_watched_again(serve, lessons):
    page = opened(serve("--lessons", lessons))
    shutil.rmtree(lessons / LESSON)
    assert told(page) == LESSON
    shutil.copytree(ROOT / "lessons" / LESSON, lessons / LESSON)
    assert told(page) == LESSON
    (lessons / LESSON / "lesson.md").write_text("# Shared references\n")
    assert told(page) == LESSON


def test_names_that_are_no_lessons_are_not_told(serve, lessons):
    page = opened(serve("--lessons", lessons))
    (lessons / "Not A Lesson").mkdir()
    (lessons / "..x").mkdir()
    (lessons / LESSON / "lesson.md").write_text("# Shared references\n")
    assert told(page) == LESSON


def test_a_folder_that_is_not_there_is_no_fault(serve, tmp_path):
    server = serve("--lessons", tmp_path / "nowhere")
    assert json.loads(server.get("/api/lessons")[2]) == []
