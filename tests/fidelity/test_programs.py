"""Engine and copy.py agree on a sample of random graphs: events, results, exceptions. The whole is `make fidelity`."""

import os
import re

import agree
import pytest
from agree import addresses_decide, by_copy_py, by_engine, difference, disagreement
from check import policies_here
from programs import Graph, program
from shrink import as_python, shrink

GRAPHS = int(os.environ.get("COPYSCOPE_GRAPHS", "1500"))
FIRST = int(os.environ.get("COPYSCOPE_SEED", "1000000"))  # not among those that `make fidelity` begins with
PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_random_graphs_agree(part):
    policies = policies_here()
    for seed in range(FIRST + part, FIRST + GRAPHS, PARTS):
        lines = program(seed)
        for policy in {"cpython", policies[seed % len(policies)]}:
            found = disagreement(Graph(lines), policy)
            if found and not addresses_decide(Graph(lines), policy):
                small = shrink(lines, lambda graph, policy=policy: disagreement(graph, policy), tries=500)
                pytest.fail(f"seed {seed}, {policy}: {found}\n{as_python(small, policy)}")


def test_a_seed_gives_the_same_program_and_programs_differ():
    assert program(17) == program(17)
    assert len({tuple(program(seed)) for seed in range(200)}) == 200


def test_every_kind_of_object_is_made():
    import kinds
    import programs

    text = "\n".join("\n".join(program(seed)) for seed in range(3000))
    classes = {name for name, value in vars(kinds).items() if isinstance(value, type) and value.__module__ == "kinds"}
    assert {name for name in classes - {"Meta", "Hook"} if not re.search(rf"\b{name}\b", text)} == set()
    assert all(memo in text for memo in programs.MEMOS)


def unsound(graph):
    """Where the report's fast paths, taken by the engine, part from the interpreter's deepcopy."""
    return difference(by_engine(graph, "report-merged"), by_copy_py(graph, "cpython"))


def test_the_check_can_fail_and_the_failure_is_shrunk():
    found = next((lines for seed in range(300) if unsound(Graph(lines := program(seed)))), None)
    assert found is not None, "the report's fast paths are not sound: 300 graphs must show it"
    small = shrink(found, unsound)
    assert unsound(Graph(small)) and len(small) <= 4, small
    compile(as_python(small, "report-merged"), "<shrunk>", "exec")


def test_a_table_as_memo_changes_nothing():
    """The policy `table` has no copy.py: it must come to what `sound-merged` comes to, hooks in the same order."""
    for seed in range(FIRST, FIRST + GRAPHS // 3):
        graph = Graph(program(seed))
        assert difference(by_engine(graph, "table"), by_copy_py(graph, "sound-merged")) == "", seed


FORSAKEN = """x5 = Reduces((), [])
x7 = SlotsAndDict(x5)
x9 = Catches(9, [x7, Raises(TypeError)])
x = [{1: x9}, {2.5: b'b', Keyed(None): None}]""".splitlines()


def test_entries_of_what_a_caught_exception_let_go_are_found():
    pinned = agree.Pinned("cpython")
    pinned.outcome(Graph(FORSAKEN))
    assert pinned.forsaken() == 1  # the state's dict of slots, whose copy was under way
    assert addresses_decide(Graph(FORSAKEN), "cpython")


def test_addresses_decide_nothing_where_no_exception_is_caught():
    assert not addresses_decide(Graph(["x5 = SlotsAndDict([1])", "x = [x5, x5, {1: (x5, [])}]"]), "cpython")


def test_addresses_excuse_no_wrong_copy(monkeypatch):
    wrong = agree.outcome(Graph(["x = [1]"]), lambda x, memo: [2])
    monkeypatch.setattr(agree, "by_recorder", lambda graph, policy: wrong)
    assert not addresses_decide(Graph(FORSAKEN), "cpython")
