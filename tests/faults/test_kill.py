"""kill -9 while a trace is written: the file opens as its prefix; `make faults` does it a hundred times."""

import kill
import pytest

from copyscope import _core


def test_a_killed_recording_opens_as_its_prefix():
    assert kill.kills(10, seed=2) == []


def test_a_damaged_file_is_found(tmp_path):
    """The check can fail: a file that was not cut but changed, and one that holds something else."""
    path = tmp_path / "t.cst"
    with open(path, "wb") as f:
        session = _core.Session(fd=f.fileno())
        session.deepcopy([[1], (2, [3])])
        session.flush()
    data = path.read_bytes()
    with pytest.raises(kill.Fault, match="no prefix"):
        kill.events_in(path, ["call", "return"])
    path.write_bytes(data[:40] + b"\xff" + data[41:])
    with pytest.raises(kill.Fault, match="not that it was cut short"):
        kill.events_in(path, [])
    path.write_bytes(b"something else")
    with pytest.raises(kill.Fault, match="does not open"):
        kill.events_in(path, [])
