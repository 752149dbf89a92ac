"""Recorded probes are those of an independent model of the dict: slots, tombstones, resizes, order of comparisons."""

import pathlib
import random
import sys

import pytest
from dictmodel import DictModel, log2_for, path, usable_of
from tables import KNOWN, dict_of_ids, live_indices
from walks import COUNT_MAX, KEYS, STR_TABLES, Difference, episodes, walk

import copyscope
from copyscope import _core

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "fidelity"))
from programs import Graph, program  # noqa: E402

pytestmark = pytest.mark.skipif(not _core.probes_known, reason="the dict layout of this interpreter is not known")


# ---- the model against the live table ----


@pytest.mark.parametrize("seed", range(4))
def test_walks_of_random_dicts_are_as_predicted(seed):
    assert walk(1000 + seed, 25_000) >= 25_000


def test_a_wrong_model_is_caught(monkeypatch):
    """The check can fail: with another perturbation, growth or reuse of tombstones it does."""
    import dictmodel

    for name, wrong in (("PERTURB_SHIFT", 4), ("GROWTH", 2), ("usable_of", lambda log2: (1 << log2) * 3 // 4)):
        with monkeypatch.context() as patch:
            patch.setattr(dictmodel, name, wrong)
            with pytest.raises(Difference):
                for _, done in episodes(1):
                    assert done < 1_000_000


def test_a_model_that_leaves_tombstones_alone_is_caught(monkeypatch):
    def after_tombstones(self, h):
        return next(slot for slot in path(h, self.log2) if self.indices[slot] == -1)

    monkeypatch.setattr(DictModel, "_free_slot", after_tombstones)
    with pytest.raises(Difference):
        for _, done in episodes(1):
            assert done < 1_000_000


def test_the_documented_sizes():
    assert [usable_of(n) for n in (3, 4, 5, 10)] == [5, 10, 21, 682]
    assert [log2_for(n) for n in (0, 3, 6, 8, 9, 15, 18, 33)] == [3, 4, 4, 3, 4, 4, 5, 6]
    d, model, sizes = {}, DictModel(), []
    for i in range(100_000):
        d[i] = True
        if model.insert(i):
            sizes.append((len(d), model.log2))
            assert _core.probe(d, i)[0] == model.log2
    assert sizes[:3] == [(1, 3), (6, 4), (11, 5)] and [log2 for _, log2 in sizes] == list(range(3, 19))


# ---- the order in which the dict compares ----


class Fixed(int):
    """An int with a hash of its own choice, that tells whom it is compared with."""

    log: list = []

    def __new__(cls, name, hash_value):
        self = int.__new__(cls, name)
        self.hash_value = hash_value
        return self

    def __hash__(self):
        return self.hash_value

    def __eq__(self, other):
        # dict compares the entry's key with the one looked up: the entry's is the first
        Fixed.log.append(int(self))
        return self is other


@pytest.mark.parametrize("seed", range(300))
def test_the_dict_compares_in_the_order_of_the_slots(seed):
    rng = random.Random(seed)
    hashes = [rng.choice((5, 13, 8 * rng.randrange(100), rng.getrandbits(62))) for _ in range(3)]
    d, model, alive = {}, DictModel(), []
    for n in range(rng.choice((6, 20, 60))):
        if alive and rng.random() < 0.35:
            key = alive.pop(rng.randrange(len(alive)))
            del d[key]
            model.delete(key)
        else:
            key = Fixed(n, rng.choice(hashes) if rng.random() < 0.7 else rng.randrange(64))
            d[key] = n
            model.insert(key)
            alive.append(key)
        for h in hashes:
            missing = Fixed(-1, h)
            Fixed.log.clear()
            assert d.get(missing) is None
            told = Fixed.log[:]
            assert told == [int(key) for key in model.compared(h)]


def test_comparisons_come_in_another_order_than_insertions_did():
    """Tombstones are used again: the order above is the table's, not the order of insertion."""
    d, model = {}, DictModel()
    first, second, third = (Fixed(n, 3) for n in (1, 2, 3))
    for key in (first, second):
        d[key] = 0
        model.insert(key)
    del d[first]
    model.delete(first)
    d[third] = 0
    model.insert(third)
    Fixed.log.clear()
    d.get(Fixed(-1, 3))
    assert Fixed.log == [3, 2] == [int(key) for key in model.compared(3)]


# ---- the table itself, byte for byte ----


@pytest.mark.skipif(not KNOWN, reason="the layout was not looked at")
@pytest.mark.parametrize("count", [0, 1, 5, 6, 10, 100, 1000, 10_000, 100_000])
def test_the_index_table_is_recomputed_byte_for_byte(count):
    d, model = dict_of_ids(count)
    expected = model.index_bytes()
    assert live_indices(d, len(expected)) == expected


# ---- traces ----


class Replay:
    """Replays a trace's memo operations in the model and compares log2, slots visited and last slot of each."""

    def __init__(self, trace):
        self.trace, self.addresses = trace, [o.addr for o in trace.objects]
        self.memo, self.model, self.checked = None, DictModel(), 0

    def addr(self, ref):
        return self.addresses[ref - 1]

    def run(self):
        events = self.trace.events
        for e, after in zip(events, [*events[1:], None]):  # noqa: B905  (one is longer on purpose)
            if e.event == "memo_new":
                self.memo = self.addr(e.arg)
            elif e.event in ("memo_get", "memo_again"):
                self.look_up(e, self.addr(e.obj), e.arg if e.event == "memo_get" and not e.outcome else None)
            elif e.event == "keep_get":
                self.look_up(e, self.memo, None)
                if after is not None and after.event == "keep_new":
                    self.model.insert(self.memo)
            elif e.event == "memo_set":
                self.model.insert(self.addr(e.obj))
                self.look_up(e, self.addr(e.obj), None, found=True)
        return self.checked

    def look_up(self, e, key, slot, found=None):
        predicted = self.model.walk(key)
        assert predicted.found == (e.outcome if found is None else found), e
        assert (e.log2_slots, e.probes) == (predicted.log2, min(predicted.count, COUNT_MAX)), (e, predicted)
        if slot is not None:
            assert slot == predicted.slot, (e, predicted)
        self.checked += 1


def replayable(trace):
    """Whether the trace has one memo, made by deepcopy and changed by nobody else."""
    names = [e.event for e in trace.events]
    return names.count("memo_new") == 1 and not {"memo_changed", "memo_given"} & set(names)


def test_probes_of_traces_are_as_predicted():
    checked = traces = 0
    for seed in range(0, 1200):
        trace = copyscope.trace(Graph(program(seed)).build()[0])
        if replayable(trace):
            checked += Replay(trace).run()
            traces += 1
    assert traces > 400 and checked > 10_000, (traces, checked)


@pytest.mark.parametrize("count", [10, 1000, 5000])
def test_probes_of_a_large_trace_are_as_predicted(count):
    x = [[i, (i, [i]), {"k": [i]}] for i in range(count)]
    assert Replay(copyscope.trace(x)).run() > 6 * count


def test_keys_of_every_kind_are_walked():
    for name, make in KEYS.items():
        rng = random.Random(1)
        d = {make(rng): 1 for _ in range(50)}
        model = DictModel()
        for key in d:
            model.insert(key, STR_TABLES)
        known = [_core.probe(d, key) for key in d]
        assert any(known), name
