"""`copyscope export --to parquet`, and the query over many traces that EXPORT.md shows."""

import csv
import io
import os
import re
import stat

import pytest
from conftest import REAL_PYTHON, ROOT

import copyscope

duckdb = pytest.importorskip("duckdb")
MANUAL = (ROOT / "server/EXPORT.md").read_text()
ODD = 'a,"b"\r\n\N{WHITE SMILING FACE}\t\'\x01'


@pytest.fixture
def hand_ins(program, tmp_path):
    """Two traces, as parquet and as CSV."""
    inner = [1, ODD]
    for name, value in [("an", [inner, inner, {ODD: (1, 2)}]), ("binh", [[i, [i]] for i in range(50)])]:
        trace = copyscope.trace(value, names={id(inner): "in,\"n'er"})
        trace.save(tmp_path / f"{name}.cst")
        for form in ("parquet", "csv"):
            answer = program("export", tmp_path / f"{name}.cst", "--to", form, "-o", tmp_path / f"{name}.{form}")
            assert answer.returncode == 0, answer.stderr
    return tmp_path


def test_parquet_has_the_rows_of_csv(hand_ins):
    for name in ("an", "binh"):
        found = duckdb.sql(f"SELECT * FROM '{hand_ins}/{name}.parquet'")
        rows = list(csv.DictReader(io.StringIO((hand_ins / f"{name}.csv").read_bytes().decode(), newline="")))
        assert found.columns == list(rows[0])
        as_text = [
            [str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in row] for row in found.fetchall()
        ]
        assert as_text == [list(row.values()) for row in rows]
        kinds = dict(zip(found.columns, map(str, found.types), strict=True))
        assert kinds["address"] == "UBIGINT" and kinds["timed"] == "BOOLEAN" and kinds["name"] == "VARCHAR"


def test_a_range_is_cut(program, hand_ins):
    out = hand_ins / "part.parquet"
    assert program("export", hand_ins / "an.cst", "--to", "parquet", "--events", "4..9", "-o", out).returncode == 0
    assert duckdb.sql(f"SELECT min(n), max(n), count(*) FROM '{out}'").fetchall() == [(4, 9, 6)]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_query_of_the_manual_counts_what_was_looked_up(hand_ins, form):
    query = re.search(r"```sql\n(.*?);\n```", MANUAL, re.DOTALL)[1].replace("'*.parquet'", f"'{hand_ins}/*.{form}'")
    rows = duckdb.sql(query.replace("read_parquet", f"read_{form}")).fetchall()
    lookups = {type_: (traces, count, hits) for type_, traces, count, hits, _ in rows}
    expected = {}
    for name in ("an", "binh"):
        trace = copyscope.load(hand_ins / f"{name}.cst")
        for event in trace.events:
            if event.event == "memo_get":
                type_ = trace.objects[event.obj - 1].type
                seen = expected.setdefault(type_, [set(), 0, 0])
                seen[0].add(name)
                seen[1] += 1
                seen[2] += bool(event.outcome)
    assert lookups == {t: (len(s), n, round(100 * hits / n, 1)) for t, (s, n, hits) in expected.items()}


def test_the_manual_names_every_column_and_format(program, hand_ins):
    table = MANUAL.split("| column | is |")[1].split("\n\n")[0]
    columns = re.findall(
        r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    )
    header = (hand_ins / "an.csv").read_text().split("\n")[0].strip().split(",")
    assert sorted(columns) == sorted(header)
    formats = re.findall(r"^  (\w+) +\S", program("export", "--help").stdout.split("\n\n")[1], re.MULTILINE)
    listed = MANUAL.split("| format | is |")[1].split("\n\n")[0]
    assert formats and sorted(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in listed.splitlines() if line.startswith("| `")))
    ) == sorted(formats)


def test_where_no_library_is_there_a_line_says_so(program, hand_ins, tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\ncase "$*" in *read_csv*) exec {REAL_PYTHON} -S "$@";; esac\nexec {REAL_PYTHON} "$@"\n')
    bare.chmod(bare.stat().st_mode | stat.S_IXUSR)
    out = tmp_path / "no.parquet"
    answer = program(
        "export", hand_ins / "an.cst", "--to", "parquet", "-o", out, env={**os.environ, "COPYSCOPE_PYTHON": str(bare)}
    )
    assert answer.returncode == 3 and "pip install duckdb" in answer.stderr and answer.stderr.count("\n") == 1
    assert not out.exists() and not list(tmp_path.glob("*.part"))
