"""Random object graphs, made from a seed."""

from __future__ import annotations

import random

from corpus import Data, Hook, IntWithAttribute, Plain, Reduce, ReduceDict, Slots, WithState

SCALARS = (0, 1, -5, 10**30, 1.5, "a", "text", b"b", None, True, 2j, ...)


def graph(seed: int):
    """An object graph of up to some 60 objects with sharing and cycles; the same for the same seed."""
    rng = random.Random(seed)
    pool = [rng.choice(SCALARS) for _ in range(3)]
    open_lists, open_dicts, open_objects = [], [], []
    for _ in range(rng.randrange(3, 60)):
        kind = rng.randrange(11)
        some = [rng.choice(pool) for _ in range(rng.randrange(0, 7))]
        if kind <= 2:
            x = list(some)
            open_lists.append(x)
        elif kind == 3:
            x = {f"k{i}": v for i, v in enumerate(some)}
            open_dicts.append(x)
        elif kind <= 5:
            x = tuple(some)
        elif kind == 6:
            x = Plain(**{f"f{i}": v for i, v in enumerate(some)})
            open_objects.append(x)
        elif kind == 7:
            x = rng.choice((Slots, WithState, Reduce, Hook))()
        elif kind == 8:
            x = Data(rng.randrange(9), some)
        elif kind == 9:
            x = ReduceDict(a=some)
        else:
            x = rng.choice((rng.choice(SCALARS), IntWithAttribute(rng.randrange(9))))
        pool.append(x)
    for _ in range(rng.randrange(0, 5)):  # cycles
        if open_lists:
            rng.choice(open_lists).append(rng.choice(pool))
        if open_dicts:
            rng.choice(open_dicts)[rng.choice(("k0", "z", 7))] = rng.choice(pool)
        if open_objects:
            rng.choice(open_objects).extra = rng.choice(pool)
    return pool[-rng.randrange(1, 4) :]
