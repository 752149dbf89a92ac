"""`copyscope.record` from code, and how traces show themselves in a notebook."""

import copy
import html.parser
import re
import struct
import subprocess
import sys
import threading

import pytest

import copyscope
from copyscope import jupyter
from copyscope.program import AlreadyRecordingError

CALLER, TOOK = 38, 61


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.cst"


def test_copies_within_are_recorded_and_those_outside_are_not(path):
    copy.deepcopy([0])
    code = copy.deepcopy.__code__
    with copyscope.record(path) as r:
        first = copy.deepcopy([1, [2]])
        copy.deepcopy({3})
    copy.deepcopy([4])
    assert copy.deepcopy.__code__ is code
    assert first == [1, [2]]
    assert r.calls["recorded"] == 2
    trace = copyscope.load(path)
    assert trace.complete
    assert trace.meta["calls"] == r.calls
    assert [e.event for e in r.trace.events] == [e.event for e in trace.events]


def test_the_events_are_those_of_a_trace_of_the_same_copy(path):
    x = {"a": [1, (2, [3])], "b": {4: "four"}}
    with copyscope.record(path):
        copy.deepcopy(x)

    def steps(trace):
        return [(e.event, e.role, e.outcome, e.site) for e in trace.events]

    assert steps(copyscope.load(path)) == steps(copyscope.trace(x))


def test_each_call_has_its_caller_before_and_its_time_behind(path):
    with copyscope.record(path):
        for x in ([1, [2]], (1, 2), "atom", {}):
            copy.deepcopy(x)
    records = copyscope._core.read(path.read_bytes())["records"]
    kinds = [kind for kind in records[::16] if kind in (CALLER, TOOK)]
    assert kinds == [CALLER, TOOK] * 4
    times = [struct.unpack_from("<xxxxQ", records, at)[0] for at in range(0, len(records), 16) if records[at] == TOOK]
    assert all(0 <= ns < 60e9 for ns in times)


def test_a_second_recording_inside_is_refused_and_the_first_goes_on(path, tmp_path):
    other = tmp_path / "other.cst"
    with copyscope.record(path) as r:
        copy.deepcopy([1])
        with (
            pytest.raises(AlreadyRecordingError, match=f"into {re.escape(str(path))} already"),
            copyscope.record(other),
        ):
            pass
        copy.deepcopy([2])
    assert r.calls["recorded"] == 2
    assert not other.exists()
    assert copyscope.load(path).complete


def test_a_trace_inside_is_a_trace_of_its_own(path):
    with copyscope.record(path) as r:
        inner = copyscope.trace([1])
        copy.deepcopy([2])
    assert inner.complete
    assert r.calls["recorded"] == 1


def test_what_leaves_the_block_leaves_it_and_the_file_is_whole(path):
    with pytest.raises(KeyError), copyscope.record(path):
        copy.deepcopy([1])
        raise KeyError
    assert copyscope.load(path).complete
    with pytest.raises(TypeError, match="generator"), copyscope.record(path):
        copy.deepcopy([i for i in range(3)] + [(i for i in ())])
    assert [e.event for e in copyscope.load(path).events].count("raise") == 2


def test_as_a_decorator_it_records_each_call_anew(path):
    @copyscope.record(path)
    def work(n):
        return [copy.deepcopy([i]) for i in range(n)]

    assert work(3) == [[0], [1], [2]]
    assert copyscope.load(path).meta["calls"]["recorded"] == 3
    work(1)
    assert copyscope.load(path).meta["calls"]["recorded"] == 1


def test_what_runs_after_it_has_returned_cannot_be_decorated(path):
    async def later():
        pass

    def items():
        yield

    for function in (later, items):
        with pytest.raises(TypeError, match="put `with record"):
            copyscope.record(path)(function)


def test_bad_arguments_are_told_before_anything_begins(path, tmp_path):
    for bad, kind in (
        (lambda: copyscope.record(tmp_path / "no" / "out.cst"), OSError),
        (lambda: copyscope.record(tmp_path), OSError),
        (lambda: copyscope.record(path, policy="fly"), ValueError),
        (lambda: copyscope.record("/dev/full"), OSError),
    ):
        with pytest.raises(kind), bad():
            pass
        with copyscope.record(path):  # nothing is left in the way
            pass


def test_threads_that_take_turns_are_all_recorded(path):
    turns = [threading.Semaphore(0) for _ in range(4)]

    def work(n):
        turns[n].acquire()
        copy.deepcopy([n])
        if n + 1 < len(turns):
            turns[n + 1].release()

    with copyscope.record(path) as r:
        threads = [threading.Thread(target=work, args=(n,)) for n in range(len(turns))]
        for t in threads:
            t.start()
        turns[0].release()
        for t in threads:
            t.join()
    assert r.calls["recorded"] == len(turns)
    assert r.calls["on_other_threads"] == 0


def test_many_threads_at_once_lose_nothing_uncounted(path):
    n, rounds = 8, 200

    def work():
        for i in range(rounds):
            assert copy.deepcopy([[i], {i: [i]}]) == [[i], {i: [i]}]

    with copyscope.record(path) as r:
        threads = [threading.Thread(target=work) for _ in range(n)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert r.calls["recorded"] + r.calls["on_other_threads"] == n * rounds
    assert r.trace.complete


# ---- notebooks ----


class Page(html.parser.HTMLParser):
    """Tags, attributes and text of what a notebook would show."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open = set(), "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_trace_shows_counts_verdict_and_its_first_events():
    trace = copyscope.trace([[1, 2]] * 3, verify=True)
    page = Page(trace._repr_html_())
    assert not page.open
    assert page.tags <= {"div", "b", "br", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert f"{len(trace.events):,} events" in page.text
    assert jupyter.verdict_text(trace.verdict) in page.text
    assert "equal to" in page.text
    assert f"and {len(trace.events) - jupyter.ROWS_SHOWN} more" in page.text
    assert all(f"{name} {n:,}" in page.text for name, n in trace.families.items())
    assert sum(trace.families.values()) == len(trace.events)


def test_what_comes_from_a_trace_is_text_only():
    evil = type("<script>alert(1)</script>", (), {})
    x = ["<img src=x onerror=alert(1)>", evil(), "&amp;", "'\""]
    trace = copyscope.trace(x, names={id(x): "<b>x</b>"})
    page = Page(trace._repr_html_())
    assert "<b>x</b>" in page.text
    assert "script" not in page.tags
    trace = copyscope.Trace(trace.data[: len(trace.data) // 2])
    assert "not whole" in Page(trace._repr_html_()).text
    for bad in ({"state": "<i>"}, ["x"], "x", {"state": "equal", "equal": "<u>", "total": None, "against": {}}):
        assert "<u>" not in Page(f"<div>{jupyter.html.escape(jupyter.verdict_text(bad))}</div>").tags


@pytest.fixture
def ipython(tmp_path, monkeypatch):
    pytest.importorskip("IPython")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "copyscope")
    return shell


def test_the_cell_magic_records_the_cell_and_shows_it(ipython, path, capsys):
    done = ipython.run_cell(f"%%copyscope {path}\nimport copy\na = copy.deepcopy([1, {{2: 3}}])\nb = copy.deepcopy(a)")
    assert done.success
    assert ipython.user_ns["b"] == [1, {2: 3}]
    assert copyscope.load(path).meta["calls"]["recorded"] == 2
    assert "<2 calls of deepcopy" in capsys.readouterr().out
    shown = jupyter.Shown(str(path), 2, copyscope.load(path))
    assert f"copyscope serve {path}" in Page(shown._repr_html_()).text


def test_the_cell_magic_survives_a_cell_that_fails_and_a_file_that_cannot_be(ipython, path, capsys):
    ipython.run_cell(f"%%copyscope {path}\nimport copy\ncopy.deepcopy([1])\n1 / 0")
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert copyscope.load(path).complete
    ipython.run_cell("%%copyscope /no/such/folder/x.cst\n1")
    assert "%%copyscope: " in capsys.readouterr().out


def test_without_ipython_nothing_is_registered(tmp_path):
    code = "import sys, copyscope; assert 'IPython' not in sys.modules; print(copyscope.trace([1])._repr_html_()[:4])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("<div\n", "")


def test_metadata_that_is_no_json_object_is_left_out():
    session = copyscope._core.Session()
    for text in ("[1]", "nonsense", '{"title": "t"}', "1", "[" * 100_000):
        session.chunk("META", text)
    assert copyscope.Trace(session.end()).meta == {"title": "t"}
