"""The hash table of a live dict, read from memory, for comparison with the model's byte for byte."""

from __future__ import annotations

import ctypes
import sys

from dictmodel import DictModel

POINTER = ctypes.sizeof(ctypes.c_void_p)
KNOWN = sys.version_info < (3, 14)  # the layout of later ones was not looked at
HEAD_WORDS = 4 if sys.version_info >= (3, 11) else 5  # of PyDictKeysObject, before the indices


def live_indices(d: dict, size: int) -> bytes:
    """The first bytes of a dict's index table: PyDictObject.ma_keys->dk_indices, by the documented layout."""
    head = object.__basicsize__ + 2 * POINTER  # ma_used and ma_version_tag
    keys = ctypes.c_void_p.from_address(id(d) + head).value
    assert keys is not None
    return ctypes.string_at(keys + HEAD_WORDS * POINTER, size)


def dict_of_ids(count: int) -> tuple[dict, DictModel]:
    """A dict of so many ids, every seventh deleted again, and its model."""
    objects = [object() for _ in range(count)]
    d, model = {}, DictModel()
    for x in objects:
        d[id(x)] = x
        model.insert(id(x))
    for x in objects[::7]:
        del d[id(x)]
        model.delete(id(x))
    return d, model
