"""Is a variant of copy.py sound: does it do what the interpreter's deepcopy does, for any object?

`check` compares both over random programs, or over objects that are given, and shrinks what differs.
"""

from copyscope.soundness.checker import Counterexample, Report, check
from copyscope.soundness.script import show

__all__ = ["Counterexample", "Report", "check", "show"]
