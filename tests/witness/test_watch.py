"""A witness sees what the real copy.py does, and leaves no mark on it."""

import copy
import copyreg
import dis
import gc
import sys
import threading
import weakref

import pytest
from corpus import CASES

import copyscope
from copyscope import _core, recording, watch

INNER = [1, 2]


def witness(x, **options):
    return watch.watch(watch.subject_for("cpython"), **options).run(x)


def names(seen):
    return [step.event for step in seen.events]


# ---- what it sees ----


def test_a_shared_list_is_found_in_the_memo_once():
    seen = copyscope.witness([INNER, INNER])
    hits = [step for step in seen.events if step.event == "memo_get" and step.outcome]
    assert seen.result == [INNER, INNER] and len(hits) == 1 and hits[0].role == "list_elem"


def test_a_dict_evaluates_the_value_before_the_key():
    seen = copyscope.witness({("k",): [1]})
    calls = [step.role for step in seen.events if step.event == "call"]
    assert calls[1] == "dict_value" and calls.index("dict_key") > calls.index("dict_value")


def test_a_key_that_is_its_own_value_is_both():
    seen = copyscope.witness({7: 7})
    assert [step.role for step in seen.events if step.event == "call"][1:] == ["dict_value", "dict_key"]


@pytest.mark.parametrize("case", CASES)
def test_result_and_exception_are_those_of_deepcopy(case):
    seen, t = witness(CASES[case]()), copyscope.trace(CASES[case]())
    assert type(seen.exception) is type(t.exception)
    if seen.exception is None:
        assert type(seen.result) is type(t.result)


def test_lines_are_those_that_sys_settrace_reports():
    x = [1, (2, [3]), {"k": Plain()}]
    theirs = []

    def local(frame, event, arg):
        if event == "line":
            theirs.append(frame.f_lineno)
        return local

    def top(frame, event, arg):
        return local if frame.f_globals is copy.__dict__ else None

    before = sys.gettrace()
    sys.settrace(top)
    try:
        copy.deepcopy(x)
    finally:
        sys.settrace(before)
    seen = copyscope.witness(x)
    assert [line for line, _ in seen.lines] == theirs
    times = [ns for _, ns in seen.lines]
    assert times == sorted(times) and times[0] >= 0


def test_opcodes_are_counted_as_sys_settrace_counts_them():
    x = [1, (2, [3]), {"k": 4}]
    theirs = {}

    def local(frame, event, arg):
        if event == "opcode":
            key = frame.f_code, frame.f_lasti
            theirs[key] = theirs.get(key, 0) + 1
        return local

    def top(frame, event, arg):
        if frame.f_globals is not copy.__dict__:
            return None
        frame.f_trace_opcodes = True
        return local

    def run():
        sys._getframe().f_trace_opcodes = True  # 3.12 reports opcodes only if a frame wanted them before
        before = sys.gettrace()
        sys.settrace(top)
        try:
            copy.deepcopy(x)
        finally:
            sys.settrace(before)

    run()
    theirs.clear()  # 3.13 reports a code's opcodes from its second call on
    run()
    seen = copyscope.witness(x, opcodes=True)
    assert sum(seen.opcodes.values()) == sum(theirs.values()) > 100
    codes = {code for code, _ in theirs}
    assert {name for _, name in seen.opcodes} <= {i.opname for code in codes for i in dis.get_instructions(code)}


def test_no_opcodes_where_none_are_asked_for():
    assert copyscope.witness([1]).opcodes == {}


# ---- it leaves no mark ----


class Plain:
    pass


class Loud:
    """Would tell of any comparison, hash, text or length that copy.py does not ask for."""

    def __init__(self):
        self.asked = []

    def __eq__(self, other):
        self.asked.append("eq")
        return True

    def __hash__(self):
        self.asked.append("hash")
        return 1

    def __repr__(self):
        self.asked.append("repr")
        return "loud"

    def __bool__(self):
        self.asked.append("bool")
        return True

    def __len__(self):
        self.asked.append("len")
        return 1


def test_no_method_of_a_user_runs_that_copy_py_does_not_run():
    x = Loud()
    witness([x, (x,), {"k": x}])
    assert x.asked == []


def test_a_hook_is_given_an_exact_dict_and_what_it_does_with_it_is_not_logged():
    class Insists:
        def __deepcopy__(self, memo):
            assert type(memo) is dict
            memo["mine"] = memo.get("mine", 0)
            return copy.deepcopy([1], memo)

    seen = witness([Insists(), Insists()])
    assert seen.exception is None
    assert names(seen).count("memo_set") == 2 + 2 * 3  # the list twice; of each hook its own list twice, and the copy


@pytest.mark.parametrize("case", ["hook_raises", "reduce_raises", "unhashable_key", "many", "hook_writes_and_raises"])
def test_tables_are_exact_dicts_again(case):
    memo = {}
    watch.watch(watch.subject_for("cpython")).run(CASES[case](), memo)
    assert type(copy._deepcopy_dispatch) is type(copyreg.dispatch_table) is type(memo) is dict


def test_no_object_lives_longer():
    class Temporary(list):
        pass

    alive = []

    class Reduces:
        def __reduce__(self):
            alive.append([r() for r in seen_before])
            temporary = Temporary([1])
            seen_before.append(weakref.ref(temporary))
            return Plain, (), None, iter(()), iter([(1, temporary)])

        def __reduce_ex__(self, protocol):
            return Plain, (), {"t": self.temporary()}

        def temporary(self):
            made = Plain()
            seen_before.append(weakref.ref(made))
            return 5

    seen_before = []
    gc.disable()
    try:
        seen = witness([Reduces(), Reduces()])
        assert seen.exception is None and [r() for r in seen_before] == [None, None]
        result = weakref.ref(seen.result[0])
        del seen
        assert result() is None
    finally:
        gc.enable()


def test_the_trace_function_is_put_back_also_after_an_exception():
    def mine(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        witness([1])
        after = sys.gettrace()
        witness(CASES["hook_raises"]())
        assert after is mine and sys.gettrace() is mine
    finally:
        sys.settrace(before)


def test_user_code_that_takes_the_trace_function_away_is_told():
    class Takes:
        def __deepcopy__(self, memo):
            sys.settrace(None)
            return self

    before = sys.gettrace()
    try:
        seen = witness([Takes(), [1]])
    finally:
        sys.settrace(before)
    assert seen.result[1] == [1] and "trace function" in seen.note
    assert type(copy._deepcopy_dispatch) is dict


def test_one_witness_at_a_time_and_one_run_each():
    class Nested:
        def __deepcopy__(self, memo):
            return copyscope.witness([1]).exception

    seen = witness([Nested()])
    assert isinstance(seen.result[0], RuntimeError) and "another witness" in str(seen.result[0])
    again = watch.watch(watch.subject_for("cpython"))
    again.run(1)
    assert "runs once" in str(again.run(1).exception)


def test_another_thread_copies_unseen_meanwhile():
    class Starts:
        def __deepcopy__(self, memo):
            thread = threading.Thread(target=lambda: done.append(copy.deepcopy([[1], [2]])))
            thread.start()
            thread.join()
            return None

    done = []
    seen = witness([Starts()])
    assert done == [[[1], [2]]] and names(seen).count("call") == 2


def test_copies_by_copy_copy_in_a_hook_are_not_taken_for_steps():
    class Shallow:
        def __deepcopy__(self, memo):
            return copy.copy(Plain())

    assert "make" not in names(witness([Shallow()])) and "copyreg_get" not in names(witness([Shallow()]))


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 13), reason="3.13 checks the depth only of calls it has not specialized"
)
@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"k": x}, lambda x: (x,)])
def test_the_recursion_limit_is_met_at_the_same_depth(wrap):
    def entries(function):
        memo = {}
        with pytest.raises(RecursionError):
            function(x, memo)
        return len(memo)

    x = []
    for _ in range(2000):
        x = wrap(x)
    run = watch.watch(watch.subject_for("cpython")).core.run
    assert entries(lambda x, memo: copy.deepcopy(x, memo)) == entries(lambda x, memo: run(copy.deepcopy, x, memo))


# ---- a copy.py of one's own ----

OWN = """
def deepcopy(x, memo=None, _nil=[]):
    if memo is None:
        memo = {{}}
    {lookup}
    copier = _deepcopy_dispatch.get(type(x))
    y = x if copier is None else copier(x, memo)
    if y is not x:
        memo[id(x)] = y
    return y

def _deepcopy_list(x, memo, deepcopy=deepcopy):
    y = []
    memo[id(x)] = y
    for a in x:
        y.append(deepcopy(a, memo))
    return y

_deepcopy_dispatch = {{list: _deepcopy_list}}
"""


@pytest.fixture
def module(tmp_path):
    def make(text):
        path = tmp_path / "my_copy.py"
        path.write_text(text)
        return path

    return make


@pytest.mark.parametrize(
    "lookup, hits",
    [
        ("if id(x) in memo: return memo[id(x)]", 2),
        ("y = memo.get(id(x), _nil)\n    if y is not _nil: return y", 1),
        ("try: return memo[id(x)]\n    except KeyError: pass", 1),
        ("y = memo.setdefault(id(x), _nil)\n    if y is not _nil: return y\n    memo.pop(id(x))", 2),
    ],
)
def test_every_way_to_ask_the_memo_is_logged(module, lookup, hits):
    x = [1]
    seen = copyscope.witness([x, x], module=module(OWN.format(lookup=lookup)))
    assert seen.result == [x, x] and seen.result[0] is seen.result[1]
    second = [i for i, s in enumerate(seen.events) if s.event == "call"][-1]
    found = [s for s in seen.events[second:] if s.event == "memo_get" and s.outcome]
    assert len(found) >= 1 and found[0].outcome
    assert "append" in seen.subject.plan.unseen and "list_new" in seen.subject.plan.seen


def test_a_trace_of_ones_own_copy_py_is_the_witness_s(module):
    x = [1]
    path = module(OWN.format(lookup="y = memo.get(id(x), _nil)\n    if y is not _nil: return y"))
    t = copyscope.trace([x, x], module=path, verify=True)
    assert t.complete and t.meta["recorder"] == "witness" and t.result == [x, x]
    assert t.verdict["state"] == "differs" and "append" in t.verdict["not_compared"]
    source = next(s for s in t.sources if s["role"] == "copy.py")
    assert source["text"] == path.read_text() and source["sites"]["list_new"] == 14


@pytest.mark.parametrize("case", CASES)
def test_a_trace_written_by_a_witness_tells_what_the_engine_s_tells(case):
    session = _core.Session()
    seen = watch.watch(watch.subject_for("cpython"), session=session).run(CASES[case]())
    own = recording.Trace(session.end(seen.exception is not None))
    engine = copyscope.trace(CASES[case]())
    assert own.complete, own.error
    assert seen.core.untold == 0
    told = [(e.event, e.role, e.outcome) for e in engine.events if e.event != "memo_changed"]
    assert [(e.event, e.role, e.outcome) for e in own.events] == told


def test_errors_of_ones_own_copy_py_are_values(module):
    seen = copyscope.witness(1, module=module("def deepcopy(x, memo=None):\n    raise KeyError(x)"))
    assert isinstance(seen.exception, KeyError)
    with pytest.raises(KeyError):
        seen.result  # noqa: B018  (a property that raises)
    with pytest.raises(ValueError, match="line 1"):
        copyscope.witness(1, module=module("def ("))
    with pytest.raises(ValueError, match="has no function deepcopy"):
        copyscope.witness(1, module=module(""))
    with pytest.raises(OSError):
        copyscope.witness(1, module="/nowhere/copy.py")


@pytest.mark.parametrize(
    "arguments",
    [
        ({}, copy.deepcopy.__code__, (), [], b""),
        ({}, copy.deepcopy.__code__, (), [("nonsense", 1, 1, 0, 0, 0)], b"\0" * 9),
        ({}, copy.deepcopy.__code__, (), [("make", 99, 99, 0, 0, 0)], b"\0" * 9),
        ({}, copy.deepcopy.__code__, (), ["make"], b"\0" * 9),
        ({}, None, (), [], b""),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(arguments):
    if arguments[3] == [] and arguments[1] is not None:
        _core.Witness(*arguments)  # an empty one sees calls only
        return
    with pytest.raises((TypeError, ValueError)):
        _core.Witness(*arguments)
