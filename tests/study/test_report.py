"""`copyscope report` on results of a real quick run: all three formats, templates, and what is hostile in them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

import copyscope
from copyscope import cli
from copyscope.bench import figures, plan, results
from copyscope.bench.inside import perf_events
from copyscope.bench.report import charts, flamegraph, html, markdown, pdf, published, signs
from copyscope.bench.report.document import document

HOSTILE = "</title><script>alert(1)</script>|`*"
VOID = {"meta", "input", "br", "img", "link"}


def run(*words, cwd, env=None):
    command = [sys.executable, "-m", "copyscope", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=600, env=env)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A quick run of all stages with a file whose name is hostile, and its report."""
    folder = tmp_path_factory.mktemp("report")
    name = "a<b>&c.py"
    (folder / name).write_text("import copy\ndef deepcopy(x, memo=None):\n    return copy.deepcopy(x, memo)\n")
    (folder / "notes.md").write_text(f"First {HOSTILE} thought.\n\nSecond thought.")
    copyscope.trace([1, [2]]).save(str(folder / "one.cst"))
    (folder / "bad.cst").write_bytes(b"no trace")
    words = ("--quick", "--rounds", "2", "--interpreter", sys.executable, "--no-peers", "--file", name)
    some = [w for s in plan.STAGES if s not in ("pyperf",) for w in ("--stage", s)]
    few = [w for v in ("report-memo", "report-fastpath", "report-merged") for w in ("--variant", v)]
    workloads = [w for n in plan.PYPERFORMANCE for w in ("--workload", n)]
    done = run("bench", *words, *some, *few, *workloads, "-o", "out.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = run("report", "out.json", "one.cst", "bad.cst", "--notes", "notes.md", "--title", HOSTILE, "-o", "r",
               "--format", "html", "--format", "md", cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, results.load(str(folder / "out.json")), done


class Reader(HTMLParser):
    """Tags that are opened and closed in order, and what is loaded from elsewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.ids, self.scripts = [], [], [], 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.scripts += tag == "script"
        self.loaded += [v for k, v in attributes if k in ("src", "href") and v and not v.startswith("#")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open and self.open.pop() == tag


def test_the_page_is_whole_loads_nothing_and_shows_user_text_as_text(measured):
    folder, _, _ = measured
    text = (folder / "r.html").read_text()
    reader = Reader()
    reader.feed(text)
    assert reader.open == [] and reader.loaded == []
    assert "alert(1)</script>" not in text and "&lt;script&gt;alert(1)" in text
    assert reader.scripts == text.count('class="flame"')
    assert len(set(reader.ids)) == len(reader.ids)
    assert "a&lt;b&gt;&amp;c.py" in text and "a<b>" not in text


@pytest.mark.parametrize(
    "section", ["machine", "middle", "variants", "soundness", "counters", "profiles", "experiments", "hardware",
                "traces", "notes", "made"]
)  # fmt: skip
def test_each_part_of_the_study_has_its_section(measured, section):
    text = (measured[0] / "r.html").read_text()
    assert f'<section id="{section}">' in text and f'href="#{section}"' in text


def test_published_figures_stand_beside_measured_ones(measured):
    folder, found, _ = measured
    text = (folder / "r.md").read_text()
    for scenario in published.SCENARIOS:
        for version in published.MIDDLE:
            assert f"{published.MIDDLE[version][scenario]:+.1f} %" in text
    for name in perf_events.COUNTERS:
        assert f"| {name} |" in text
    assert "✗" in text, "a version that is wrong carries the mark"
    assert text.count("WRONG") >= 2


def test_each_table_says_how_it_was_made_and_what_repeats_it(measured):
    folder, found, _ = measured
    made = document(found, "out.json")
    for section in made.sections:
        for block in section.blocks:
            if getattr(block, "source", "") and "measured" in block.source:
                assert block.how and block.command.startswith("copyscope "), block.caption


def test_the_markdown_has_its_pictures_beside_it(measured):
    folder, _, _ = measured
    text = (folder / "r.md").read_text()
    pictures = re.findall(r"\]\((r-figures/[^)]+)\)", text)
    assert pictures and all((folder / name).exists() for name in pictures)
    for name in pictures:
        ET.parse(folder / name)  # each is well-formed by itself
    assert "<script>" not in text.replace("\\<script\\>", "")


def test_a_trace_is_listed_and_a_bad_one_is_told_and_left_out(measured):
    folder, _, done = measured
    text = (folder / "r.md").read_text()
    assert "| one.cst |" in text and "bad.cst" not in text
    assert done.stderr.count("\n") == 1 and "left out: bad.cst" in done.stderr


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser that prints")
def test_the_pdf_is_printed(measured):
    folder, _, _ = measured
    done = run("report", "out.json", "-o", "printed", "--format", "pdf", cwd=folder)
    assert done.returncode == 0, done.stderr
    data = (folder / "printed.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 5


def test_without_a_browser_html_and_markdown_are_written_all_the_same(measured, tmp_path):
    folder, _, _ = measured
    done = run("report", "out.json", "-o", str(tmp_path / "r"), cwd=folder, env={"PATH": str(tmp_path)})
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1 and "no PDF: none of chromium" in done.stderr
    assert (tmp_path / "r.html").exists() and (tmp_path / "r.md").exists()


def test_a_lecturers_template_takes_the_sections_it_wants(measured, tmp_path):
    folder, _, _ = measured
    (tmp_path / "t.html").write_text("<h1>Lecture: {{title}}</h1>{{ section:soundness }}{{section:nonsense}}")
    words = (
        "report",
        "out.json",
        "--template",
        str(tmp_path / "t.html"),
        "-o",
        str(tmp_path / "r"),
        "--format",
        "html",
    )
    assert run(*words, cwd=folder).returncode == 0
    text = (tmp_path / "r.html").read_text()
    assert text.startswith("<h1>Lecture: ") and 'id="soundness"' in text and 'id="machine"' not in text


@pytest.mark.parametrize(
    ("template", "says"), [("<p>{{nobody}}{{body}}</p>", "there is no {{nobody}}"), ("x", "neither")]
)
def test_a_template_that_cannot_be_filled_is_one_line(measured, tmp_path, template, says):
    folder, _, _ = measured
    (tmp_path / "t.html").write_text(template)
    done = run("report", "out.json", "--template", str(tmp_path / "t.html"), "-o", str(tmp_path / "r"), cwd=folder)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1 and says in done.stderr


@pytest.mark.parametrize("words", [("none.json",), ("bad.json",), ("out.json", "--notes", "none.md")])
def test_what_cannot_be_read_is_one_line(measured, words):
    folder, _, _ = measured
    (folder / "bad.json").write_text("{")
    done = run("report", *words, "--format", "html", "-o", "other", cwd=folder)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1
    assert not (folder / "other.html").exists()


def assert_told(words, folder, case):
    """In this process, since there are many cases; what the commands do there is all they do."""
    out, err = io.StringIO(), io.StringIO()
    before = os.getcwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(list(words))
    finally:
        os.chdir(before)
    assert code in (0, 3), case
    assert len(err.getvalue().splitlines()) == (code == 3), (case, err.getvalue())


def test_results_changed_by_hand_give_a_line_or_a_report_and_no_traceback(measured, tmp_path):
    """Each part in turn is something else: hostile files have any form."""
    _, found, _ = measured
    for name in results.PARTS:
        for value in ({"x": 1}, {"x": {"y": []}}, [], 7, {"3.11.7": {"counts": {"deepcopy": {"stdlib": 1}}}}):
            broken = {**json.loads(json.dumps(found)), name: value}
            (tmp_path / "b.json").write_text(json.dumps(broken))
            for words in (("report", "b.json", "--format", "html", "-o", "b"), ("bench", "show", "b.json")):
                assert_told(words, tmp_path, (name, value))


def test_half_of_a_study_makes_a_report_of_what_is_there():
    found = results.new(plan.Options())
    found["machine"] = {"processor": "p", "cpus": 1}
    made = document(found, "out.json")
    assert [s.name for s in made.sections] == ["machine", "made"]
    assert "broken off" in html.page(made) and "broken off" in markdown.text(made, "f")


# ---- signs ----


def figure(value, low, high):
    return figures.Figure(value, low, high, 9)


@pytest.mark.parametrize(
    ("old", "measured", "instructions", "verdict"),
    [
        (7.0, figure(6, 4, 8), 8.0, "same"),
        (-2.5, figure(-3, -4, -2), -1.6, "same"),
        (7.0, figure(-6, -8, -4), -5.0, "other"),
        (7.0, figure(1, -2, 3), -5.0, "other"),
        (7.0, figure(1, -2, 3), 8.0, "same"),
        (7.0, figure(1, -2, 3), None, "noise"),
        (7.0, None, None, "missing"),
    ],
)
def test_a_sign_is_judged_by_time_and_within_noise_by_instructions(old, measured, instructions, verdict):
    assert signs.judged(old, measured, instructions) == verdict
    told = signs.explained("report-fastpath", "deepcopy", old, measured, instructions, "3.13.0")
    assert ("another on CPython 3.13.0" in told or "is not met" in told) == (verdict == "other")


def test_each_published_cell_has_its_reason():
    wanted = {(version, scenario) for version, row in published.MIDDLE.items() for scenario in row}
    assert wanted == set(signs.REASONS)


# ---- pictures ----


def test_a_flame_graphs_frames_are_as_wide_as_they_cost():
    svg = flamegraph.flame("t <b>", {"a;b": 30.0, "a": 10, "c;<i>": 60}, "ns")
    root = ET.fromstring(svg)
    frames = {r.get("data-name"): r for r in root.iter("{http://www.w3.org/2000/svg}rect")}
    assert set(frames) == {"a", "b", "c", "<i>"}
    assert abs(float(frames["a"].get("width")) / flamegraph.WIDTH - 0.4) < 0.01
    assert float(frames["b"].get("y")) > float(frames["a"].get("y"))
    assert frames["b"].get("x") == frames["a"].get("x")


def test_a_difference_says_what_has_come_and_gone():
    svg = flamegraph.flame("t", {"a": 50.0, "b": 50.0}, "ns", before={"a": 80.0})
    titles = [t.text for t in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]
    assert any(t.startswith("a:") and "-30.0 %" in t for t in titles)
    assert any(t.startswith("b:") and "+50.0 %" in t for t in titles)


def test_a_deep_stack_is_drawn_to_a_bound():
    svg = flamegraph.flame("t", {";".join(f"f{i}" for i in range(5_000)): 1.0}, "ns")
    assert svg.count("<rect") == flamegraph.DEPTH_MAX
    ET.fromstring(svg)


def test_the_pictures_are_well_formed_with_any_name():
    bar = charts.Bar("<&\"'", figure(5, -1, 9), 4.0)
    for svg in (
        charts.bars("<", [("&", [bar])]),
        charts.heat("<", "&", ">", ["<"], ["&"], [[figure(5, 1, 9)]]),
        charts.amdahl("<", [("&", 0.2), ("<", 0.0)]),
        charts.blocks("<"),
    ):
        ET.fromstring(svg)
