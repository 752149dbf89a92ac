"""`copyscope diff`: where two traces part, and what differs in number."""

import json

import pytest

import copyscope


@pytest.fixture
def saved(tmp_path):
    def make(name, value, **options):
        path = tmp_path / name
        copyscope.trace(value, **options).save(path)
        return path

    return make


def told(program, *paths):
    answer = program("diff", *paths, "--json")
    return answer.returncode, json.loads(answer.stdout)


def test_the_same_copy_at_other_addresses_is_the_same(program, saved):
    value = [[1, "a"], {"k": (1, [2])}]
    code, found = told(program, saved("a.cst", value), saved("b.cst", copyscope.deepcopy(value)))
    assert code == 0 and found["equal"] and found["first"] is None
    assert "the same" in program("diff", saved("c.cst", value), saved("d.cst", value)).stdout


@pytest.mark.parametrize(
    ("left", "right", "event", "what"),
    [
        ([1, 2], [1, 3], "call", "object"),  # another text
        ([1, [2]], [1, (2,)], "call", "object"),  # another type
        ([[1], [1]], None, "memo_get", "object"),  # shared or not
        ([1], [1, 2], "return", "event"),
    ],
)
def test_they_part_where_the_objects_do(program, saved, left, right, event, what):
    if right is None:
        inner = [1]
        right = [inner, inner]
    a, b = copyscope.trace(left), copyscope.trace(right)
    _, found = told(program, saved("a.cst", left), saved("b.cst", right))
    first = found["first"] - 1
    assert [e.event for e in a.events][:first] == [e.event for e in b.events][:first]
    assert what in found["difference"] or "outcome" in found["difference"]


def test_policies_part_at_the_first_question_that_they_ask_otherwise(program, saved):
    value = [1, [2]]
    left, right = saved("a.cst", value), saved("b.cst", value, policy="report-memo")
    code, found = told(program, left, right)
    events = [[event.event for event in copyscope.load(path).events] for path in (left, right)]
    expected = next(i for i, (x, y) in enumerate(zip(*events, strict=False), 1) if x != y)
    assert code == 1 and found["first"] == expected
    for i, path in enumerate((left, right)):
        counted = [both[i] for both in found["counts"].values()]
        assert sum(counted) == json.loads(program("info", path, "--json").stdout)["events"]
    text = program("diff", left, right).stdout
    assert "cpython / report-memo" in text and f"they part at event {expected}: " in text and "fast_atomic" in text


def test_one_that_goes_on_longer_differs(program, saved, tmp_path):
    whole = saved("a.cst", [[i] for i in range(3000)])
    (tmp_path / "cut.cst").write_bytes(whole.read_bytes()[:-400])
    answer = program("diff", whole, tmp_path / "cut.cst")
    assert answer.returncode == 1 and "the second one ends" in answer.stdout and "readable up to byte" in answer.stderr


def test_a_wrong_command_line_and_files_that_are_none(program, saved, tmp_path):
    assert program("diff", "a.cst").returncode == 2
    (tmp_path / "none.cst").write_bytes(b"nothing")
    answer = program("diff", saved("a.cst", []), tmp_path / "none.cst")
    assert answer.returncode == 3 and answer.stderr.endswith("none.cst: not a copyscope trace\n")
