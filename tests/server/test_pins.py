"""/api/pins: an operation of a trace on each simulated memory, at any depth and latency, with its cycles."""

import json

import pytest

import copyscope


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    inner = [1]
    path = tmp_path_factory.mktemp("pins") / "it.cst"
    copyscope.trace([[inner] for _ in range(20)] + [inner]).save(path)
    return path


@pytest.fixture
def pins(serve, trace):
    server = serve(trace)

    def ask(index, engine="cam", depth=64, latency=0, trace_id=1):
        return server.get(f"/api/pins/{trace_id}/{index}/{engine}/{depth}/{latency}")

    return ask


def answer(got):
    status, _, body = got
    assert status == 200, body
    return json.loads(body)


@pytest.mark.parametrize("engine", ["cam", "probe", "hash"])
def test_every_memory_answers_as_the_dict_did(engine, pins):
    outcomes = []
    for index in range(12):
        found = answer(pins(index, engine))
        assert found["engine"] == engine and (found["op"]["op"] == 2 or found["op"]["agreed"]), found["op"]
        assert found["before"] is None if index == 0 else found["before"]["cycle"] < found["op"]["cycle"]
        if engine == "probe" and found["op"]["dict_probes"] and found["op"]["op"] == 1:
            assert found["op"]["probes"] == found["op"]["dict_probes"]
        outcomes.append((found["op"]["op"], found["op"]["hit"]))
    assert outcomes == [(o["op"], o["hit"]) for o in (answer(pins(i, "cam"))["op"] for i in range(12))]


def test_the_cycles_hold_the_request_and_its_answer(pins):
    found = answer(pins(5))
    at = {cycle["cycle"]: cycle for cycle in found["cycles"]}
    taken = at[found["op"]["cycle"]]
    assert taken["req_valid"] and taken["req_ready"]
    done = at[found["op"]["cycle"] + found["op"]["cycles"]]
    assert done["rsp_valid"] and bool(done["rsp_hit"]) == found["op"]["hit"]
    assert sorted(at) == list(range(min(at), max(at) + 1))


def test_latency_is_in_the_cycles_and_depth_makes_it_spill(pins):
    near, far = answer(pins(5))["op"]["cycles"], answer(pins(5, latency=40))["op"]["cycles"]
    assert far == near + 40
    ops = [answer(pins(index, depth=1))["op"] for index in range(30)]
    assert any(op["spill"] for op in ops) and not any(answer(pins(index))["op"]["spill"] for index in range(30))


def test_what_is_not_there_or_too_much_is_one_line(pins):
    for got, words in [
        (pins(10**8), "too far"),
        (pins(99_999, depth=1), "no such operation"),
        (pins(0, trace_id=99), "no such trace"),
        (pins(0, engine="abacus"), "TRACE/OPERATION/ENGINE/DEPTH/LATENCY"),
        (pins(0, depth=0), "TRACE/OPERATION"),
        (pins(-1), "TRACE/OPERATION"),
        (pins("0x1"), "TRACE/OPERATION"),
    ]:
        status, _, body = got
        assert status == 404 and words in body.decode(), body


def test_a_depth_past_the_deepest_is_taken_as_the_deepest(pins):
    assert answer(pins(3, depth=999_999))["depth"] == 4096
