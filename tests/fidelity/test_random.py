"""Engine and witness of copy.py yield the same events on random object graphs."""

import os

import pytest
from check import compare, policies_here
from graphs import graph

GRAPHS = int(os.environ.get("COPYSCOPE_GRAPHS", "2000"))
FIRST = int(os.environ.get("COPYSCOPE_SEED", "1"))
PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_events_of_random_graphs_are_equal(part):
    policies = policies_here()
    for seed in range(FIRST + part, FIRST + GRAPHS, PARTS):
        policy = "cpython" if seed % 2 else policies[seed // 2 % len(policies)]
        verdict, _, _ = compare(lambda seed=seed: graph(seed), policy)
        assert verdict["state"] == "equal", f"seed {seed}, {policy}: {verdict['where']}"
