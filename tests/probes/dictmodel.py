"""A model of CPython's dict, in Python, from the documented facts of its hash table.

It knows nothing of the extension: it is what recorded probes are checked against. The facts (Objects/dictobject.c,
CPython 3.10 to 3.13): a table of 2^n slots, at least 8, each -1 (empty), -2 (tombstone of a deleted entry) or the index
of an entry; entries in order of insertion; the first slot is hash & mask and the next ones are i*5 + perturb + 1 with
perturb shifted right by 5 each time; two thirds of the slots are usable, an insertion uses one up even where it takes
the place of a tombstone, and a deletion gives none back; with none left the table is rebuilt, without tombstones, for
three times the entries in use. An empty dict has a shared table of one slot.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

MIN_LOG2 = 3
PERTURB_SHIFT = 5
GROWTH = 3
EMPTY, TOMBSTONE = -1, -2
SIZE_MASK = (1 << 64) - 1
NO_ENTRY: Any = object()


class Walk(NamedTuple):
    """One lookup: log2 of the slots, number of slots visited, the slot it ended on, whether the key was there."""

    log2: int
    count: int
    slot: int
    found: bool


def path(hash_value: int, log2: int) -> Iterator[int]:
    """The slots of a probe sequence, in order, without end."""
    mask = (1 << log2) - 1
    perturb = hash_value & SIZE_MASK
    i = perturb & mask
    while True:
        yield i
        perturb >>= PERTURB_SHIFT
        i = (i * 5 + perturb + 1) & mask


def usable_of(log2: int) -> int:
    """How many entries a table of that size takes before it is rebuilt."""
    return (2 << log2) // 3


def log2_for(slots: int) -> int:
    """log2 of the table that is made for so many slots: 8 or the next power of two; but 16 for 1 to 7.

    That is what `calculate_log2_keysize` computes, and a dict that shrank to one or two entries shows it.
    """
    smallest = 1 << MIN_LOG2
    return (((slots | smallest) - 1) | (smallest - 1)).bit_length()


class DictModel:
    """The table of a dict that is changed one key at a time. Keys are compared by identity of value and by hash."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """As of `{}` and of `d.clear()`."""
        self.log2, self.usable, self.used = 0, 0, 0
        self.indices = [EMPTY]
        self.entries: list[tuple[int, Hashable]] = []
        self.all_str = False  # a table of str keys alone has smaller entries; another key rebuilds it (since 3.11)

    def walk(self, key: Hashable, hash_value: int | None = None) -> Walk:
        """What looking the key up does."""
        h = hash(key) if hash_value is None else hash_value
        indices, entries = self.indices, self.entries
        mask = (1 << self.log2) - 1
        perturb = h & SIZE_MASK
        i = perturb & mask
        count = 1
        while True:
            ix = indices[i]
            if ix == EMPTY:
                return Walk(self.log2, count, i, False)
            if ix >= 0:
                entry_hash, entry_key = entries[ix]
                if entry_hash == h and (entry_key is key or entry_key == key):
                    return Walk(self.log2, count, i, True)
            perturb >>= PERTURB_SHIFT
            i = (i * 5 + perturb + 1) & mask
            count += 1

    def compared(self, hash_value: int) -> list[Hashable]:
        """The keys of equal hash that a lookup which finds none compares, in order."""
        found = []
        for slot in path(hash_value, self.log2):
            ix = self.indices[slot]
            if ix == EMPTY:
                return found
            if ix >= 0 and self.entries[ix][0] == hash_value:
                found.append(self.entries[ix][1])
        raise AssertionError("a probe sequence visits every slot")

    def insert(self, key: Hashable, str_tables: bool = True) -> bool:
        """d[key] = ...; returns whether the table was rebuilt. str_tables: of 3.11 and later."""
        h = hash(key)
        resized = False
        if self.log2 == 0:
            self._new_table(MIN_LOG2)
            self.all_str = type(key) is str
            resized = True
        elif self.walk(key, h).found:
            return False
        elif self.usable <= 0 or (str_tables and self.all_str and type(key) is not str):
            self.all_str = self.all_str and type(key) is str
            self._rebuild()
            resized = True
        self.indices[self._free_slot(h)] = len(self.entries)
        self.entries.append((h, key))
        self.usable -= 1
        self.used += 1
        return resized

    def delete(self, key: Hashable) -> None:
        """del d[key]: a tombstone in the table, a hole among the entries."""
        walk = self.walk(key)
        if not walk.found:
            raise KeyError(key)
        ix = self.indices[walk.slot]
        self.indices[walk.slot] = TOMBSTONE
        self.entries[ix] = (0, NO_ENTRY)
        self.used -= 1

    def popitem(self) -> Hashable:
        """d.popitem(): the last entry goes, and with it the holes after it; its slot becomes a tombstone."""
        while self.entries and self.entries[-1][1] is NO_ENTRY:
            self.entries.pop()
        if not self.entries:
            raise KeyError("empty")
        h, key = self.entries[-1]
        last = len(self.entries) - 1
        slot = next(slot for slot in path(h, self.log2) if self.indices[slot] == last)
        self.indices[slot] = TOMBSTONE
        self.entries.pop()
        self.used -= 1
        return key

    def index_bytes(self) -> bytes:
        """The table as it lies in memory: 1, 2, 4 or 8 bytes a slot, little-endian."""
        size = 1 << self.log2
        width = 1 if size <= 0xFF else 2 if size <= 0xFFFF else 4 if size <= 0xFFFFFFFF else 8
        return b"".join(ix.to_bytes(width, "little", signed=True) for ix in self.indices)

    def _free_slot(self, h: int) -> int:
        """The first slot of the sequence that holds no entry: a tombstone's place is used again."""
        indices, mask = self.indices, (1 << self.log2) - 1
        perturb = h & SIZE_MASK
        i = perturb & mask
        while indices[i] >= 0:
            perturb >>= PERTURB_SHIFT
            i = (i * 5 + perturb + 1) & mask
        return i

    def _new_table(self, log2: int) -> None:
        self.log2, self.usable = log2, usable_of(log2)
        self.indices = [EMPTY] * (1 << log2)

    def _rebuild(self) -> None:
        """The entries that are left, in order, into a table for three times as many."""
        entries = [entry for entry in self.entries if entry[1] is not NO_ENTRY]
        self._new_table(log2_for(self.used * GROWTH))
        self.entries = entries
        self.usable -= len(entries)
        for ix, (h, _) in enumerate(entries):
            self.indices[self._free_slot(h)] = ix
