"""While a recording lasts, `copy.deepcopy` called by hooks and reductors is recorded as well."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def _through_default(x, memo=None, _nil=None):
    return _nil(x, memo)  # the third default is where the function to call is put


@contextmanager
def redirected(target: Callable[..., Any], function: Any = copy.deepcopy) -> Iterator[Callable[..., Any]]:
    """Lets every reference to `copy.deepcopy`, also one imported by name, call target(x, memo).

    The function object stays the same; its code and defaults are swapped, and put back at the end. Yields a
    function with the code it had. function: the deepcopy of another module than `copy`.
    """
    code, defaults = function.__code__, function.__defaults__
    original = type(function)(code, function.__globals__, function.__name__, defaults)
    function.__code__, function.__defaults__ = _through_default.__code__, (None, target)
    try:
        yield original
    finally:
        function.__code__, function.__defaults__ = code, defaults
