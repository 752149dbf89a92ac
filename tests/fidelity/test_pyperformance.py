"""The three objects of pyperformance's bm_deepcopy, and a JSON document, recorded under every policy."""

import json
import pathlib
import sys

import pytest
from check import compare, policies_here

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "bench"))
import objects  # noqa: E402

OBJECTS = {name: getattr(objects, name) for name in ("nested", "reduced", "shared")}
DOCUMENT = pathlib.Path(__file__).parent.parent.parent / "web" / "package-lock.json"


@pytest.mark.parametrize("policy", policies_here())
@pytest.mark.parametrize("name", OBJECTS)
def test_events_are_equal(name, policy):
    verdict, _, _ = compare(OBJECTS[name], policy)
    assert verdict["state"] == "equal", verdict["where"]
    assert verdict["total"] > 30


def test_a_real_document_of_ten_thousand_objects_is_equal():
    text = DOCUMENT.read_text()
    copies = 1 + 10_000 // count(json.loads(text))
    verdict, trace, _ = compare(lambda: [json.loads(text) for _ in range(copies)])
    assert verdict["state"] == "equal", verdict["where"]
    assert len([e for e in trace.events if e.event == "call"]) >= 10_000


def count(x):
    """Objects in a JSON document, keys included."""
    if isinstance(x, dict):
        return 1 + sum(1 + count(v) for v in x.values())
    return 1 + sum(map(count, x)) if isinstance(x, list) else 1
