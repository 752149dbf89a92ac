"""Random dicts, changed and looked up step by step: every walk of the live table must be the one the model predicts.

    make probes                                    2,500,000 walks on each CPython that is installed
    make probes ARGS='--walks 100000 --seed 7 --python 3.12'

Exit 0: all equal; 1: some differ, the first ones printed; 2: usage; 3: no interpreter to run.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

FIDELITY = pathlib.Path(__file__).resolve().parent.parent / "fidelity"
COUNT_MAX = 127  # a longer walk is recorded as this long
STR_TABLES = sys.version_info >= (3, 11)
SHOWN = 10

Keys = Callable[[random.Random], Any]


def _addresses(rng: random.Random) -> int:
    return 0x7F0000000000 + 16 * rng.randrange(1 << 22)


def _colliding(rng: random.Random) -> int:
    return rng.randrange(4000) << rng.choice((3, 8, 12, 20, 32))


KEYS: dict[str, Keys] = {
    "addresses": _addresses,
    "small": lambda rng: rng.randrange(5000),
    "negative": lambda rng: -rng.randrange(3000),  # hash(-1) is -2, as hash(-2) is
    "64 bits": lambda rng: rng.getrandbits(64),
    "beyond the modulus": lambda rng: rng.randrange(2000) + rng.choice((0, 1, 2)) * (2**61 - 1),
    "colliding": _colliding,
    "mixed": lambda rng: rng.choice((rng.randrange(500), str(rng.randrange(500)), (rng.randrange(50), "t"))),
}


class Difference(Exception):
    """A walk that is not as predicted."""


def _check(core: Any, d: dict, model: Any, key: Any, what: str) -> None:
    predicted, seen = model.walk(key), core.probe(d, key)
    if seen is None and type(key) is not int:
        return  # keys that only __eq__ can tell apart are not walked
    if seen is None or seen != (predicted.log2, min(predicted.count, COUNT_MAX), predicted.slot):
        raise Difference(f"{what}: looking up {key!r} in {len(d)} entries went {seen}, the model says {predicted}")
    if predicted.found != (key in d):
        raise Difference(f"{what}: {key!r} is {'' if key in d else 'not '}in the dict, the model says otherwise")


def _change(rng: random.Random, d: dict, model: Any, make: Keys, deleting: float) -> Any:
    """One random change of dict and model alike; returns a key to look up afterwards."""
    choice = rng.random()
    if d and choice < deleting:
        if rng.random() < 0.1:
            key = d.popitem()[0]
            if model.popitem() != key:
                raise Difference(f"popitem gave {key!r}")
            return key
        # A key found by its hash: the iteration order of a large dict with holes would take long.
        key = next((k for k in (make(rng) for _ in range(20)) if k in d), None)
        if key is None:
            key = next(iter(d))
        del d[key]
        model.delete(key)
        return key
    if choice > 0.9999:
        d.clear()
        model.clear()
    key = make(rng)
    d[key] = True
    model.insert(key, STR_TABLES)
    return key


def episodes(seed: int) -> Iterator[tuple[str, int]]:
    """Walks one random dict after another for ever; yields its name and the number of walks checked so far.

    Raises Difference where a walk is not as predicted.
    """
    from dictmodel import DictModel

    from copyscope import _core

    rng = random.Random(seed)
    done = 0
    while True:
        name, make = rng.choice(list(KEYS.items()))
        size, deleting = rng.choice((5, 12, 60, 400, 3000, 20000)), rng.choice((0.0, 0.1, 0.4, 0.55))
        what = f"seed {seed}, keys {name}, {size} steps, {deleting:.0%} deletions"
        d: dict = {}
        model = DictModel()
        for _ in range(size):
            key = _change(rng, d, model, make, deleting)
            for looked_up in (key, make(rng), make(rng)):
                _check(_core, d, model, looked_up, what)
                done += 1
        yield what, done


def walk(seed: int, walks: int) -> int:
    """Checks at least that many walks; returns how many."""
    for _, done in episodes(seed):
        if done >= walks:
            return done
    return 0


# ---- make probes ----


def child(seed: int, walks: int) -> int:
    """One interpreter's share, with progress."""
    version, started = f"{sys.version_info.major}.{sys.version_info.minor}", time.monotonic()
    shown = started
    try:
        for _, done in episodes(seed):
            if time.monotonic() - shown > 5:
                shown = time.monotonic()
                print(f"{version}: {done:,} of {walks:,} walks", file=sys.stderr, flush=True)
            if done >= walks:
                break
        check_tables()
        print(f"{version}: {done:,} walks and the tables of 10 to 1,000,000 ids as predicted, seed {seed}", flush=True)
        return 0
    except Difference as e:
        print(f"{version}: {e}", flush=True)
    return 1


def check_tables() -> None:
    """The index tables of large dicts, byte for byte. Raises Difference."""
    from tables import KNOWN, dict_of_ids, live_indices

    for count in (10, 100, 1000, 10_000, 100_000, 1_000_000) if KNOWN else ():
        d, model = dict_of_ids(count)
        expected = model.index_bytes()
        if live_indices(d, len(expected)) != expected:
            raise Difference(f"the index table of {count} ids is not the model's")


def main() -> int:
    sys.path.insert(0, str(FIDELITY))
    from campaign import interpreters

    parser = argparse.ArgumentParser(prog="make probes", description=__doc__.partition("\n")[0])
    parser.add_argument("--walks", type=int, default=2_500_000, help="walks on each interpreter (2,500,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", action="append", metavar="3.N", help="only this interpreter; may be repeated")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(args.seed, args.walks)
    found = interpreters()
    wanted = args.python or list(found)
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        print(f"no CPython {', '.join(missing)} with copyscope: have {', '.join(found) or 'none'}", file=sys.stderr)
        return 3
    failed = 0
    for i, name in enumerate(wanted):
        command = [found[name], __file__, "--child", "--seed", str(args.seed + i), "--walks", str(args.walks)]
        failed += subprocess.run(command, preexec_fn=lambda: os.nice(10)).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
