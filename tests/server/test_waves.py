"""`copyscope waves`: the signals of a simulated memory that answers a trace's memo operations."""

import json
import re
import shutil
import subprocess

import pytest

SNIPPET = "a = [1]; [a, a, (a,), {'k': a}]"
ENGINES = ("cam", "hash", "probe")


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    from conftest import PROGRAM, REAL_PYTHON

    path = tmp_path_factory.mktemp("waves") / "t.cst"
    subprocess.run(
        [PROGRAM, "trace", "--python", REAL_PYTHON, "-e", SNIPPET, "-o", path], check=True, stdout=subprocess.DEVNULL
    )
    return path


def read_vcd(text):
    """{"scope.name": [value of each cycle]}, by the format's own rules."""
    head, body = text.split("$enddefinitions $end\n")
    names, scopes = {}, []
    for word in re.findall(r"\$(scope module \S+|upscope|var wire \d+ \S+ \S+) \$end", head):
        parts = word.split()
        if parts[0] == "scope":
            scopes.append(parts[2])
        elif parts[0] == "upscope":
            scopes.pop()
        else:
            names[parts[3]] = ".".join([*scopes[1:], parts[4]])
    now, cycles = {}, []
    for line in body.splitlines():
        if line.startswith("#"):
            time = int(line[1:])
            if time % 2:
                cycles.append(dict(now))
        elif line.startswith("b"):
            value, code = line[1:].split()
            now[names[code]] = int(value, 2)
        elif not line.startswith("$"):
            now[names[line[1:]]] = int(line[0])
    return {name: [cycle[name] for cycle in cycles] for name in names.values() if name != "clock"}


def told(answer):
    agreed, lookups = map(int, re.search(r"the dict's in (\d+) of (\d+) lookups", answer.stderr).groups())
    return agreed, lookups


@pytest.mark.parametrize("engine", ENGINES)
def test_the_waves_show_each_operation_and_its_answer(program, trace, engine):
    answer = program("waves", trace, "--engine", engine)
    assert answer.returncode == 0, answer.stderr
    memo = json.loads(program("info", trace, "--json").stdout)["memo"]
    assert told(answer) == (memo["lookups"], memo["lookups"])
    waves = read_vcd(answer.stdout)
    cycles = range(len(waves["request.valid"]))
    taken = [waves["request.op"][c] for c in cycles if waves["request.valid"][c] and waves["request.ready"][c]]
    shown = [c for c in cycles if waves["response.valid"][c] and waves["response.ready"][c]]
    stores = int(re.search(r"operations 1 to (\d+)", answer.stderr)[1]) - memo["lookups"]
    assert len(taken) == len(shown) and (taken.count(1), taken.count(2)) == (memo["lookups"], stores)
    assert sum(waves["response.hit"][c] for c in shown if taken[shown.index(c)] == 1) == memo["hits"]
    if engine == "cam":
        for c in shown:
            lines = waves["stage2.match"][c]
            assert lines == (1 << waves["response.entry"][c] if waves["response.hit"][c] else 0)


def test_the_table_visits_as_many_slots_as_the_dict(program, trace):
    answer = program("waves", trace, "--engine", "probe")
    equal, walks = map(int, re.search(r"its size: (\d+) of (\d+) lookups", answer.stderr).groups())
    assert 0 < equal == walks <= told(answer)[1]


def test_a_way_takes_its_cycles(program, trace):
    waves = [read_vcd(program("waves", trace, "--latency", str(n)).stdout) for n in (0, 5)]
    operations = sum(waves[0]["response.valid"])
    lengths = [len(w["request.valid"]) for w in waves]
    assert lengths[1] - lengths[0] == 5 * operations


@pytest.mark.parametrize("engine", ENGINES)
def test_fst_says_what_vcd_says(program, trace, tmp_path, engine):
    if not shutil.which("fst2vcd"):
        pytest.skip("fst2vcd is not installed")
    vcd = read_vcd(program("waves", trace, "--engine", engine).stdout)
    assert program("waves", trace, "--engine", engine, "--to", "fst", "-o", tmp_path / "t.fst").returncode == 0
    text = subprocess.run(["fst2vcd", tmp_path / "t.fst"], check=True, capture_output=True, text=True).stdout
    assert read_vcd(re.sub(r" \[\d+:0\] \$end", " $end", text)) == vcd


def test_wavedrom_has_a_letter_for_each_cycle_and_a_datum_for_each_value(program, trace):
    answer = program("waves", trace, "--events", "1..12", "--to", "wavedrom")
    drawn = json.loads(answer.stdout)
    clock, *groups = drawn["signal"]
    lanes = [lane for group in groups for lane in group[1:]]
    assert {len(lane["wave"]) for lane in [clock, *lanes]} == {len(clock["wave"])}
    assert all(lane["wave"].count("=") == len(lane["data"]) for lane in lanes)
    assert "simulated" in drawn["head"]["text"]
    assert lanes[2]["name"] == "op" and lanes[2]["data"][0] == "LOOKUP"


def test_a_range_shows_its_own_events_only(program, trace):
    whole = read_vcd(program("waves", trace).stdout)["request.key"]
    part = read_vcd(program("waves", trace, "--events", "10..20").stdout)["request.key"]
    assert 0 < len(part) < len(whole) and set(part) < set(whole)


@pytest.mark.parametrize(
    "options, code, words",
    [
        ([], 2, "one trace"),
        (["t.cst", "--engine", "CAM"], 2, "--engine: cam, hash or probe"),
        (["t.cst", "--depth", "0"], 2, "--depth: 1 to 65536"),
        (["t.cst", "--depth", "4097"], 2, "at most 4096"),
        (["t.cst", "--latency", "4096"], 2, "--latency: 0 to 4095"),
        (["t.cst", "--events", "5..4"], 2, "--events: A..B"),
        (["t.cst", "--events", "-1"], 2, "--events: A..B"),
        (["t.cst", "--to", "pdf"], 2, "--to: vcd, fst or wavedrom"),
        (["t.cst", "--to", "fst"], 2, "into which file"),
        (["none.cst"], 3, "none.cst"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(program, options, code, words):
    answer = program("waves", *options)
    assert answer.returncode == code and words in answer.stderr and len(answer.stderr.splitlines()) == 1


def test_a_slide_shows_the_first_cycles_and_how_many_there_are(program, tmp_path):
    path = tmp_path / "long.cst"
    assert program("trace", "-e", "[[i] for i in range(40)]", "-o", path).returncode == 0
    answer = program("waves", path, "--to", "wavedrom")
    assert answer.returncode == 0
    shown, cycles = map(int, re.search(r"the first (\d+) of (\d+) cycles", answer.stderr).groups())
    whole = read_vcd(program("waves", path).stdout)["request.valid"]
    assert (shown, cycles) == (64, len(whole))
    assert len(json.loads(answer.stdout)["signal"][0]["wave"]) == 64


def signals_of(path):
    if path.suffix != ".fst":
        return path.read_text()
    told = subprocess.run(["fst2vcd", path], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\$date.*?\$end", "", told, flags=re.DOTALL)


def test_an_export_has_the_same_signals(program, trace, tmp_path):
    for form in ("vcd", "wavedrom", *(["fst"] if shutil.which("fst2vcd") else [])):
        ours, theirs = tmp_path / f"ours.{form}", tmp_path / f"theirs.{form}"
        assert program("waves", trace, "--events", "3..20", "--to", form, "-o", ours).returncode == 0
        assert program("export", trace, "--events", "3..20", "--to", form, "-o", theirs).returncode == 0
        assert signals_of(ours) == signals_of(theirs)


def test_an_export_says_that_no_event_asks_the_memo(program, trace, tmp_path):
    out = tmp_path / "none.vcd"
    answer = program("export", trace, "--to", "vcd", "--events", "1..1", "-o", out)
    assert answer.returncode == 3 and "no event of that range" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1 and not list(tmp_path.iterdir())


def test_events_without_the_memo_are_said_to_be_so(program, trace):
    answer = program("waves", trace, "--events", "99999")
    assert answer.returncode == 3 and "no event of that range" in answer.stderr


def test_what_cannot_be_written_is_said(program, trace, tmp_path):
    for form in ("vcd", "fst"):
        answer = program("waves", trace, "--to", form, "-o", tmp_path / "no" / "such")
        assert answer.returncode == 3 and "could not be written" in answer.stderr
