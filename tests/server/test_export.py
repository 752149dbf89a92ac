"""`copyscope export`: what comes out is read back by the readers that it is meant for, and agrees with the trace."""

import collections
import csv
import io
import json
import pathlib
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

import copyscope

CORPUS = sorted((pathlib.Path(__file__).parents[1] / "trace" / "corpus").iterdir())
FORMATS = ["csv", "ndjson", "chrome", "speedscope", "folded", "dot", "graphml"]
TABLES = ["csv", "ndjson"]
MARKUP = '<b>";\\'


class Odd:
    """Its __reduce__ and its text must come through every format unharmed."""

    def __reduce__(self):
        return Odd, ()


@pytest.fixture(scope="module")
def trace():
    inner = [1, 'x,"y"\r\n', MARKUP]
    return copyscope.trace([inner, inner, (1, 2), {MARKUP: Odd()}], names={id(inner): "in;ner\t"})


@pytest.fixture
def export(program, trace, tmp_path):
    path = tmp_path / "it.cst"
    trace.save(path)

    def run(form, *arguments, file=path):
        return program("export", file, "--to", form, *arguments)

    return run


def rows(form, text):
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.mark.parametrize("form", TABLES)
def test_a_table_has_a_row_for_each_event(form, export, trace):
    found = rows(form, export(form).stdout)
    assert [row["event"] for row in found] == [event.event for event in trace.events]
    assert [int(row["n"]) for row in found] == list(range(1, len(trace.events) + 1))
    assert sum(int(row["probes"]) for row in found if row["family"] == "memo") == sum(
        event.probes for event in trace.events if event.event.startswith(("memo_", "keep_get"))
    )
    named = {int(row["object"]): row for row in found if int(row["object"])}
    for ref, row in named.items():
        assert int(row["address"]) == trace.objects[ref - 1].addr
    assert any(row["name"] == "in;ner\t" for row in found)


def test_the_two_tables_say_the_same(export):
    first = rows("csv", export("csv").stdout)
    second = rows("ndjson", export("ndjson").stdout)
    as_text = [{k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in row.items()} for row in second]
    assert as_text == first


def test_chrome_events_nest_as_the_calls_did(export, trace):
    events = json.loads(export("chrome").stdout)["traceEvents"]
    depth, at = 0, 0.0
    for event in events[1:]:
        assert event["ts"] >= at
        at = event["ts"]
        depth += {"B": 1, "E": -1}.get(event["ph"], 0)
        assert depth >= 0
    kinds = collections.Counter(event.event for event in trace.events)
    phases = collections.Counter(event["ph"] for event in events)
    assert depth == 0 and phases["B"] == phases["E"] == kinds["call"]
    assert phases["i"] == sum(n for name, n in kinds.items() if name.startswith(("memo_", "keep_")))


def test_speedscope_frames_open_and_close_in_order(export, trace):
    profile = json.loads(export("speedscope").stdout)
    frames = [frame["name"] for frame in profile["shared"]["frames"]]
    open_frames, at = [], 0
    for event in profile["profiles"][0]["events"]:
        assert event["at"] >= at and frames[event["frame"]].startswith("deepcopy(")
        at = event["at"]
        if event["type"] == "O":
            open_frames.append(event["frame"])
        else:
            assert open_frames.pop() == event["frame"]
    assert not open_frames and profile["profiles"][0]["endValue"] >= at


def test_folded_stacks_add_up_to_the_events(export, trace):
    lines = export("folded").stdout.splitlines()
    assert sum(int(line.rpartition(" ")[2]) for line in lines) == len(trace.events)
    assert all(line.startswith("list") for line in lines)


def test_the_graph_is_that_of_the_trace(export, trace):
    root = ElementTree.fromstring(export("graphml").stdout)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = {node.get("id") for node in root.iter(f"{space}node")}
    edges = [(e.get("source"), e.get("target"), e[0].text) for e in root.iter(f"{space}edge")]
    assert all(source in nodes and target in nodes for source, target, _ in edges)
    calls = sum(event.event == "call" for event in trace.events)
    assert sum(role != "copy" for *_, role in edges) == calls - 1
    inner = next(ref for ref, o in enumerate(trace.objects, 1) if o.name)
    assert sum(target == f"o{inner}" for _, target, role in edges if role == "list_elem") == 2
    assert sum(source == f"o{inner}" and role == "copy" for source, _, role in edges) == 1


def graph_of(networkx, x):
    """The object graph of lists, tuples, dicts and numbers, as a deep copy walks it: a reference for each element."""
    graph = networkx.MultiDiGraph()

    def walk(one):
        if id(one) in graph:
            return
        graph.add_node(id(one), type=type(one).__name__)
        roles = {list: "list_elem", tuple: "tuple_elem"}
        held = [(roles[type(one)], y) for y in one] if type(one) in roles else []
        if type(one) is dict:
            held = [(role, y) for item in one.items() for role, y in zip(("dict_key", "dict_value"), item, strict=True)]
        for role, y in held:
            walk(y)
            graph.add_edge(id(one), id(y), role=role)

    walk(x)
    return graph


@pytest.mark.parametrize("seed", range(8))
def test_the_graph_is_that_of_the_object_as_networkx_sees_it(program, tmp_path, seed):
    networkx = pytest.importorskip("networkx")
    text = f"""
import random
r = random.Random({seed})
made = [[i] for i in range(3)]
for i in range(12):
    some = r.choices(made, k=r.randrange(1, 4))
    made.append(r.choice([list, tuple, lambda some: {{n: y for n, y in enumerate(some)}}])(some))
made[0].append(made[-1])
x = made[-1]
"""
    (tmp_path / "x.py").write_text(text)
    assert program("trace", tmp_path / "x.py", "-o", tmp_path / "x.cst").returncode == 0
    told = networkx.parse_graphml(program("export", tmp_path / "x.cst", "--to", "graphml").stdout)
    told = networkx.MultiDiGraph(told)
    told.remove_nodes_from([n for n, data in told.nodes(data=True) if data["copy"]])
    scope = {}
    exec(text, scope)
    own = graph_of(networkx, scope["x"])
    assert len(own) > 4
    assert networkx.is_isomorphic(
        told,
        own,
        node_match=lambda a, b: a["type"] == b["type"],
        edge_match=lambda a, b: sorted(e["role"] for e in a.values()) == sorted(e["role"] for e in b.values()),
    )


def test_networkx_reads_the_graph(export):
    networkx = pytest.importorskip("networkx")
    graph = networkx.parse_graphml(export("graphml").stdout)
    assert graph.number_of_nodes() > 4 and {data["type"] for _, data in graph.nodes(data=True)} >= {
        "list",
        "dict",
        "Odd",
    }


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_dot_draws_the_graph(export):
    drawn = subprocess.run(["dot", "-Tsvg"], input=export("dot").stdout, capture_output=True, text=True, timeout=60)
    assert drawn.returncode == 0 and drawn.stdout.count('class="node"') > 4, drawn.stderr


@pytest.mark.parametrize("given", ["5..9", "5..", "..9", "7"])
def test_a_range_is_cut_where_it_says(given, export, trace):
    whole = rows("ndjson", export("ndjson").stdout)
    first, _, last = given.partition("..")
    begin = int(first or 1)
    end = int(last) if last else begin if ".." not in given else len(whole)
    assert rows("ndjson", export("ndjson", "--events", given).stdout) == whole[begin - 1 : end]
    events = json.loads(export("chrome", "--events", given).stdout)["traceEvents"]
    phases = collections.Counter(event["ph"] for event in events)
    assert phases["B"] == phases["E"] >= 1


def test_a_file_is_written_whole_or_not_at_all(export, tmp_path):
    out = tmp_path / "it.json"
    assert export("chrome", "-o", str(out)).returncode == 0
    assert json.loads(out.read_text()) and not list(tmp_path.glob("*.part"))
    refused = export("chrome", "-o", str(tmp_path / "no" / "it.json"))
    assert refused.returncode == 3 and refused.stderr.count("\n") == 1
    full = export("csv", "-o", "/dev/full/it.csv")
    assert full.returncode == 3 and "it.csv" in full.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "nonsense"], "it is one of html cst"),
        (["--to", "csv", "--events", "9..3"], "10..20"),
        (["--to", "csv", "--events", "x"], "10..20"),
        ([], "usage:"),
    ],
)
def test_a_wrong_command_line_is_said(arguments, words, program, tmp_path):
    answer = program("export", tmp_path / "it.cst", *arguments)
    assert answer.returncode == 2 and words in answer.stderr


def test_events_past_the_end_and_files_that_are_none(export, tmp_path):
    past = export("csv", "--events", "100000..")
    assert past.returncode == 3 and "events" in past.stderr
    (tmp_path / "none.cst").write_bytes(b"nothing")
    none = export("csv", file=tmp_path / "none.cst")
    assert none.returncode == 3 and none.stderr == f"copyscope export: {tmp_path}/none.cst: not a copyscope trace\n"


def test_help_names_every_format(program):
    text = program("export", "--help").stdout
    assert all(f"\n  {form} " in text for form in FORMATS)


# Those that need no other program.
@pytest.mark.parametrize("form", [*FORMATS, "cst", "cut", "anonymous", "html", "markdown", "latex"])
def test_hostile_traces_end_in_an_error_or_a_file_that_is_right(form, program, tmp_path):
    options = {
        "cut": ["cst", "--events", "3..40"],
        "anonymous": ["cst", "--anonymise"],
        "html": ["html", "--events", "2.."],
    }.get(form, [form])
    for path in CORPUS[::4]:
        out = tmp_path / "out"
        answer = program("export", path, "-o", out, "--to", *options)
        assert answer.returncode in (0, 1, 3) and "Sanitizer" not in answer.stderr, (path.name, answer.stderr)
        if answer.returncode == 3:
            assert not out.exists() or not out.unlink()
            continue
        data = out.read_bytes()
        text = data.decode() if form not in ("cst", "cut", "anonymous") else ""
        if form in ("chrome", "speedscope"):
            json.loads(text)
        elif form == "graphml":
            ElementTree.fromstring(text)
        elif form in TABLES:
            rows(form, text)
        elif form in ("cut", "anonymous"):
            assert program("info", out).returncode == 0, path.name


def test_hostile_traces_in_the_other_commands(program, tmp_path):
    for path in CORPUS[::6]:
        for command in (
            ["cat", path, "--where", "probes > 1 || name ~ 'a' || file != none"],
            ["diff", path, CORPUS[0]],
            ["notes", "list", path],
            ["notes", "merge", path, CORPUS[1], "-o", tmp_path / "merged.cst"],
        ):
            answer = program(*command, errors="replace")
            assert answer.returncode in (0, 1, 3) and "Sanitizer" not in answer.stderr, (command, answer.stderr)
