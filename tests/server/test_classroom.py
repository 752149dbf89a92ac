"""A class: one presenter, many followers, and what those may not do."""

import json
import re
import subprocess

import pytest
from classroom import Class, lead, news, run, said, steps
from conftest import PROGRAM, ROOT, start_servers
from websocket import Refused, WebSocket


@pytest.fixture
def room():
    """A class on this machine, its presenter with a run of ten objects."""
    for start in start_servers(Class):
        server = start("--class")
        server.presenter, _ = server.present()
        server.trace = run(server.presenter, "good 10")
        yield server


def test_followers_are_told_where_the_presenter_is(room):
    one, first = room.follow()
    assert (first["trace"], first["event"], first["view"], first["question"]) == (0, 0, {}, None)
    view = {"preset": "explore", "full": "memo", "größe": [1, 2, "x"]}
    number = lead(room, 5, view=view)
    told = news(one, lambda message: message["trace"])
    assert (told["seq"], told["trace"], told["event"], told["view"]) == (number, room.trace, 5, view)
    late, first = room.follow()
    assert (first["trace"], first["event"], first["view"]) == (room.trace, 5, view)
    late.send(op="open", trace=room.trace)
    assert said(late, "run")["trace"] == room.trace


def test_followers_may_open_what_is_compared_with_the_trace_and_nothing_else(room):
    other, third = run(room.presenter, "good 4"), run(room.presenter, "good 5")
    one, _ = room.follow()
    lead(room, 3, other=other)
    assert news(one, lambda message: message["trace"])["other"] == other
    one.send(op="open", trace=other)
    assert said(one, "run")["trace"] == other
    one.send(op="open", trace=third)
    assert "no such trace" in said(one, "error")["message"]
    for wrong in (99, 0, -1, "1", 1.5, None):
        lead(room, 4, other=wrong)
        assert room.follow()[1]["other"] == 0


def test_a_reload_finds_the_class_where_it_is(room):
    lead(room, 7)
    one, first = room.follow()
    one.close()
    again, second = room.follow()
    assert second == first
    room.presenter.close()
    room.presenter, present = room.present()
    assert (present["trace"], present["event"]) == (room.trace, 7)
    assert not [key for key in first if key not in present]


def test_the_presenter_knows_how_many_follow(room):
    followers = [room.follow()[0] for _ in range(3)]
    news(room.presenter, lambda message: message["followers"] == 3)
    followers.pop().close()
    news(room.presenter, lambda message: message["followers"] == 2)


def test_each_page_of_the_presenter_hears_of_the_others(room):
    beside, _ = room.present()
    beside.send(op="lead", trace=room.trace, event=3)
    number = said(beside, "led")["seq"]
    assert news(room.presenter, lambda message: message["event"] == 3)["seq"] == number


@pytest.mark.parametrize(
    "command",
    [
        {"op": "run", "code": "good 1"},
        {"op": "stop"},
        {"op": "lead", "trace": 1, "event": 0},
    ],
)
def test_a_follower_cannot_run_stop_or_lead(room, command):
    one, _ = room.follow()
    one.send(**command)
    assert said(one, "error")["message"] == "in a class, only the presenter does that"
    assert len(json.loads(room.get("/api/state")[2])["traces"]) == 1


def test_a_follower_sees_no_trace_that_the_class_was_not_shown(room):
    one, _ = room.follow()
    paths = [f"/trace/{room.trace}.cst", f"/api/pins/{room.trace}/0/cam/64/1"]
    for _ in range(2):
        one.send(op="open", trace=room.trace)
        assert said(one, "error")["message"] == "there is no such trace (any more)"
        assert [room.at("localhost", path, room.code)[0] for path in paths] == [404, 404]
    assert json.loads(room.at("localhost", "/api/state", room.code)[2])["traces"] == []
    lead(room, 0)
    one.send(op="open", trace=room.trace)
    assert said(one, "run")["trace"] == room.trace
    assert room.at("localhost", paths[0], room.code)[0] == 200
    secret = run(room.presenter, "good 3")
    one.send(op="open", trace=secret)
    assert "no such trace" in said(one, "error")["message"]


def test_a_trace_that_the_class_is_shown_outlives_the_list_of_runs(room):
    lead(room, 1)
    for _ in range(40):
        run(room.presenter, "good 1")
    room.presenter.send(op="open", trace=room.trace)
    assert "no such trace" in said(room.presenter, "error")["message"]
    one, _ = room.follow()
    one.send(op="open", trace=room.trace)
    assert said(one, "run")["trace"] == room.trace


def test_only_the_presenter_reads_the_class_link_and_the_teacher_s_notes(room):
    told = json.loads(room.get("/api/class")[2])
    assert (told["link"], told["lan"]) == (room.link, False)
    assert len({len(row) for row in told["qr"]} | {len(told["qr"])}) == 1
    teacher = "/api/teacher/03-shared-references"
    assert room.get(teacher)[2] == (ROOT / "lessons/03-shared-references/teacher.md").read_bytes()
    for path in ("/api/class", teacher):
        assert room.at("localhost", path, room.code)[0] == 404
    for path in ("/api/teacher/", "/api/teacher/..", "/api/teacher/none", "/api/teacher/03-shared-references/"):
        assert room.get(path)[0] == 404


@pytest.mark.parametrize(
    "word",
    [
        {},
        {"event": -1},
        {"event": 1.5},
        {"event": "1"},
        {"event": 2**31},
        {"event": 1e300},
        {"event": 1, "view": []},
        {"event": 1, "view": {"x": "y" * 5000}},
        {"event": 1, "question": {"event": 2, "options": 1, "phase": "open"}},
        {"event": 1, "question": {"event": 2, "options": 9, "phase": "open"}},
        {"event": 1, "question": {"event": 2, "options": 2, "phase": "ajar"}},
        {"event": 1, "question": {"event": -2, "options": 2, "phase": "open"}},
        {"event": 1, "question": "yes"},
        {"event": 1, "trace": 99},
        {"event": 1, "trace": "1"},
    ],
)
def test_a_word_of_the_presenter_s_that_is_wrong_changes_nothing(room, word):
    lead(room, 4)
    room.presenter.send(op="lead", **{"trace": room.trace, **word})
    assert said(room.presenter, "error")["message"]
    one, told = room.follow()
    assert (told["event"], told["view"], told["question"]) == (4, {}, None)
    one.close()


# ---- answers ----


def ask(room, phase="open", event=6, options=3):
    lead(room, event - 1, question={"event": event, "options": options, "phase": phase})


def answer(socket, told, choice, voter):
    socket.send(op="answer", question=told["question"]["serial"], choice=choice, voter=f"{voter:032x}")
    while isinstance(message := socket.receive(), dict):
        if message["op"] in ("answered", "error"):
            return message.get("message")
    return None


def test_answers_become_a_histogram_that_only_the_presenter_sees_before_it_is_shown(room):
    followers = [room.follow()[0] for _ in range(5)]
    ask(room)
    for i, one in enumerate(followers):
        told = news(one, lambda message: message["question"])
        assert "counts" not in told["question"]
        assert answer(one, told, [0, 2, 2, 2, 1][i], i) is None
    news(room.presenter, lambda message: message["question"] and message["question"]["counts"] == [1, 1, 3])
    ask(room, "closed")
    for one in followers:
        assert news(one, lambda m: m["question"]["phase"] == "closed")["question"]["counts"] == [1, 1, 3]
    ask(room, "revealed")
    late, told = room.follow()
    assert told["question"]["counts"] == [1, 1, 3]
    assert answer(late, told, 0, 99) == "this question is over"


def test_one_voter_counts_once_and_may_change_its_mind(room):
    one, _ = room.follow()
    ask(room)
    told = news(one, lambda message: message["question"])
    for choice in (0, 1, 1, 2):
        assert answer(one, told, choice, 7) is None
    one.close()
    again, told = room.follow()
    assert answer(again, told, 1, 7) is None
    ask(room, "closed")
    assert news(again, lambda m: m["question"]["phase"] == "closed")["question"]["counts"] == [0, 1, 0]


def test_another_question_begins_without_answers(room):
    one, _ = room.follow()
    ask(room)
    told = news(one, lambda message: message["question"])
    answer(one, told, 0, 1)
    lead(room, 6)
    ask(room, event=9, options=2)
    other = news(one, lambda message: message["question"] and message["question"]["event"] == 9)
    assert other["question"]["serial"] != told["question"]["serial"]
    assert answer(one, told, 0, 1) == "this question is over"
    assert answer(one, other, 2, 1) == "there is no such answer"
    ask(room, "closed", event=9, options=2)
    assert news(one, lambda m: m["question"]["phase"] == "closed")["question"]["counts"] == [0, 0]


def test_what_was_not_asked_is_neither_closed_nor_revealed(room):
    for phase in ("closed", "revealed"):
        ask(room, phase, event=3)
        assert room.follow()[1]["question"] is None


@pytest.mark.parametrize(
    "wrong", [{"choice": -1}, {"choice": 1.5}, {"choice": "1"}, {"voter": "x" * 32}, {"voter": "0" * 31}, {"voter": 1}]
)
def test_a_wrong_answer_is_refused(room, wrong):
    one, _ = room.follow()
    ask(room)
    told = news(one, lambda message: message["question"])
    one.send(**{"op": "answer", "question": told["question"]["serial"], "choice": 0, "voter": "0" * 32, **wrong})
    assert said(one, "error")["message"]
    ask(room, "closed")
    assert news(one, lambda m: m["question"]["phase"] == "closed")["question"]["counts"] == [0, 0, 0]


def test_nobody_counts_more_voters_than_there_is_room_for(room):
    one, _ = room.follow()
    ask(room, options=2)
    told = news(one, lambda message: message["question"])
    refusals = [answer(one, told, 1, voter) for voter in range(300)]
    assert refusals[:256] == [None] * 256
    assert set(refusals[256:]) == {"there are too many answers already"}


# ---- many ----


def test_sixty_four_follow_and_the_next_is_refused_but_not_the_presenter(room):
    followers = [room.follow()[0] for _ in range(64)]
    one_more = room.socket(room.code)
    assert (one_more.receive(), one_more.close_status) == (None, 1013)
    beside, _ = room.present()
    delays = sorted(steps(room, followers, 20))
    print(f"64 followers: median {1000 * delays[len(delays) // 2]:.1f} ms, longest {1000 * delays[-1]:.1f} ms")
    assert 64 <= len(delays) <= 64 * 20
    beside.close()


def test_a_follower_that_does_not_read_holds_up_nobody(room):
    room.trace = run(room.presenter, "good 20000")
    lead(room, 0)
    deaf = WebSocket(
        room.port,
        "/ws",
        {"Host": f"localhost:{room.port}", "Origin": f"http://localhost:{room.port}", **room.cookie(room.code)}.items(),
        receive_buffer=4096,
    )
    deaf.send(op="open", trace=room.trace)
    one, _ = room.follow()
    for event in range(1, 200):
        number = lead(room, event)
        assert news(one, lambda message, event=event: message["event"] == event)["seq"] == number


# ---- doors ----


def test_without_a_class_there_is_none(server):
    page = server.open()
    for command in ({"op": "lead", "trace": 1, "event": 0}, {"op": "answer", "question": 1, "choice": 0}):
        page.send(**command)
        assert "there is no class" in page.receive()["message"]
    assert server.get("/api/class")[0] == 404
    assert "class" not in json.loads(server.get("/api/state")[2])


def test_the_class_code_is_another_than_the_token_and_admits_as_follower(room):
    assert room.code not in room.token
    for token, role in ((room.token, "presenter"), (room.code, "follower")):
        assert json.loads(room.at("localhost", "/api/state", token)[2])["class"] == role
    for guess in (room.code[:-1], room.code + "2", room.code.upper(), "2" * 12, ""):
        assert room.at("localhost", "/api/state", guess)[0] == 403
    for token, name in ((room.token, "127.0.0.1"), (room.code, "localhost")):
        pair = room.enter(token, name)[1].split(";")[0]
        assert pair.endswith(token)
        assert room.at(name, "/api/state", Cookie=pair)[0] == 200


def own_address():
    """This machine's address on a network, or none."""
    shown = subprocess.run(
        ["ip", "-4", "-o", "address", "show", "up", "scope", "global"], capture_output=True, text=True
    )
    found = re.search(r"inet ([0-9.]+)/", shown.stdout)
    if not found:
        pytest.skip("this machine is on no network")
    return found[1]


@pytest.fixture
def lan():
    own_address()
    for start in start_servers(Class):
        yield start("--lan")


def test_lan_admits_followers_by_an_address_of_this_machine(lan):
    assert lan.host == own_address()
    assert json.loads(lan.at(lan.host, "/api/state", lan.code)[2])["class"] == "follower"
    assert json.loads(lan.at("127.0.0.1", "/api/state", lan.token)[2])["class"] == "presenter"
    follower = WebSocketAt(lan.host, lan.port, **lan.cookie(lan.code))
    assert news(follower)["trace"] == 0


def WebSocketAt(host, port, **headers):
    """A WebSocket to another address of this machine than the loopback's."""
    told = {"Host": f"{host}:{port}", "Origin": f"http://{host}:{port}", **headers}
    return WebSocket(port, "/ws", list(told.items()), host=host)


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1", "localhost", "0.0.0.0", "198.51.100.1", "[::1]", ""])
def test_from_the_network_any_other_host_is_refused(lan, name):
    assert lan.at(lan.host, "/api/state", lan.code, Host=f"{name}:{lan.port}")[0] in (400, 403)
    assert lan.at(lan.host, "/", lan.code, Host=name)[0] in (400, 403)


def test_from_the_network_the_presenter_s_token_opens_nothing(lan):
    for path in ("/", "/api/state", "/api/class", "/trace/1.cst"):
        assert lan.at(lan.host, path, lan.token)[0] == 403
    assert lan.enter(lan.token, lan.host) == (403, None)
    assert lan.enter(lan.code, lan.host)[0] == 204
    cookie = lan.enter(lan.token)[1].split(";")[0]
    assert lan.at(lan.host, "/api/state", Cookie=cookie)[0] == 403
    with pytest.raises(Refused, match="403"):
        WebSocketAt(lan.host, lan.port, **lan.cookie())


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://evil.example", "null"]
)
def test_from_the_network_another_origin_is_refused(lan, origin):
    origin = origin.format(port=lan.port)
    assert lan.at(lan.host, "/api/state", lan.code, Origin=origin)[0] == 403
    with pytest.raises(Refused, match="403"):
        WebSocketAt(lan.host, lan.port, Origin=origin, **lan.cookie(lan.code))


def test_without_lan_nothing_listens_on_the_network(room):
    with pytest.raises(OSError):
        room.at(own_address(), "/api/state", room.code)


def printed_code(stream):
    """The modules of a QR code as it is printed, without the white around it."""
    rows, height = [], None
    while height is None or len(rows) < height:
        line = stream.readline().removeprefix("\x1b[30;107m").removesuffix("\x1b[0m\n")
        height = height or 2 * ((len(line) + 1) // 2)
        rows += ["".join("1" if c in "▀█" else "0" for c in line), "".join("1" if c in "▄█" else "0" for c in line)]
    quiet = 4
    assert not any("1" in row for row in rows[:quiet] + rows[len(rows[0]) - quiet :])
    assert not any("1" in row[:quiet] + row[-quiet:] for row in rows)
    return [row[quiet:-quiet] for row in rows[quiet : len(rows[0]) - quiet]]


def test_lan_warns_and_prints_the_code_that_the_page_shows(lan):
    assert printed_code(lan.process.stdout) == json.loads(lan.get("/api/class")[2])["qr"]
    code, errors = lan.stop()
    assert code == 0
    assert "warning: whoever has the class's address" in errors


def test_the_code_is_in_no_line_of_the_log(room):
    room.at("localhost", "/api/state", room.code)
    room.at("localhost", "/api/state", "2" * 12)
    code, errors = room.stop()
    assert (code, errors) == (0, "")


def test_help_names_the_class(program):
    shown = program("serve", "--help").stdout
    assert "--class" in shown and "--lan" in shown
    assert PROGRAM.exists()
