"""What a recording says about its policy: does it copy this object as the interpreter's deepcopy does?"""

import pytest
from conftest import REAL_PYTHON

import copyscope

METER = "class Meter(int): pass\nm = Meter(5)\nm.log = [1]\n(m, 2)\n"


@pytest.fixture(scope="module")
def meta_of():
    """Runs a snippet in a worker; returns the metadata of its trace and the events' names."""
    from conftest import start_servers

    started = start_servers()
    server = next(started)(python=REAL_PYTHON)

    def run(code, policy):
        page = server.open()
        _, frames, _ = page.run(code, policy=policy)
        trace = copyscope.Trace(b"".join(frame for frame in frames if frame[:4] != b"CAM_"))
        return trace.meta, [event.event for event in trace.events]

    yield run
    next(started, None)


def test_the_interpreters_own_is_not_compared_with_itself(meta_of):
    assert "soundness" not in meta_of(METER, "cpython")[0]


@pytest.mark.parametrize("policy", ["cpython-3.14", "sound-merged"])
def test_a_sound_policy_is_told(meta_of, policy):
    found = meta_of(METER, policy)[0]["soundness"]
    assert found["sound"] is True and found["against"].startswith("CPython ") and "difference" not in found


def test_a_difference_is_told_with_its_place(meta_of):
    found = meta_of(METER, "report-merged")[0]["soundness"]
    assert found["sound"] is False and found["kind"] == "sharing of int with attributes"
    assert found["difference"].startswith("the copy[0]: ")


def test_what_cannot_be_compared_says_why(meta_of):
    found = meta_of("x = []\nfor _ in range(5000): x = [x]\nx", "sound-merged")[0]["soundness"]
    assert found["sound"] is None and "RecursionError" in found["note"]


def test_user_code_that_hangs_in_the_comparison_does_not_end_the_run(meta_of):
    code = (
        "import time\nclass C:\n    made = 0\n    def __deepcopy__(self, memo):\n        C.made += 1\n"
        "        return 1\nimport sys\nif 'objects' in sys.modules: time.sleep(60)\n[C()]"
    )
    meta, events = meta_of(code, "sound-merged")
    assert events[-1] == "return" and meta["soundness"]["sound"] is None and meta["soundness"]["note"]


def test_without_a_memo_the_recursion_error_is_recorded(meta_of):
    meta, events = meta_of("a = [1]\na.append(a)\na", "no-memo")
    assert meta["policy"] == "no-memo" and meta["recorder"] == "witness"
    assert meta["exception"].startswith("RecursionError") and "raise" in events and "memo_get" not in events
    assert meta["soundness"]["sound"] is False and "RecursionError" in meta["soundness"]["kind"]
