"""Threads that copy at once, the same object and each its own, while others change what is copied."""

import copy
import sys
import threading

import pytest
from operations import CASES
from shapes import outcome, shape

import copyscope
from copyscope import _core

ROUNDS, THREADS = 40, 6
QUIET = [name for name in CASES if name not in ("growing", "shrinking", "hook_writes_and_raises")]


@pytest.fixture(autouse=True)
def switching():
    """The interpreter changes threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(functions):
    """Runs all at once; an exception of any is raised."""
    errors, start = [], threading.Barrier(len(functions))

    def run(function):
        try:
            start.wait()
            function()
        except BaseException as e:
            errors.append(e)

    threads = [threading.Thread(target=run, args=(f,)) for f in functions]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]


def test_each_thread_copies_and_traces_its_own_objects():
    expected = {name: outcome(copy.deepcopy, CASES[name]()) for name in QUIET}

    def work():
        for name in QUIET:
            assert outcome(copyscope.deepcopy, CASES[name]()) == expected[name]
            session = _core.Session()
            assert outcome(session.deepcopy, CASES[name]()) == expected[name]
            assert _core.read(session.end())["complete"]

    in_threads([work] * THREADS)


def test_all_threads_copy_the_same_object():
    x = CASES["many"]()
    expected = shape(x)

    def work():
        for _ in range(ROUNDS):
            assert shape(copyscope.deepcopy(x)) == expected
            assert shape(copyscope.trace(x).result) == expected

    in_threads([work] * THREADS)


def test_a_session_used_from_other_threads_stays_whole():
    session = _core.Session()
    x = CASES["many"]()
    expected = shape(x)

    def work():
        for _ in range(ROUNDS):
            assert shape(session.deepcopy(x)) == expected

    def worker_and_owner():
        in_threads([work] * THREADS)

    other = threading.Thread(target=worker_and_owner)
    other.start()
    work()
    other.join()
    assert _core.read(session.end())["complete"]


def test_objects_that_change_under_the_copy():
    """Lists grow and shrink, dicts are refilled: the copy is made, or raises as the interpreter's may."""
    shared_list, shared_dict = [[i] for i in range(50)], {i: [i] for i in range(50)}
    x = [shared_list, shared_dict, (shared_list, shared_dict)]
    stop = threading.Event()

    def change():
        i = 0
        while not stop.is_set():
            i += 1
            shared_list.append([i])
            del shared_list[: len(shared_list) - 50]
            shared_dict[i] = [i]
            shared_dict.pop(i - 50, None)
            if i % 97 == 0:
                shared_list.clear()
                shared_dict.clear()

    def work():
        for _ in range(ROUNDS * 3):
            for function in (copyscope.deepcopy, lambda o: copyscope.trace(o).result):
                how, text = outcome(function, x)
                assert how == "result" or (how == "RuntimeError" and "dictionary" in text), (how, text)

    changer = threading.Thread(target=change)
    changer.start()
    try:
        in_threads([work] * 3)
    finally:
        stop.set()
        changer.join()


def test_one_memo_in_many_threads():
    """A memo that several copies fill at once stays one dict; every copy is right."""
    memo, x = {}, [[1], {"k": (1, [2])}, CASES["many"]()]

    def work():
        for _ in range(ROUNDS):
            copyscope.deepcopy(x, memo)
            memo.pop(id(x), None)

    in_threads([work] * THREADS)
    assert shape(copyscope.deepcopy(x)) == shape(x)
