"""What goes wrong around a server: workers that die in every way, clients that go, disks, clocks, signals, files."""

import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading

import pytest
import tracebytes
from conftest import FAKE_PYTHON, PROGRAM, ROOT, Server
from soak import Census
from test_serve import processes_of, until_gone
from websocket import Refused

CLOCKJUMP = ROOT / os.environ.get("BUILD", "build") / "server-tests" / "clockjump.so"


# ---- snippets ----

HOOK = "class A:\n    def __deepcopy__(self, memo):\n        {}\nx = [1, A()]"


# Code, the state it ends in (None: as it may), what is said.
ENDLESS = [
    (HOOK.format("while True: pass"), "timeout", "stopped"),
    (HOOK.format("import time; time.sleep(1000)"), "timeout", "longer than 10 s"),
    ("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", "crashed|timeout", ""),
    ("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", None, ""),
]
DEADLY = [
    (HOOK.format("import ctypes; ctypes.string_at(0)"), "crashed", "SIGSEGV"),
    (HOOK.format("import os; os.abort()"), "crashed", "SIGABRT"),
    (HOOK.format("import os; os._exit(0)"), "error", "ended Python"),
    ("x = []\nwhile True: x.append(bytearray(10**6))", "error", "MemoryError"),
    ("x = []\nfor i in range(10**6): x = [x]", "done", "RecursionError"),
    ("x = 'a'\nfor i in range(100): x += x", "error", "MemoryError"),
    ("import threading\nthreading.Thread(target=print).start()\nx = [1]", "done", ""),
    ("import sys; sys.stdout.close(); x = [1]", "done", ""),
    ("import os\nfor fd in range(3, 64):\n    try: os.close(fd)\n    except OSError: pass\nx = [1]", None, ""),
    (
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'x' * 99)\n    except OSError: pass\nx = 1",
        "cut",
        "",
    ),
    ("import gc, os; gc.disable(); os.environ.clear(); x = [1]", "done", ""),
    ("import sys; sys.modules.clear(); x = [1]", None, ""),
    ("import builtins; builtins.__dict__.clear(); x = [1]", None, ""),
]


def check(page, code, state, message):
    ending = page.run(code)[2]
    assert state is None or ending["state"] in state.split("|"), ending
    assert message in ending["message"], ending
    assert page.run("[1, [2]]")[2]["state"] == "done"


@pytest.mark.parametrize("code, state, message", DEADLY)
def test_a_snippet_that_does_its_worst_is_named_and_the_next_run_works(server_of_python, code, state, message):
    check(server_of_python.open(), code, state, message)


def test_snippets_that_do_not_end_are_ended_all_at_once(server_of_python):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = [pool.submit(check, server_of_python.open(), *endless) for endless in ENDLESS]
    for run in runs:
        run.result()


@pytest.mark.parametrize("how", ["crash", "crash SIGABRT", "crash SIGBUS", "crash SIGKILL", "crash SIGTERM"])
def test_what_a_crashed_worker_recorded_before_is_kept_to_the_byte(page, how):
    _, frames, ending = page.run(how)
    made = tracebytes.Trace(title="prefix")
    assert b"".join(frames[:-1]) == made.start + made.copies(3)
    assert ending["state"] == "crashed"


def test_of_a_thousand_workers_that_crash_each_is_named_and_none_is_left(serve):
    server = serve()
    page = server.open()
    page.run("good 1")
    with Census(server.process.pid) as census:
        for _ in range(1000):
            assert page.run("crash")[2]["message"] == "the snippet crashed Python (SIGSEGV)"
    assert census.zombies == [] and census.more_processes == 0


# ---- clients ----


def test_of_1000_clients_that_go_in_the_middle_of_a_trace_nothing_is_left(serve, tmp_path):
    path = tmp_path / "long.cst"
    path.write_bytes(tracebytes.whole(20_000))
    server = serve(path)
    server.open().close()
    with Census(server.process.pid) as census:
        for i in range(1000):
            page = open_when_there_is_room(server)
            page.send(op="open", trace=1)
            if i % 2:
                page.receive()
            page.close()
        for page in [open_when_there_is_room(server) for _ in range(64)]:  # there are none but these
            page.close()
    assert census.more_descriptors <= 2 * 64  # these may not be seen to go yet; each has two
    page = open_when_there_is_room(server)
    page.send(op="open", trace=1)
    assert page.trace()[2]["state"] == "done"


def open_when_there_is_room(server):
    while True:
        try:
            return server.open()
        except Refused:
            continue


def test_a_client_that_goes_in_its_run_leaves_the_run_to_others(server):
    page, other = server.open(), server.open()
    page.send(op="run", code="good 3000")
    opening = page.receive()
    page.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # by a reset
    page.close()
    other.send(op="open", trace=opening["trace"])
    assert other.trace()[2]["state"] == "done"


@pytest.mark.parametrize(
    "data", [b"", b"GET", b"GET / HTTP/1.1\r\n", b"\x00" * 100, b"GET " + b"/" * 20_000, b"\r\n" * 5000]
)
def test_what_is_half_a_request_holds_nobody_up(server, data):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        assert server.get("/api/state")[0] == 200


# ---- the server ----


def test_it_ends_in_the_middle_of_everything(serve):
    server = serve()
    pages = [server.open() for _ in range(64)]
    for page in pages[:10]:
        page.send(op="run", code="loop")
    pages[10].send(op="run", code="good 20000")
    family = processes_of(server.process.pid)
    code, errors = server.stop(signal.SIGTERM)
    assert (code, errors) == (0, "")
    assert until_gone(family) == []


def test_a_taken_port_leaves_no_worker(server):
    before = set(workers())
    command = [PROGRAM, "serve", "--port", str(server.port), "--python", str(FAKE_PYTHON)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (3, 1)
    assert set(workers()) <= before


def workers():
    """Zygotes that run, whoever's."""
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"copyscope.zygote" in (entry / "cmdline").read_bytes():
                yield int(entry.name)
        except OSError:
            continue


def test_two_servers_at_once_do_not_meet(serve):
    one, two = serve(), serve()
    pages = [one.open(), two.open()]
    for page, code in zip(pages, ("good 3", "good 5"), strict=True):
        page.send(op="run", code=code)
    streams = [page.trace() for page in pages]
    assert [opening["trace"] for opening, _, _ in streams] == [1, 1]
    assert [opening["code"] for opening, _, _ in streams] == ["good 3", "good 5"]
    one.stop()
    assert pages[1].run("good")[2]["state"] == "done"


def test_after_a_sleep_the_socket_and_the_cookie_still_hold(server):
    page = server.open()
    page.send(op="run", code="sleep")
    opening = page.receive()
    os.kill(server.process.pid, signal.SIGSTOP)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(server.get("/api/state")[0]))
    asking.start()
    page.send(op="stop")
    os.kill(server.process.pid, signal.SIGCONT)
    while isinstance(ending := page.receive(), bytes):
        pass
    asking.join()
    assert (ending["trace"], ending["state"], answers) == (opening["trace"], "killed", [200])


def test_a_wall_clock_that_jumps_by_days_changes_nothing():
    server = Server(before=["/usr/bin/env", f"LD_PRELOAD={CLOCKJUMP}"])
    page = server.open()
    for _ in range(5):
        assert page.run("good")[2]["state"] == "done"
    page.send(op="run", code="sleep")
    page.receive()
    page.receive()
    page.send(op="stop")
    while isinstance(ending := page.receive(), bytes):
        pass
    assert ending["state"] == "killed"
    assert server.get("/api/state")[0] == 200
    assert server.stop() == (0, "")


# ---- disks and files ----


def test_a_disk_of_one_mebibyte_holds_a_valid_prefix_and_the_rest_is_said(program, real_python, tmp_path):
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("only root mounts a disk")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("no mounts of one's own here: inside a chroot, say")
    command = f"""mount -t tmpfs -o size=1m none {tmp_path} || exit 77
        {PROGRAM} trace --python {real_python} -e '[[i] for i in range(60000)]' -o {tmp_path}/full.cst >/dev/null
        echo $?; {PROGRAM} info --json {tmp_path}/full.cst"""
    done = subprocess.run(["unshare", "-m", "sh", "-c", command], capture_output=True, text=True, timeout=120)
    if done.returncode == 77:
        pytest.skip("no disk can be mounted here")
    code, _, told = done.stdout.partition("\n")
    assert code == "3" and "is cut short: No space left on device" in done.stderr
    found = json.loads(told)
    assert not found["file"]["complete"] and 500_000 < found["file"]["readable_bytes"] <= 1 << 20


def test_100_trace_files_that_are_nearly_right_are_shown_or_refused_in_one_line(tmp_path):
    draw, whole = random.Random(5), tracebytes.whole(20)
    shown = 0
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path = tmp_path / "damaged.cst"
        path.write_bytes(data[: draw.randint(0, len(data))])
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--python", "/nonexistent", path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=20)[1]
        assert process.returncode == (0 if line else 3), errors
        assert errors.count("\n") <= 2 and "Sanitizer" not in errors
        shown += bool(line)
    assert 20 < shown < 100


# ---- endurance ----


def test_200_runs_of_which_every_tenth_is_killed_leave_nothing_behind():
    done = subprocess.run(
        [sys.executable, pathlib.Path(__file__).parent / "soak.py", "--runs", "200", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["killed"] == 20 and found["done"] == 180
