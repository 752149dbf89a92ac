"""CPython's own tests of the copy module pass with the engine's deepcopy in place."""

import copy
import unittest

import pytest

import copyscope

suite = pytest.importorskip("test.test_copy", reason="this interpreter is installed without its test package")


def names():
    """All of them: what the stdlib's own functions pass, they must pass beside the engine's."""
    return unittest.defaultTestLoader.getTestCaseNames(suite.TestCopy)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("engine", ["plain", "traced"])
def test_passes(name, engine, monkeypatch):
    def traced(x, memo=None):
        session = copyscope._core.Session()
        try:
            return session.deepcopy(x, memo)
        finally:
            session.end()

    monkeypatch.setattr(copy, "deepcopy", copyscope.deepcopy if engine == "plain" else traced)
    result = unittest.TestResult()
    suite.TestCopy(name).run(result)
    assert result.testsRun == 1
    for _, traceback in result.failures + result.errors:
        pytest.fail(traceback)
