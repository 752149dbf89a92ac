"""Known traps for anything that takes the place of `copy.deepcopy`, one scenario each.

A scenario is called as `scenario(deepcopy, log)`: it makes its objects, copies them with the deepcopy it was given and
returns what is to be compared; hooks append to `log` in the order in which they run.
"""

from traps import changing, half_made, hooks, lifetimes, memo, order, reduce, replaced
from traps.common import TRAPS

__all__ = ["TRAPS", "changing", "half_made", "hooks", "lifetimes", "memo", "order", "reduce", "replaced"]
