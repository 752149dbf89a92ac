"""copyscope records what ``copy.deepcopy`` does: every dispatch, memo probe, reduce step and fast path.

>>> import copyscope
>>> inner = [1, 2, 3]
>>> t = copyscope.trace([inner, inner])
>>> t.result
[[1, 2, 3], [1, 2, 3]]
>>> [e.outcome for e in t.events if e.event == "memo_get" and e.outcome]
[True]
"""

from copyscope._core import copy, deepcopy, policies, replace
from copyscope.jupyter import load_ipython_extension, register_if_running
from copyscope.record import record
from copyscope.recording import Event, Object, Trace, load, trace
from copyscope.soundness import check
from copyscope.watch import Witnessed, witness

__version__ = "0.1.0"
__all__ = [
    "Event",
    "Object",
    "Trace",
    "Witnessed",
    "check",
    "copy",
    "deepcopy",
    "load",
    "load_ipython_extension",
    "policies",
    "record",
    "replace",
    "trace",
    "witness",
]

register_if_running()
