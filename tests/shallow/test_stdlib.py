"""CPython's own tests of the copy module pass with the engine's copy and replace in place."""

import copy
import unittest

import pytest
from likeness import recorded

import copyscope

suite = pytest.importorskip("test.test_copy", reason="this interpreter is installed without its test package")
CLASSES = [c for c in (suite.TestCopy, getattr(suite, "TestReplace", None)) if c is not None]


def names():
    """All of them: what the stdlib's own functions pass, they must pass beside the engine's."""
    loader = unittest.defaultTestLoader
    return [(c, name) for c in CLASSES for name in loader.getTestCaseNames(c)]


@pytest.mark.parametrize("case, name", names())
@pytest.mark.parametrize("engine", ["plain", "traced"])
def test_passes(case, name, engine, monkeypatch):
    for function in ("copy", "replace"):
        if hasattr(copy, function):
            ours = getattr(copyscope, function) if engine == "plain" else recorded(function)
            monkeypatch.setattr(copy, function, ours)
    result = unittest.TestResult()
    case(name).run(result)
    assert result.testsRun == 1
    for _, traceback in result.failures + result.errors:
        pytest.fail(traceback)
