"""`copyscope export --to html`: the page in one file, and the recording in it."""

import base64
import json
import re

import pytest
from tracebytes import whole

RECORDING = re.compile(rb'<script type="text/plain" id="recording">([A-Za-z0-9+/=]*)</script>')
CHOICES = re.compile(rb'<script type="application/json" id="carried">(.*?)</script>')


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "it<!--.cst"
    path.write_bytes(whole(50, title="</script><script>alert(1)</script>"))
    return path


@pytest.fixture
def page(program, trace, tmp_path):
    def make(*options):
        out = tmp_path / "it.html"
        answer = program("export", trace, "--to", "html", "-o", out, *options)
        assert answer.returncode == 0, answer.stderr
        return out.read_bytes(), answer.stderr

    return make


def test_the_recording_stands_in_it_byte_for_byte(page, trace):
    text, _ = page()
    (data,) = RECORDING.findall(text)
    bytes_ = base64.b64decode(data, validate=True)
    assert bytes_.startswith(trace.read_bytes())
    assert bytes_[len(trace.read_bytes()) :][:4] == b"CAM_"


def test_its_size_is_said_beforehand_and_small(page):
    text, told = page()
    size, recording = map(int, re.search(r"will have (\d+) bytes, (\d+) of them the recording", told).groups())
    assert size == len(text)
    assert size - recording < 2_000_000


def test_it_loads_nothing_and_runs_its_own_script_only(page):
    text, _ = page()
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', text)[1].decode()
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy
    markup = re.sub(rb"(<(script|style)\b[^>]*>).*?</\2>", rb"\1", text, flags=re.DOTALL)
    assert markup.count(b"<script") == 4 and not re.search(rb'(?:src|href)="(?!data:)', markup)
    assert text.count(b"alert(1)") == 0


def test_what_was_chosen_is_for_the_page_to_read(page):
    text, _ = page("--step", "7", "--views", "objects,memo")
    (choices,) = CHOICES.findall(text)
    assert b"<" not in choices
    assert json.loads(choices) == {"name": "it<!--.cst", "step": 7, "views": ["objects", "memo"]}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--step", "0"], 2, "number of an event, from 1"),
        (["--step", "1e3"], 2, "number of an event"),
        (["--step", "100000"], 3, "has 300 events"),
        (["--views", "<b>"], 2, "write it as teach"),
        (["--views", ""], 2, "write it as teach"),
    ],
)
def test_a_wrong_choice_is_said_in_a_line(options, code, words, program, trace, tmp_path):
    answer = program("export", trace, "--to", "html", "-o", tmp_path / "no.html", *options)
    assert answer.returncode == code and words in answer.stderr and answer.stderr.count("\n") == 1
    assert not (tmp_path / "no.html").exists()
