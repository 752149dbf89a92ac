"""One scenario, run with the interpreter's deepcopy and with the engine's: results, exceptions and hook order."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shape import exception_shape, first_difference, shape, without_addresses

import copyscope
from copyscope import _core
from copyscope.redirect import redirected

Copier = Callable[..., Any]
Scenario = Callable[[Copier, list], Any]


@contextmanager
def stdlib() -> Iterator[Copier]:
    """The interpreter's own."""
    yield copy.deepcopy


@contextmanager
def plain() -> Iterator[Copier]:
    """The engine, nothing recorded; what hooks call is the interpreter's own deepcopy."""
    yield copyscope.deepcopy


@contextmanager
def everywhere() -> Iterator[Copier]:
    """The engine, and hooks that call `copy.deepcopy` come to it as well."""
    with redirected(copyscope.deepcopy):
        yield copyscope.deepcopy


@contextmanager
def traced() -> Iterator[Copier]:
    """The engine with its recorder, as `copyscope.trace` runs it."""
    session = _core.Session()
    with redirected(session.deepcopy):
        yield session.deepcopy
    read = _core.read(session.end())
    assert read["complete"], read["error"]


ENGINES = {"plain": plain, "everywhere": everywhere, "traced": traced}


def outcome(scenario: Scenario, runner: Callable[[], Any]) -> dict[str, list]:
    """What a scenario gives under a runner: the shape of what it returns, the exception chain, the log of its hooks."""
    log: list = []
    with runner() as deepcopy:
        try:
            result, error = scenario(deepcopy, log), None
        except BaseException as e:  # noqa: B036  (hooks raise SystemExit and the like on purpose)
            result, error = None, e
    return {"result": shape(result), "exception": exception_shape(error), "log": list(map(without_addresses, log))}


def differences(scenario: Scenario, runner: Callable[[], Any]) -> list[str]:
    """Where the engine's outcome is not the interpreter's, one line each."""
    theirs, ours = outcome(scenario, stdlib), outcome(scenario, runner)
    found = [(part, first_difference(ours[part], theirs[part])) for part in theirs]
    return [f"{part}: {where}" for part, where in found if where]
