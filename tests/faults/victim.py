"""Copies for ever, recorded into the file named; writes a byte to the standard output in each hook."""

import os
import sys

from copyscope import _core


class Ticks:
    """Tells in the midst of its copy that it has come this far."""

    def __init__(self, items):
        self.items = items

    def __reduce__(self):
        os.write(1, b".")
        return Ticks, (self.items,)


def make():
    return [[Ticks([i, str(i), (i, [i])]) for i in range(200)], {"k": Ticks([])}]


def main():
    fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    session, x = _core.Session(fd=fd), make()
    while True:
        session.deepcopy(x)


if __name__ == "__main__":
    main()
