"""The verdict can fail: every field of a policy, and every field of every kind of step, is caught when it is wrong."""

import itertools
import struct

import pytest
from corpus import CASES, IntWithAttribute, Plain, WithState

import copyscope
from copyscope import _core, variants, verdict, watch

SEEN_ELSEWHERE = {"memo_changed"}  # bookkeeping: what user code did to the memo is not a step of copy.py


def judge(t, seen, policy="cpython"):
    return verdict.judge(t.data, verdict.Seen.of(seen), policy)


def witness(x, policy="cpython"):
    return watch.watch(watch.subject_for(policy)).run(x)


# ---- each field of each policy ----

OBJECTS = {
    "an int": lambda: 5,
    "a list": lambda: [1, [2]],
    "a tuple of scalars": lambda: ((1, 2), (1, 2, 3, 4, 5, 6)),
    "a tuple of an int with an attribute": lambda: ((IntWithAttribute(3), 1), [0]),
    "an instance": lambda: Plain(a=[1]),
    "an instance with __setstate__": WithState,
    "a reduced instance": CASES["reduce"],
    "a reduced list": CASES["reduce_list"],
}


def fields(policy):
    return {name: value for name, value in _core.policy(policy).items() if name not in ("name", "memo")}


def pairs():
    here = [p for p in copyscope.policies() if p in variants.VARIANTS]
    return [(a, b) for a, b in itertools.permutations(here, 2) if fields(a) != fields(b)]


@pytest.mark.parametrize("engine, other", pairs())
def test_a_policy_against_another_s_copy_py_is_caught(engine, other):
    states = {}
    for name, make in OBJECTS.items():
        states[name] = judge(copyscope.trace(make(), policy=engine), witness(make(), other), other)["state"]
    assert "differs" in states.values(), states


def test_the_pairs_cover_each_field_alone():
    """Of each field there is a pair that differs in it and, but for `sound` (which needs a fast path), in no other."""
    alone = set()
    for a, b in pairs():
        mine, theirs = fields(a), fields(b)
        different = {name for name in mine if mine[name] != theirs[name]}
        if len(different) == 1 or different <= {"fast_tuple_max", "fast_reduce"}:
            alone |= different
    assert alone >= {"atomic", "skip_first_get", "fast_tuple_max", "fast_reduce"}


@pytest.mark.parametrize("policy", copyscope.policies())
def test_a_policy_against_its_own_copy_py_is_equal(policy):
    for make in OBJECTS.values():
        found = judge(copyscope.trace(make(), policy=policy), witness(make(), policy), policy)
        assert found["state"] == "equal", found["where"]


# ---- each field of each kind of step ----

STEP = struct.Struct("<QQQIBBBB")
FIELDS = ("obj", "arg", "t", "line", "event", "outcome", "role", "aux")
NAMES = _core.vocabulary()[0]

ALL = {name: (make, "cpython") for name, make in CASES.items() if name not in ("generator", "lock", "module")}
ALL["fast"] = (lambda: [(1, 2), (1, [2]), Plain(a=1), WithState()], "report-merged")
ALL["fast atomic"] = (lambda: [1, [2]], "cpython-3.14")


def samples():
    """(case, policy, index) of one step of each kind, with an argument and without, of any case."""
    found = {}
    for case, (make, policy) in ALL.items():
        for i, (_, arg, _, _, event, outcome, _, _) in enumerate(
            STEP.iter_unpack(witness(make(), policy).core.steps())
        ):
            found.setdefault((NAMES[event], outcome, bool(arg)), (case, i))
    return found


SAMPLES = samples()
KINDS = {name for name, _, _ in SAMPLES}


def test_every_kind_of_step_is_among_the_samples():
    unseen = {*_core.families()} - KINDS - SEEN_ELSEWHERE
    shallow = {"shallow", "replace_get", "replace_call", "caller"}
    assert unseen - shallow <= {"memo_given", "copier_call"}  # below


def compare(trace, seen, steps):
    plan = seen.subject.plan
    comparison = _core.Comparison(trace.data, seen.core.texts, plan.seen, plan.sites)
    comparison.feed(steps)
    return comparison.result()


def altered(steps, i, field):
    """The steps with one field of one of them wrong."""
    values = dict(zip(FIELDS, STEP.unpack_from(steps, i * STEP.size)))  # noqa: B905  (of one length)
    root, _, _, _, _, _, _, _ = STEP.unpack_from(steps)
    event = "reduce_str" if values["event"] == NAMES.index("fast_atomic") else "fast_atomic"
    another = root if values.get(field) != root else root + 16
    wrong = {"obj": another, "arg": another, "line": 9999, "event": NAMES.index(event)}
    values[field] = wrong[field] if field in wrong else values[field] + 1
    return steps[: i * STEP.size] + STEP.pack(*values.values()) + steps[(i + 1) * STEP.size :]


def checked_fields(name, outcome, has_arg):
    yield from ("obj", "line", "event", "outcome", "aux") if name != "raise" else ("obj", "event")
    if name == "call":
        yield "role"
    if has_arg:
        yield "arg"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s[0]}-{s[1]}-{s[2]}")
def test_a_step_with_a_wrong_field_is_caught(sample):
    case, i = SAMPLES[sample]
    make, policy = ALL[case]
    t, seen = copyscope.trace(make(), policy=policy), witness(make(), policy)
    steps = seen.core.steps()
    equal, total, first, _ = compare(t, seen, steps)
    assert first is None and equal == total
    for field in checked_fields(*sample):
        equal, _, first, _ = compare(t, seen, altered(steps, i, field))
        assert first is not None and equal < total, field


@pytest.mark.parametrize("case", ["many", "reduce", "hook", "bound_method", "hook_raises", "slots_and_dict"])
def test_a_step_left_out_or_told_twice_is_caught(case):
    t, seen = copyscope.trace(CASES[case]()), witness(CASES[case]())
    steps = [seen.core.steps(i, 1) for i in range(seen.core.count)]
    for i in range(0, len(steps), max(1, len(steps) // 40)):
        assert compare(t, seen, b"".join(steps[:i] + steps[i + 1 :]))[2] is not None, i
        twice = b"".join(steps[: i + 1] + steps[i:])
        assert compare(t, seen, twice)[2] is not None, i


def test_a_wrong_text_of_an_exception_is_caught():
    t, seen = copyscope.trace(CASES["hook_raises"]()), witness(CASES["hook_raises"]())
    plan = seen.subject.plan
    comparison = _core.Comparison(t.data, ["NotImplementedError: another"], plan.seen, plan.sites)
    comparison.feed(seen.core.steps())
    assert "another" in verdict._words(comparison.result(), {"partial": False, "unseen": ()}, "cpython")["where"]


def given(make, memo):
    """A trace and a witness of a copy with a memo that the caller brings."""
    session = _core.Session()
    session.deepcopy(make(), memo())
    seen = watch.watch(watch.subject_for("cpython")).run(make(), memo())
    return verdict.judge(session.end(), verdict.Seen.of(seen), "cpython"), seen


class Memo(dict):
    pass


class Mapping:
    def __init__(self):
        self.items = {}

    def get(self, key, default=None):
        return self.items.get(key, default)

    def __getitem__(self, key):
        return self.items[key]

    def __setitem__(self, key, value):
        self.items[key] = value


@pytest.mark.parametrize("memo", [dict, Memo, Mapping])
def test_a_memo_that_the_caller_brings_is_watched_whatever_it_is(memo):
    inner = [1]
    found, seen = given(lambda: [inner, (inner, [2]), {"k": Plain(a=inner)}], memo)
    assert found["state"] == "equal", found["where"]
    names = [s.event for s in seen.events]
    assert {"memo_given", "memo_get", "memo_set", "memo_again", "keep_get", "keep_new", "keep_append"} <= {*names}
    assert "memo_new" not in names


def test_a_copier_that_is_registered_by_hand_is_compared():
    import copy

    class Registered:
        pass

    copy._deepcopy_dispatch[Registered] = lambda x, memo: Plain()
    try:
        for policy in ("cpython", "report-merged"):
            x = [Registered(), Registered()]
            t, seen = copyscope.trace(x, policy=policy), witness(x, policy)
            assert judge(t, seen, policy)["state"] == "equal"
            assert [s.event for s in seen.events].count("copier_call") == 2
    finally:
        del copy._deepcopy_dispatch[Registered]


# ---- which object is which ----


def test_an_address_that_the_memo_holds_stands_for_one_object():
    """What the memo or its list of originals keeps alive cannot make room for another object."""
    x = [[1], [2]]
    t, seen = copyscope.trace(x), witness(x)
    rows = [list(row) for row in STEP.iter_unpack(seen.core.steps())]
    lists = [row for row in rows if NAMES[row[4]] == "list_new"]
    first, second = lists[1], lists[2]
    for row in rows:  # the second inner list's copy is given the first one's address, in every step
        for at in (0, 1):
            if row[at] == second[1]:
                row[at] = first[1]
    assert compare(t, seen, b"".join(STEP.pack(*row) for row in rows))[2] is not None


def test_an_address_may_be_used_again_once_nothing_holds_its_object():
    class Temporaries:
        def __reduce_ex__(self, protocol):
            return Plain, (), {"a": object.__new__(Plain)}

    found = judge(copyscope.trace([Temporaries() for _ in range(50)]), witness([Temporaries() for _ in range(50)]))
    assert found["state"] == "equal", found["where"]


def test_the_result_s_identity_is_compared():
    class Sometimes:
        def __init__(self, itself):
            self.itself = itself

        def __deepcopy__(self, memo):
            return self if self.itself else 5

    t = copyscope.trace([Sometimes(True)])
    assert judge(t, witness([Sometimes(True)]))["state"] == "equal"
    assert judge(t, witness([Sometimes(False)]))["state"] == "differs"


# ---- whole verdicts ----


def test_verify_stores_the_verdict_in_the_trace():
    t = copyscope.trace([1, (2, [3])], verify=True)
    assert t.verdict["state"] == "equal" and t.verdict["total"] == len(t.events)
    assert "not_compared" not in t.verdict and t.verdict["against"].startswith("CPython 3.")


def test_a_million_events_are_compared():
    x = [[i, (i, str(i)), {"k": [i]}] for i in range(17_000)]
    t = copyscope.trace(x)
    found = judge(t, witness(x))
    assert found["state"] == "equal" and found["total"] > 1_000_000


def test_a_capped_trace_is_compared_as_far_as_it_goes():
    x = [[i] for i in range(100)]
    t = copyscope.trace(x, max_records=50)
    found = judge(t, witness(x))
    assert found["state"] == "equal" and 100 < found["total"] < 500
    assert "only the first" in found["where"]


def test_a_capped_witness_is_compared_as_far_as_it_goes():
    x = [[i] for i in range(100)]
    seen = watch.watch(watch.subject_for("cpython"), max_steps=77).run(x)
    found = judge(copyscope.trace(x), seen)
    assert found["state"] == "equal" and found["total"] == 77 and "only the first" in found["where"]


def test_what_goes_through_a_pipe_comes_out_as_it_went_in(tmp_path):
    x = [CASES["many"](), CASES["reduce"]()]
    t, seen = copyscope.trace(x), witness(x)
    path = tmp_path / "pipe"
    with path.open("wb") as pipe:
        verdict.Seen.of(seen).write(pipe)
    with path.open("rb") as pipe:
        found = verdict.judge(t.data, verdict.Seen.read(pipe), "cpython")
    assert found == judge(t, seen) and found["state"] == "equal"
    whole = path.read_bytes()
    for cut in (0, 5, 20):
        path.write_bytes(whole[:cut])
        with path.open("rb") as pipe, pytest.raises(ValueError):
            verdict.Seen.read(pipe)


def test_steps_that_are_no_whole_ones_are_refused():
    t, seen = copyscope.trace([1]), witness([1])
    plan = seen.subject.plan
    comparison = _core.Comparison(t.data, [], plan.seen, plan.sites)
    with pytest.raises(ValueError, match="32 bytes"):
        comparison.feed(b"123")
    with pytest.raises(ValueError, match="trace"):
        _core.Comparison(b"not a trace at all, but long enough", [], plan.seen, plan.sites)


class Fails:
    """Its copy fails with a text of our choice."""

    def __init__(self, text, x):
        self.text, self.x = text, x

    def __reduce__(self):
        return self.fail, (self.x,)

    def fail(self, y):
        raise ValueError(self.text(y))


class Thing:
    pass


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda y: f"cannot use {y!r}", id="of a copy"),
        pytest.param(lambda y: f"{y!r} and {y!r}, {hex(id(y))}", id="of a copy, three times"),
        pytest.param(lambda y: f"{[object(), object()]}", id="of what was not met"),
        pytest.param(lambda y: "0x 0xzz 0 x", id="of nothing"),
    ],
)
def test_a_text_may_tell_where_an_object_is(text):
    t = copyscope.trace([Fails(text, Thing())], verify=True)
    assert t.verdict["state"] == "equal", t.verdict["where"]


def test_a_text_that_tells_of_another_object_differs():
    one, other, turns = Thing(), Thing(), iter(range(9))
    t = copyscope.trace([one, other, Fails(lambda y: repr((one, other)[next(turns) % 2]), Thing())], verify=True)
    assert t.verdict["state"] == "differs" and "Thing object at 0x" in t.verdict["where"]


def test_a_text_that_tells_of_a_copy_and_then_of_its_original_differs():
    original, turns = Thing(), iter(range(9))
    t = copyscope.trace(Fails(lambda y: repr((original, y)[next(turns) % 2]), original), verify=True)
    assert t.verdict["state"] == "differs"
