"""What the traps are made of.

A scenario is called as `scenario(deepcopy, log)`: it makes its objects, copies them with the deepcopy it was given and
returns what is to be compared; hooks append to `log` in the order in which they run.
"""

from __future__ import annotations

import contextlib
import types

TRAPS = {}


def trap(scenario):
    """Registers a scenario under its name."""
    TRAPS[scenario.__name__] = scenario
    return scenario


@contextlib.contextmanager
def attribute(owner, name, value):
    """owner.name is value for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextlib.contextmanager
def entry(table, key, value):
    """table[key] is value for a while."""
    missing = object()
    before = table.get(key, missing)
    table[key] = value
    try:
        yield
    finally:
        if before is missing:
            del table[key]
        else:
            table[key] = before


class Plain:
    def __init__(self, **items):
        self.__dict__.update(items)


class Logs:
    """A leaf whose copy is told."""

    def __init__(self, log, name, result=None):
        self.log, self.name, self.result = log, name, result

    def __deepcopy__(self, memo):
        self.log.append(f"copies {self.name}")
        return self.result if self.result is not None else f"copy of {self.name}"


class Does:
    """Calls a function while it is copied."""

    def __init__(self, action, result="done"):
        self.action, self.result = action, result

    def __deepcopy__(self, memo):
        self.action(memo)
        return self.result


class Reduces:
    """`__reduce_ex__` returns what it was given."""

    def __init__(self, rv):
        self.rv = rv

    def __reduce_ex__(self, protocol):
        return self.rv() if isinstance(self.rv, types.FunctionType) else self.rv


def raiser(error):
    """A function that raises."""

    def action(*_):
        raise error

    return action
