"""`copyscope cat --where`: the page's query language once more, held to the page's by its cases and random ones."""

import json
import pathlib
import random
import re
import subprocess

import pytest
from conftest import PROGRAM, REAL_PYTHON, ROOT

import copyscope

WEB = ROOT / "tests/web"
CASES = json.loads((WEB / "query-cases.json").read_text())
STRINGS = (ROOT / "web/src/strings/eventList.js").read_text()
PAGE = """
import { readFileSync } from 'node:fs';
const [root, path] = process.argv.slice(-2);
const { default: compile } = await import(`${root}/web/src/query/compile.js`);
const { default: Row } = await import(`${root}/web/src/query/row.js`);
const { TraceReader } = await import(`${root}/web/src/reader.js`);
const reader = new TraceReader();
reader.feed(readFileSync(path));
const trace = reader.finish();
const answers = JSON.parse(readFileSync(0, 'utf8')).map((query) => {
  let test;
  try { test = compile(query); } catch (error) { return [error.column, error.expects]; }
  const row = new Row(trace);
  return Array.from({ length: trace.eventCount }, (_, n) => n + 1).filter((n) => test(row.seek(n - 1)));
});
process.stdout.write(JSON.stringify(answers));
"""


@pytest.fixture
def cat(program):
    def ask(path, query, *options):
        return program("cat", path, "--where", query, *options)

    return ask


@pytest.mark.parametrize(("query", "numbers"), CASES["matches"], ids=[query for query, _ in CASES["matches"]])
def test_a_query_of_the_cases_matches_the_same_events(cat, query, numbers):
    answer = cat(WEB / CASES["trace"], query, "--numbers")
    assert [int(line) for line in answer.stdout.split()] == numbers


def english(key):
    """What the page says, as a pattern."""
    text = re.search(rf"'query\.{key}': '((?:[^'\\]|\\.)*)'", STRINGS)[1]
    return re.sub(r"\\\{\w+\\\}", ".*", re.escape(text))


@pytest.mark.parametrize(
    ("query", "column", "expects"), CASES["errors"], ids=[query[:30] for query, *_ in CASES["errors"]]
)
def test_a_query_that_cannot_be_read_is_refused_in_the_pages_words(cat, query, column, expects):
    answer = cat(WEB / CASES["trace"], query)
    assert answer.returncode == 2 and answer.stdout == ""
    assert re.fullmatch(rf"copyscope cat: --where: column {column}: {english(expects)}\n", answer.stderr), answer.stderr


def test_every_name_of_the_manual_is_known(program):
    told = re.findall(r"^\| (`.+?`) \|", (ROOT / "web/QUERY.md").read_text(), re.MULTILINE)
    manual = [name for cell in told for name in re.findall(r"`([^`]+)`", cell)]
    known = [line.split()[0] for line in program("cat", "--names").stdout.splitlines()]
    assert sorted(known) == sorted(manual)


class Money:
    def __init__(self, n):
        self.n, self.tags = n, ["a", ("b", 1)]


def traces(folder):
    """A copy with classes, cycles and errors in it; copy(); and a program with callers."""
    shared = [1, 2, {"k": (1, [2])}]
    shared.append(shared)
    copyscope.trace([shared, shared, Money(3), {Money(1): "x"}, "é\u4e2d"], names={id(shared): "shared"}).save(
        folder / "a.cst"
    )
    copyscope.trace(Money(3), op="copy").save(folder / "b.cst")
    script = folder / "program.py"
    script.write_text(
        "import copy\ndef f(n):\n    return copy.deepcopy([n, [n] * 3, {n: f}])\n"
        "for i in range(5): f(i)\nlist(map(copy.copy, [[1], {2: 3}]))\n"
    )
    subprocess.run(
        [PROGRAM, "run", "--python", REAL_PYTHON, "-o", folder / "c.cst", script], check=True, capture_output=True
    )
    return [folder / "a.cst", folder / "b.cst", folder / "c.cst"]


def random_query(rng, names, depth=0):
    if depth < 3 and rng.random() < 0.4:
        left, right = (random_query(rng, names, depth + 1) for _ in range(2))
        return f"({left}) {rng.choice(['&&', '||', 'and', 'or'])} {right}"
    if rng.random() < 0.15:
        return f"!({random_query(rng, names, depth + 1)})"
    name, kind = rng.choice(names)
    if kind == "true or false":
        return rng.choice([name, f"{name} == {rng.choice(['true', 'false', 'none'])}", f"{name} != outcome"])
    same = [other for other, other_kind in names if other_kind == kind]
    if kind == "number":
        value = rng.choice([str(rng.randrange(200)), hex(rng.randrange(40)), "none", rng.choice(same)])
        return f"{name} {rng.choice(['==', '!=', '<', '<=', '>', '>='])} {value}"
    words = [
        "list",
        "call",
        "memo_get",
        "int",
        "deepcopy",
        "shared",
        "",
        "a",
        "é",
        "1",
        "Money",
        "program.py",
        "f",
        "miss",
        "0x7f",
    ]
    value = rng.choice([json.dumps(rng.choice(words), ensure_ascii=False), "none", rng.choice(same)])
    return f"{name} {rng.choice(['==', '!=', '~'])} {value}"


def test_random_queries_match_what_they_match_in_the_page(cat, program, tmp_path):
    page = tmp_path / "page.mjs"
    page.write_text(PAGE)
    names = [line.split(maxsplit=1) for line in program("cat", "--names").stdout.splitlines()]
    rng = random.Random(8)
    for path in traces(tmp_path):
        queries = [f"{name} != none" for name, _ in names] + [random_query(rng, names) for _ in range(60)]
        asked = subprocess.run(
            ["node", page, ROOT, path], input=json.dumps(queries), capture_output=True, text=True, check=True
        )
        for query, expected in zip(queries, json.loads(asked.stdout), strict=True):
            answer = cat(path, query, "--numbers")
            if answer.returncode == 2:
                assert [int(re.search(r"column (\d+)", answer.stderr)[1]), expected[1]] == expected, (
                    query,
                    answer.stderr,
                )
                continue
            assert [int(line) for line in answer.stdout.split()] == expected, (pathlib.Path(path).name, query)


def test_events_are_printed_as_trace_prints_them(cat, program, tmp_path):
    path = tmp_path / "it.cst"
    whole = program("trace", "-e", "[[1], (2,)]", "-o", path)
    assert (
        program("cat", path).stdout.splitlines()
        == whole.stdout.splitlines()[: len(program("cat", path).stdout.splitlines())]
    )
    rows = [json.loads(line) for line in cat(path, 'family == "memo"', "--json").stdout.splitlines()]
    assert rows and all(row["family"] == "memo" for row in rows)
    assert cat(path, 'family == "memo"', "--count").stdout == f"{len(rows)}\n"
    assert cat(path, "n > 10000", "--count").returncode == 1


def test_files_that_are_none_are_said_to_be(cat, tmp_path):
    (tmp_path / "none.cst").write_bytes(b"nothing")
    for name, words in [("none.cst", "not a copyscope trace"), ("missing.cst", "No such file")]:
        answer = cat(tmp_path / name, "n == 1")
        assert answer.returncode == 3 and words in answer.stderr and answer.stderr.count("\n") == 1
