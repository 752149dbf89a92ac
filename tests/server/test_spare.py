"""The worker that waits for its run: boxed in before, used once, done without when it is gone."""

import errno
import json
import os
import pathlib
import signal
import socket
import time

import pytest
from conftest import Server
from test_serve import children_of, until_gone

OWN_PID = "import os; print(os.getpid()); [[1]]"


@pytest.fixture
def served(real_python):
    server = Server(python=real_python)
    yield server
    assert server.stop()[0] == 0


def spare_of(server):
    """The process that waits, once it has gone to sleep."""
    (zygote,) = children_of(server.process.pid)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        waiting = [pid for pid in children_of(zygote) if status_of(pid).get("State", "").startswith("S")]
        if len(waiting) == 1 and len(children_of(zygote)) == 1:
            return waiting[0]
        time.sleep(0.01)
    raise AssertionError(f"no worker waits: {children_of(zygote)}")


def status_of(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_no_worker_waits_before_the_first_run(served):
    (zygote,) = children_of(served.process.pid)
    assert children_of(zygote) == []


def test_a_run_is_the_spares_and_each_has_one(served):
    page = served.open()
    page.run("[]")
    seen = []
    for _ in range(5):
        spare = spare_of(served)
        ending = page.run(OWN_PID)[2]
        assert (ending["state"], int(ending["stdout"])) == ("done", spare)
        seen.append(spare)
    assert len(set(seen)) == 5


def test_the_spare_stands_in_the_box_and_holds_nothing_but_its_line(served):
    box = json.loads(served.get("/api/state")[2])["box"]
    served.open().run("[]")
    spare = spare_of(served)
    status = status_of(spare)
    assert status["NoNewPrivs"] == "1" and set(status["CapEff"]) == {"0"}
    if box["seccomp"]:
        assert status["Seccomp"] == "2"
    assert os.getsid(spare) == spare
    limits = pathlib.Path(f"/proc/{spare}/limits").read_text()
    assert "Max open files            64 " in limits
    opened = {fd.name: os.readlink(fd) for fd in pathlib.Path(f"/proc/{spare}/fd").iterdir()}
    assert opened.pop("0") == "/dev/null"
    assert {"1", "2"} < set(opened)
    others = [target for fd, target in opened.items() if fd not in ("1", "2")]
    assert len(others) == 1 and others[0].startswith("socket:"), opened


def test_what_a_run_leaves_behind_the_next_does_not_find(served):
    page = served.open()
    page.run("[]")
    for _ in range(3):
        spare_of(served)
        code = "import builtins, sys; print(hasattr(builtins, 'left'), 'mine' in dir(sys.modules['__main__'])); "
        ending = page.run(code + "builtins.left = mine = 1; [[1]]")[2]
        assert ending["stdout"] == "False False\n"


def test_a_spare_that_was_killed_is_not_missed(served):
    page = served.open()
    page.run("[]")
    for _ in range(3):
        spare = spare_of(served)
        os.kill(spare, signal.SIGKILL)
        assert until_gone([spare]) == []
        ending = page.run(OWN_PID)[2]
        assert ending["state"] == "done" and int(ending["stdout"]) != spare


def test_a_stopped_spare_ends_with_the_server(served):
    served.open().run("[]")
    spare = spare_of(served)
    os.kill(spare, signal.SIGSTOP)
    assert served.stop()[0] == 0
    assert until_gone([spare]) == []


def test_where_no_spare_can_be_made_the_zygote_goes_on(monkeypatch):
    zygote = pytest.importorskip("copyscope.zygote")

    def fork():
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    handler = signal.getsignal(signal.SIGCHLD)
    server, own = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with server, own:
        one = zygote.Zygote(own, object())
        try:
            one.limits = {"cpu": 1}
            monkeypatch.setattr(os, "fork", fork)
            assert one.serve_once() and (one.spare, one.limits) == (None, None)
        finally:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, handler)


def test_the_longest_snippet_fits_through_the_spares_line(served):
    page = served.open()
    page.run("[]")
    spare_of(served)
    text = "é\n\x01" * 7000
    ending = page.run(f"x = [[1]]\nprint(len({text!r}))\nx")[2]
    assert (ending["state"], ending["stdout"]) == ("done", "21000\n"), ending


def test_runs_at_once_are_all_served(served):
    pages = [served.open() for _ in range(8)]
    pages[0].run("[]")
    spare_of(served)
    for page in pages:
        page.send(op="run", code=OWN_PID)
    endings = [page.trace()[2] for page in pages]
    assert {ending["state"] for ending in endings} == {"done"}
    assert len({ending["stdout"] for ending in endings}) == 8
    spare_of(served)  # one waits again, and no more than one
