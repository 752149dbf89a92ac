"""What a gallery shows of a trace: /api/traces/ID."""

import itertools
import json

import pytest

import copyscope


@pytest.fixture
def served(serve, tmp_path):
    inner = [1]
    trace = copyscope.trace([inner, inner, {"k": (1, [2])}], verify=True)
    trace.save(tmp_path / "it.cst")
    return serve(tmp_path / "it.cst"), trace


def test_counts_and_picture_are_those_of_the_trace(served):
    server, trace = served
    status, _, body = server.get("/api/traces/1")
    told = json.loads(body)
    kinds = [event.event for event in trace.events]
    assert status == 200 and told["events"] == len(kinds) and told["objects"] == len(trace.objects)
    assert told["calls"] == kinds.count("call") and told["verdict"] == "equal"
    assert told["lookups"] == sum(kind in ("memo_get", "memo_again") for kind in kinds)
    assert sum(sum(lane) for lane in told["lanes"].values()) == len(kinds)
    assert len(told["depth"]) == len(told["lanes"]["memo"])
    steps = [{"call": 1, "return": -1}.get(kind, 0) for kind in kinds]
    assert max(told["depth"]) == max(itertools.accumulate(steps))


@pytest.mark.parametrize("path", ["0", "2", "-1", "1x", "", "1/", "99999999999"])
def test_what_there_is_not_is_refused(path, served):
    assert served[0].get(f"/api/traces/{path}")[0] == 404
