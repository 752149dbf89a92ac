"""The program from outside: ports, signals, files, lessons, and no Python at all."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
import tracebytes
from conftest import FAKE_PYTHON, PROGRAM, ROOT, Server


def processes_of(session_leader):
    """Every process below a pid."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
    found = {session_leader}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def children_of(pid):
    return [
        int(child)
        for tasks in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
        for child in tasks.read_text().split()
    ]


def until_gone(pids, seconds=5):
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()]) and time.monotonic() < end:
        time.sleep(0.01)
    return left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_no_process(number):
    server = Server()
    pages = [server.open() for _ in range(3)]
    for page in pages:
        page.send(op="run", code="loop")
        page.receive()
        page.receive()
    family = processes_of(server.process.pid)
    assert len(family) >= 5  # the server, the zygote, three workers
    code, errors = server.stop(number)
    assert (code, errors) == (0, "")
    assert until_gone(family) == []


def test_a_killed_server_leaves_no_process():
    server = Server()
    page = server.open()
    page.send(op="run", code="loop")
    page.receive()
    page.receive()
    family = processes_of(server.process.pid)
    server.process.kill()
    server.process.communicate()
    assert until_gone(family) == []


def test_a_taken_port_is_said(server):
    command = [PROGRAM, "serve", "--port", str(server.port), "--python", str(FAKE_PYTHON)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert answer.returncode == 3
    assert f"port {server.port} is taken" in answer.stderr


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--port", "70000"], ["--fly"]])
def test_wrong_arguments_are_usage_errors(program, arguments):
    assert program("serve", *arguments).returncode == 2


def test_the_state_names_python_policies_and_traces(serve, tmp_path):
    path = tmp_path / "ten.cst"
    path.write_bytes(tracebytes.whole(10))
    server = serve(path)
    state = json.loads(server.get("/api/state")[2])
    assert state["python"] == "3.11.7"
    assert state["policies"][0] == "cpython"
    assert state["traces"] == [{"id": 1, "title": "ten.cst"}]


def test_a_file_is_shown_and_downloaded_without_python(serve, tmp_path):
    path = tmp_path / "ten.cst"
    path.write_bytes(tracebytes.whole(10, title="ten"))
    server = serve(path, python="/nonexistent/python")
    state = json.loads(server.get("/api/state")[2])
    assert state["python"] is None
    page = server.open()
    page.send(op="open", trace=1)
    opening, frames, ending = page.trace()
    assert (opening["title"], ending["state"], ending["message"]) == ("ten.cst", "done", "60 events")
    assert frames[-1][:4] == b"CAM_"
    assert b"".join(frames[:-1]) == path.read_bytes()
    assert server.get("/trace/1.cst")[2] == path.read_bytes()
    page.send(op="run", code="[]")
    assert "/nonexistent/python cannot be started" in page.receive()["message"]
    code, errors = server.stop()
    assert code == 0
    assert "cannot be started" in errors


def test_a_run_can_be_downloaded(server, page):
    opening, frames, _ = page.run("good 5")
    status, headers, body = server.get(f"/trace/{opening['trace']}.cst")
    assert status == 200
    assert "attachment" in headers["Content-Disposition"]
    assert body == b"".join(frames[:-1])
    for path in (
        "/trace/0.cst",
        "/trace/99.cst",
        "/trace/1",
        "/trace/1.cst.cst",
        "/trace/-1.cst",
        "/trace/99999999999999999999.cst",
    ):
        assert server.get(path)[0] == 404


def test_a_truncated_file_opens_as_its_prefix(serve, tmp_path):
    whole = tracebytes.whole(10)
    path = tmp_path / "cut.cst"
    path.write_bytes(whole[:-90])
    server = serve(path)
    page = server.open()
    page.send(op="open", trace=1)
    ending = page.trace()[2]
    assert ending["state"] == "cut"
    assert "readable up to byte" in ending["message"]
    assert "cut short" in server.stop()[1]


def test_what_is_no_trace_is_refused(program, tmp_path):
    path = tmp_path / "no.cst"
    path.write_bytes(b"GIF89a" * 10)
    answer = program("serve", path)
    assert answer.returncode == 3
    assert "refused at byte 0: not a copyscope trace" in answer.stderr


def test_lessons_are_listed_and_read(serve):
    server = serve("--lessons", ROOT / "lessons")
    listed = json.loads(server.get("/api/lessons")[2])
    folders = sorted(d.name for d in (ROOT / "lessons").iterdir() if (d / "lesson.json").exists())
    assert [lesson["id"] for lesson in listed] == folders
    assert all(lesson["title"] and lesson["summary"] for lesson in listed)
    for name in folders:
        lesson = json.loads(server.get("/api/lessons/" + name)[2])
        assert lesson["code"]
        assert lesson["text"] == (ROOT / "lessons" / name / "lesson.md").read_text()
    for name in ("nothing", "..", "%2e%2e", "03-shared-references/", "."):
        assert server.get("/api/lessons/" + name)[0] in (400, 404)


def test_a_broken_lesson_is_left_out(serve, tmp_path):
    for name, text in [
        ("01-good", '{"title": "t", "summary": "s", "code": "[]"}'),
        ("02-bad", "{"),
        ("03-deep", "[" * 9999),
    ]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "lesson.json").write_text(text)
    (tmp_path / "04-empty").mkdir()
    server = serve("--lessons", tmp_path)
    (listed,) = json.loads(server.get("/api/lessons")[2])
    assert (listed["id"], listed["title"], listed["summary"], listed["minutes"]) == ("01-good", "t", "s", 0)
    assert server.get("/api/lessons/02-bad")[0] == 404


def test_the_page_is_part_of_the_program(server):
    status, headers, body = server.get("/")
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert b"<" in body


def test_python_is_found_by_the_environment(tmp_path):
    command = [PROGRAM, "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "COPYSCOPE_PYTHON": str(FAKE_PYTHON)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("copyscope: http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 0
