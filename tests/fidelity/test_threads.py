"""Threads that switch in the middle of a copy, garbage collections at any point, interpreters within the process."""

import copy
import gc
import importlib
import subprocess
import sys
import threading

import pytest
from deep import KINDS, nest
from runners import ENGINES, stdlib
from shape import shape

import copyscope

COPIES = 60  # of each thread


class Busy:
    """A hook in which other threads get their turn."""

    def __init__(self, parts):
        self.parts = parts

    def __deepcopy__(self, memo):
        for _ in range(20):
            pass
        return Busy(copy.deepcopy(self.parts, memo))


def shared_graph():
    parts = [[i, (i, [i]), {"k": [i], i: None}] for i in range(30)]
    return {"parts": parts, "busy": [Busy([part, parts[0]]) for part in parts], "t": (parts, {1, 2})}


@pytest.fixture
def switching():
    """Threads take turns as often as they can, and the collector runs all the time."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(7)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)


def in_threads(*functions):
    """Runs them at the same time; raises what the first to fail raised."""
    failures = []

    def guarded(function):
        try:
            function()
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=guarded, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("engine", ["plain", "everywhere"])
def test_threads_that_copy_one_graph_get_equal_copies(engine, switching):
    x = shared_graph()
    expected = shape(copy.deepcopy(x))

    with ENGINES[engine]() as deepcopy:

        def copies():
            for _ in range(COPIES // 4):
                assert shape(deepcopy(x)) == expected

        in_threads(copies, copies, copies)


def test_a_graph_that_another_thread_changes(switching):
    """Whatever is copied meanwhile, nothing crashes: a copy, or what dict iteration says of a change."""
    x = shared_graph()
    ended = threading.Event()

    def changes():
        n = 0
        while not ended.is_set():
            n += 1
            x["parts"].append([n])
            x["parts"][n % 5][2][n % 50] = n
            x["parts"][n % 5][2].pop(n % 50, None)
            del x["parts"][30:]
            x["busy"][n % 30].parts = [n, x["parts"][0]]

    def copies():
        try:
            for _ in range(COPIES):
                try:
                    copyscope.deepcopy(x)
                except RuntimeError as e:
                    assert "changed" in str(e)
        finally:
            ended.set()

    in_threads(changes, copies)


def test_a_recording_while_other_threads_copy(switching):
    x = shared_graph()
    ended = threading.Event()
    expected = shape(copy.deepcopy(x))

    def records():
        try:
            for _ in range(5):
                trace = copyscope.trace(x)
                assert trace.complete and shape(trace.result) == expected
        finally:
            ended.set()

    def copies():
        while not ended.is_set():
            with stdlib() as deepcopy:
                assert shape(deepcopy(x)) == expected

    in_threads(records, copies, copies)


def test_threads_with_small_stacks_and_deep_nests(switching):
    before = threading.stack_size(256 * 1024)
    try:
        x = nest(KINDS["list"], 150)
        in_threads(*[lambda: [copyscope.deepcopy(x) for _ in range(COPIES)]] * 4)
    finally:
        threading.stack_size(before)


# ---- interpreters within the process ----

INNER = """
import os
try:
    import copyscope
    x = [1]
    y = copyscope.deepcopy([x, (x, {'k': x})])
    said = 'works' if y == [[1], ([1], {'k': [1]})] and y[0] is y[1][0] is not x else 'wrong'
    said += ', traced' if copyscope.trace([x]).result == [[1]] else ', wrong'
except ImportError as e:
    said = f'refused: {e}'
os.write(1, (said + '\\n').encode())
"""

OUTER = """
import sys, copyscope
copyscope.deepcopy([1])
def run(code):
    if sys.version_info >= (3, 13):
        import _interpreters as inner
        for config in ('legacy', 'isolated'):
            i = inner.create(config)
            failed = inner.exec(i, code)
            if failed: print(failed.formatted, flush=True)
            inner.destroy(i)
    else:
        import _xxsubinterpreters as inner
        for isolated in (False, True):
            i = inner.create(isolated=isolated)
            inner.run_string(i, code)
            inner.destroy(i)
run(CODE)
copyscope.deepcopy([[1]])
print('and still here', copyscope.trace([[2]]).result)
"""


def test_a_subinterpreter_can_use_it_or_is_refused_clearly():
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    try:
        importlib.import_module(name)
    except ImportError:
        pytest.skip(f"this interpreter has no module {name}")
    program = OUTER.replace("CODE", repr(INNER))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *inner, last = done.stdout.splitlines()
    assert last == "and still here [[2]]"
    assert len(inner) == 2
    for said in inner:
        assert said == "works, traced" or (said.startswith("refused: ") and "interpreter" in said), said
