"""`copyscope export --to markdown` and `latex`: what pandoc and pdflatex make of them is what the trace says."""

import json
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, REAL_PYTHON

import copyscope

HOSTILE = "a|b`c`` \\ _x_ *y* <b> $z$ {\\input{/etc/passwd}} % # & ~ ^ é 中 \x01\t"
CODE = "a = ['a|b`', '<b>$x$\\\\%']  # \\\\end{flushleft} ``` <b> %\nif a:\n\tx = [a, a, {'~': '^_#&'}]\n"


def note(trace, event, text):
    return {"id": f"n{event}", "event": event, "text": text, "kind": "text"}


@pytest.fixture
def trace(tmp_path):
    path, script = tmp_path / "it.cst", tmp_path / "snippet_$_%.py"
    script.write_text(CODE)
    subprocess.run(
        [PROGRAM, "trace", script, "--python", REAL_PYTHON, "-o", path], check=True, stdout=subprocess.DEVNULL
    )
    made = copyscope.load(path)
    append_notes(path, [note(made, 9, HOSTILE), note(made, 3, "first")])
    return path, made


def append_notes(path, notes):
    import struct
    import zlib

    with path.open("ab") as out:
        for one in notes:
            payload = json.dumps(one).encode()
            out.write(b"NOTE" + struct.pack("<III", len(payload), zlib.crc32(payload), 0xFFFFFFFF))
            out.write(payload + bytes(-len(payload) % 16))


@pytest.fixture
def report(program, trace):
    def make(form, *options):
        answer = program("export", trace[0], "--to", form, *options)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return make


def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table_after(text, heading):
    body = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [cells(line) for line in body.splitlines() if line.startswith("|")][2:]


def test_a_table_in_markdown_has_a_row_for_each_step(report, trace):
    rows = table_after(report("markdown"), "Steps")
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(trace[1].events) + 1)]
    assert [row[2].strip("`") for row in rows] == [event.event for event in trace[1].events]
    assert {len(row) for row in rows} == {7}


def test_steps_can_be_chosen_and_many_are_not_all_listed(report, program, tmp_path):
    assert [row[0] for row in table_after(report("markdown", "--events", "4..6"), "Steps")] == ["4", "5", "6"]
    copyscope.trace(list(range(100))).save(tmp_path / "long.cst")
    text = program("export", tmp_path / "long.cst", "--to", "markdown").stdout
    assert len(table_after(text, "Steps")) == 200 and re.search(r"\d+ more of \d+ events are not listed", text)


def test_notes_stand_in_the_order_of_their_events(report):
    assert [row[0] for row in table_after(report("markdown"), "Notes")] == ["4", "10"]


def test_counts_are_those_of_info(report, program, trace):
    told = json.loads(program("info", trace[0], "--json").stdout)
    rows = dict(table_after(report("markdown"), "Counts"))
    assert int(rows["events"]) == told["events"] and int(rows["memo lookups"]) == told["memo"]["lookups"]
    assert int(rows["of these hits"]) == told["memo"]["hits"]


def test_a_fragment_has_no_title_and_a_figure_needs_a_place(report, program, trace):
    assert not report("markdown", "--fragment").startswith("# ")
    assert "\\documentclass" not in report("latex", "--fragment")
    answer = program("export", trace[0], "--to", "latex", "--views", "memo")
    assert answer.returncode == 3 and "say with -o where" in answer.stderr and answer.stderr.count("\n") == 1


def words(node):
    """All text in a pandoc document."""
    if isinstance(node, list):
        return "".join(map(words, node))
    if isinstance(node, dict):
        kind, inner = node.get("t"), node.get("c")
        if kind == "Str":
            return inner
        if kind in ("Code", "CodeBlock"):
            return inner[1]
        if kind in ("Space", "SoftBreak", "LineBreak"):
            return " "
        if kind in ("RawInline", "RawBlock", "Math", "Link", "Image", "Span"):
            return f"[[{kind}]]"
        return "".join(words(part) for part in (inner if isinstance(inner, list) else node.values()))
    return ""


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_pandoc_reads_the_markdown_as_it_was_meant(report, trace):
    answer = subprocess.run(
        ["pandoc", "-f", "gfm", "-t", "json"], input=report("markdown"), capture_output=True, text=True, check=True
    )
    document = json.loads(answer.stdout)
    text = words(document["blocks"])
    assert "[[" not in text, "nothing of the user's became markup"
    assert HOSTILE.replace("\x01", " ").replace("\t", " ").strip() in re.sub(r"[\u2018\u2019]", "'", text)
    assert CODE.split("\n")[0] in text
    tables = [block for block in document["blocks"] if block["t"] == "Table"]
    assert len(tables) == 3


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
@pytest.mark.parametrize("fragment", [False, True])
def test_pdflatex_builds_the_report(report, trace, tmp_path, fragment):
    text = report("latex", *(["--fragment"] if fragment else []))
    source = tmp_path / "report.tex"
    if fragment:
        (tmp_path / "part.tex").write_text(text)
        packages = "\\usepackage{longtable}\\usepackage{graphicx}"
        text = f"\\documentclass{{article}}{packages}\\begin{{document}}\\input{{part}}\\end{{document}}"
    source.write_text(text)
    built = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )
    assert built.returncode == 0, built.stdout[-2000:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        shown = subprocess.run(
            ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "keep_get" in shown.replace("keep get", "keep_get") and "[U+4E2D]" in shown and "root:" not in shown
