"""Engine and witness of copy.py yield the same events on the evil corpus, under every policy."""

import copy

import pytest
from agree import copy_module
from check import compare, exception_text, policies_here, witness_of
from corpus import CASES

import copyscope
from copyscope import _core, variants, verdict


@pytest.mark.parametrize("policy", policies_here())
@pytest.mark.parametrize("case", CASES)
def test_events_are_equal(case, policy):
    found, trace, seen = compare(CASES[case], policy)
    assert found["state"] == "equal", found["where"]
    ours = exception_text(trace.exception) if trace.exception else None
    theirs = exception_text(seen.exception) if seen.exception else None
    assert ours == theirs


def test_a_false_policy_is_caught():
    """The check can fail: the engine under one policy against another's copy.py differs."""

    def make():
        return [[1], (1, 2), CASES["reduce"]()]

    for policy in set(policies_here()) - {"cpython"}:
        if variants.source_for(policy)[1] == variants.source_for("cpython")[1]:
            continue
        seen = verdict.Seen.of(witness_of(make()))
        found = verdict.judge(copyscope.trace(make(), policy=policy).data, seen, policy)
        assert found["state"] == "differs", policy


@pytest.mark.parametrize("case", CASES)
def test_every_probe_of_a_plain_memo_was_read(case):
    trace = copyscope.trace(CASES[case]())
    if not _core.probes_known:
        pytest.skip("the dict layout of this interpreter is not known")
    for e in trace.events:
        if e.event in ("memo_set", "memo_again", "keep_get"):
            assert e.probes >= 1, e


def test_recorded_slots_are_those_of_the_documented_probe_sequence():
    if not _core.probes_known:
        pytest.skip("the dict layout of this interpreter is not known")
    trace = copyscope.trace(CASES["many"]())
    checked = 0
    for e in trace.events:
        if e.event == "memo_get" and e.outcome is False:
            key, mask = trace.objects[e.obj - 1].addr, (1 << e.log2_slots) - 1
            slot, perturb = key & mask, key
            for _ in range(e.probes - 1):
                perturb >>= 5
                slot = (slot * 5 + perturb + 1) & mask
            assert slot == e.arg
            checked += 1
    assert checked > 100


def test_a_given_memo_is_asked_and_its_entries_are_told():
    inner = [1]
    memo = {id(inner): "mine"}
    session = _core.Session()
    assert session.deepcopy([inner, inner], memo) == ["mine", "mine"]
    data = session.end()
    events = [e[2] for e in _core.read(data)["events"]]
    assert "memo_given" in events and "memo_new" not in events


def test_a_memo_that_is_no_plain_dict_is_used_and_not_guessed_at():
    class Memo(dict):
        pass

    session = _core.Session()
    assert session.deepcopy([[1]], Memo()) == [[1]]
    events = _core.read(session.end())["events"]
    assert all(e[8] == 0 for e in events if e[2] == "memo_get")


def test_user_written_memo_entries_are_recorded():
    trace = copyscope.trace(CASES["hook_writes_memo"]())
    assert "memo_changed" in [e.event for e in trace.events]


@pytest.mark.parametrize("swap", ["pop", "popitem"])
def test_a_memo_changed_without_changing_its_size_is_recorded(swap):
    class Swaps:
        def __deepcopy__(self, memo):
            memo.popitem() if swap == "popitem" else memo.pop(next(iter(memo)))
            memo["k"] = 1
            return 5

    if not _core.probes_known:
        pytest.skip("the dict layout of this interpreter is not known")
    shared = [1]
    trace = copyscope.trace([shared, Swaps(), shared])
    assert [e.event for e in trace.events].count("memo_changed") == 1


@pytest.mark.parametrize("policy", policies_here())
def test_a_metaclass_is_hashed_as_often_as_by_copy_py(policy):
    class Counting(type):
        hashed = 0

        def __hash__(cls):
            Counting.hashed += 1
            return 1

        def __eq__(cls, other):
            return cls is other

    class Counted(metaclass=Counting):
        def __reduce__(self):
            return "a_global"

    Counting.hashed = 0
    copyscope.trace(Counted(), policy=policy)
    ours, Counting.hashed = Counting.hashed, 0
    copy_module(policy).deepcopy(Counted())
    assert ours == Counting.hashed


def test_copy_deepcopy_is_put_back_after_a_recording():
    before = copy.deepcopy.__code__, copy.deepcopy.__defaults__
    copyscope.trace([CASES["hook_raises"]()])
    assert (copy.deepcopy.__code__, copy.deepcopy.__defaults__) == before


def test_a_record_cap_is_told_and_the_copy_goes_on():
    session = _core.Session(max_records=10)
    x = [[i] for i in range(100)]
    assert session.deepcopy(x) == x
    read = _core.read(session.end())
    assert read["complete"] and len(read["records"]) // 16 <= 12


def test_unknown_policies_are_refused_in_one_line():
    with pytest.raises(ValueError, match="unknown policy 'nonsense'"):
        copyscope.trace([], policy="nonsense")
