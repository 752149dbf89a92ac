"""Runs: frames in order, hostile workers, and the next run works."""

import hashlib
import os

import pytest
import tracebytes
from websocket import TEXT, Refused


def cam_frame(frames):
    assert frames[-1][:4] == b"CAM_"
    assert frames[-1][12:16] == b"\xff" * 4
    return frames[:-1]


def test_a_run_streams_its_frames_in_order(page):
    opening, frames, ending = page.run("good 300", policy="cpython", title="t")
    assert (opening["state"], opening["code"], opening["policy"]) == ("started", "good 300", "cpython")
    assert ending["state"] == "done"
    assert frames[0] == tracebytes.HEADER
    body = b"".join(cam_frame(frames))
    assert body[-80:-76] == b"END_"
    assert body[-32:] == hashlib.sha256(body[:-80]).digest()


def test_two_clients_get_the_same_frames(server):
    one, two = server.open(), server.open()
    opening, frames, ending = one.run("good 200")
    two.send(op="open", trace=opening["trace"])
    assert two.trace() == (opening, frames, ending)
    one.send(op="open", trace=opening["trace"])
    assert one.trace() == (opening, frames, ending)


def test_a_run_is_followed_while_it_goes_on(server):
    one, two = server.open(), server.open()
    one.send(op="run", code="sleep")
    opening = one.receive()
    two.send(op="open", trace=opening["trace"])
    assert two.receive() == opening
    assert two.receive()[16:] == tracebytes.HEADER
    one.send(op="stop")
    while isinstance(ending := two.receive(), bytes):
        pass
    assert (ending["state"], ending["message"]) == ("killed", "the run was stopped on request")


def test_one_that_comes_back_goes_on_where_it_was(server):
    page = server.open()
    opening, frames, ending = page.run("good 200")
    page.close()
    for had in (1, 2, len(frames) - 1, len(frames)):
        again = server.open()
        again.send(op="open", trace=opening["trace"], frame=had)
        rest = []
        while isinstance(message := again.receive(), bytes):
            assert int.from_bytes(message[4:8], "little") == had + len(rest)
            rest.append(message[16:])
        assert (rest, message) == (frames[had:], ending)
        again.close()


def test_one_that_was_away_for_a_part_of_a_run_misses_nothing(server):
    page, witness = server.open(), server.open()
    page.send(op="run", code="sleep")
    opening = page.receive()
    assert page.receive()[16:] == tracebytes.HEADER
    page.close()
    witness.send(op="open", trace=opening["trace"])
    witness.receive()
    again = server.open()
    again.send(op="open", trace=opening["trace"], frame=1)
    again.send(op="stop")
    streams = []
    for client in (again, witness):
        streams.append([])
        while isinstance(message := client.receive(), bytes):
            streams[-1].append(message)
        assert message["state"] == "killed"
    assert streams[0] == streams[1][1:]


def test_a_slow_client_does_not_delay_others(server):
    slow = server.open(receive_buffer=4096)
    slow.send(op="run", code="good 20000")
    opening = slow.receive()
    quick = server.open()
    quick.send(op="open", trace=opening["trace"])
    _, frames, ending = quick.trace()
    assert ending["state"] == "done"
    assert sum(map(len, frames)) > 6_000_000
    assert quick.run("good")[2]["state"] == "done"
    slow.close()


def test_a_client_that_left_does_not_matter(server, page):
    for _ in range(12):
        gone = server.open()
        gone.send(op="run", code="good 50")
        gone.receive()
        gone.close()
    assert page.run("good")[2]["state"] == "done"


@pytest.mark.parametrize("code", ["loop", "sleep"])
def test_an_endless_run_is_ended_and_its_prefix_kept(page, code):
    _, frames, ending = page.run(code)
    assert (ending["state"], ending["message"]) == ("timeout", "the snippet was stopped: it took longer than 10 s")
    made = tracebytes.Trace(title="prefix")
    assert b"".join(cam_frame(frames)) == made.start + made.copies(3)
    assert page.run("good")[2]["state"] == "done"


@pytest.mark.parametrize(
    "code, state, message",
    [
        ("crash", "crashed", "the snippet crashed Python (SIGSEGV)"),
        ("crash SIGABRT", "crashed", "the snippet crashed Python (SIGABRT)"),
        ("crash SIGKILL", "crashed", "Python was killed (SIGKILL)"),
        ("crash SIGXCPU", "timeout", "processor time"),
        ("exit 0", "error", "the snippet ended Python (exit code 0) before the copy was done"),
        ("exit 3", "error", "the snippet ended Python (exit code 3) before the copy was done"),
        ("exit 11", "error", "the recorder failed"),
        ("fail", "error", "SyntaxError: invalid syntax (line 1)"),
        ("garbage", "cut", "malformed at byte"),
        ("not_a_trace", "cut", "malformed at byte 0 (not a copyscope trace)"),
        ("endless_chunk", "cut", "malformed at byte 16"),
        ("kill_zygote", "error", "ended unexpectedly"),
        ("orphan", "done", "600 events"),
    ],
)
def test_a_worker_that_goes_wrong_is_named_and_the_next_run_works(page, code, state, message):
    _, _, ending = page.run(code)
    assert ending["state"] == state, ending
    assert message in ending["message"]
    assert page.run("good")[2]["state"] == "done"


def test_printed_output_is_kept_up_to_a_limit_and_counted(page):
    _, _, ending = page.run("flood 150")
    assert ending["state"] == "done"
    printed = 150 * 8192 * 7
    assert ending["stdout_dropped"] == printed - 65536
    assert ending["stdout"].startswith("\ufffd\x1b[31mx")


def test_more_runs_than_workers_wait_their_turn(server):
    pages = [server.open() for _ in range(8)]
    for page in pages:
        page.send(op="run", code="good 100")
    assert [page.trace()[2]["state"] for page in pages] == ["done"] * 8


def test_too_many_runs_are_refused(serve):
    server = serve()
    pages = [server.open() for _ in range(17)]
    for page in pages[:16]:
        page.send(op="run", code="sleep")
        page.receive()
    pages[16].send(op="run", code="good")
    assert "too many runs" in pages[16].receive()["message"]


@pytest.mark.parametrize(
    "text, message",
    [
        (b"", "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'{"op":"run","code":"good"} x', "not a JSON object"),
        (b'{"op":"run","code":"good\\u0000bad"}', "not a JSON object"),
        (b'{"op":"run"}', "needs its code"),
        (b'{"OP":"run","code":"good"}', "no such command"),
        (b'{"op":"fly"}', "no such command"),
        (b'{"op":"run","code":7}', "needs its code"),
        (b'{"op":"run","code":"good","policy":"fast"}', "no such policy"),
        (b'{"op":"run","code":"good","operation":"shallow"}', "no such operation"),
        (b'{"op":"run","code":"good","operation":"copy","policy":"report-memo"}', "recorded as cpython"),
        (b'{"op":"run","code":"' + b"x" * 65537 + b'"}', "longer than 64 kB"),
        (b'{"op":"open","trace":99}', "no such trace"),
        (b'{"op":"open","trace":1.5}', "no such trace"),
        (b'{"op":"open","trace":-1}', "no such trace"),
        (b"[" * 100000, "not a JSON object"),
    ],
)
def test_a_bad_command_is_answered_and_harmless(page, text, message):
    page.send_frame(TEXT, text)
    answer = page.receive()
    assert answer["op"] == "error"
    assert message in answer["message"]
    assert page.run("good")[2]["state"] == "done"


def test_an_escaped_backslash_is_no_nul(page):
    page.send_frame(TEXT, b'{"op":"run","code":"good 1 \\\\u0000"}')
    assert page.trace()[2]["state"] == "done"


def test_a_message_may_come_in_fragments(page):
    page.send_frame(TEXT, b'{"op":"run",', fin=False)
    page.send_frame(0, b'"code":', fin=False)
    page.send_frame(0, b'"good"}')
    assert page.trace()[2]["state"] == "done"


def test_runs_leave_no_descriptor_behind(server, page):
    def descriptors():
        return len(os.listdir(f"/proc/{server.process.pid}/fd"))

    for _ in range(5):
        page.run("good")
    before = descriptors()
    for code in ["good", "crash", "exit 3"] * 5:
        page.run(code)
    assert descriptors() <= before + 15  # a finished trace keeps its stop bell


def test_a_class_of_64_follows_one_run(serve):
    server = serve()
    pages = [server.open() for _ in range(64)]
    pages[0].send(op="run", code="good 500")
    opening = pages[0].receive()
    for page in pages[1:]:
        page.send(op="open", trace=opening["trace"])
    streams = [page.trace()[1:] for page in pages[1:]]
    assert all(stream == streams[0] for stream in streams)
    with pytest.raises(Refused, match="503"):
        server.open()
    assert server.get("/api/state")[0] == 200
