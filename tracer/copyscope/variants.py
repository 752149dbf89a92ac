"""Versions of copy.py, made at run time from the running interpreter's own by small edits of its text.

Nothing of CPython's code is kept here: each edit names a statement as `ast` reads it and says what stands there
instead, so what is not edited stays as it is, comments and blank lines included, and the diff is as small as the
edit. (`ast.unparse` would lose the comments and rewrite every line; libcst keeps them, and costs 0.17 s of every
start and 15 MB for the dozen edits below.)
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Callable
from typing import NamedTuple

from copyscope import _core
from copyscope.source import copy_source

FAST_TUPLE_MAX = 5
DEFAULT = "cpython"


class Text:
    """The lines of a module, edited from the bottom up so that line numbers above stay right."""

    def __init__(self, text: str):
        self.lines = text.splitlines()
        self.edits: list[tuple[int, int, list[str]]] = []
        self.body = ast.parse(text).body
        self.functions = {n.name: n for n in self.body if isinstance(n, ast.FunctionDef)}

    def find(self, function: str, statement: str) -> ast.stmt:
        """The first statement of a function ("": of the module) that reads so, or begins so if it has a body.

        Raises LookupError.
        """
        nodes = ast.walk(self.function(function)) if function else iter(self.body)
        for node in nodes:
            if isinstance(node, ast.stmt) and _reads(node, statement):
                return node
        where = f"copy.py's {function}()" if function else "copy.py"
        raise LookupError(f"{where} has no statement {statement!r}")

    def function(self, name: str) -> ast.FunctionDef:
        """A function of the module. Raises LookupError."""
        if name not in self.functions:
            raise LookupError(f"copy.py has no {name}()")
        return self.functions[name]

    def first(self, function: str) -> ast.stmt:
        """A function's first statement after its docstring. Raises LookupError."""
        body = self.function(function).body
        return body[1] if isinstance(body[0], ast.Expr) else body[0]

    def replace(self, node: ast.stmt, lines: list[str]) -> None:
        """Puts lines where a statement stood, at its indentation."""
        assert node.end_lineno is not None
        self.edits.append((node.lineno, node.end_lineno, _indented(node, lines)))

    def before(self, node: ast.stmt, lines: list[str]) -> None:
        """Puts lines in front of a statement, at its indentation."""
        self.edits.append((node.lineno, node.lineno - 1, _indented(node, lines)))

    def remove(self, node: ast.stmt) -> None:
        """Takes a statement out, and the blank lines after it."""
        last = node.end_lineno
        assert last is not None
        while last < len(self.lines) and not self.lines[last].strip():
            last += 1
        self.edits.append((node.lineno, last, []))

    def result(self) -> str:
        """The edited text."""
        lines = list(self.lines)
        for first, last, new in sorted(self.edits, key=lambda e: e[:2], reverse=True):
            lines[first - 1 : last] = new
        return "\n".join(lines) + "\n"


def _reads(node: ast.stmt, statement: str) -> bool:
    text = ast.unparse(node)
    return text == statement or (statement.endswith(":") and text.startswith(statement + "\n"))


def _indented(node: ast.stmt, lines: list[str]) -> list[str]:
    return [" " * node.col_offset + line if line else "" for line in lines]


def _tests_atomic_first(t: Text) -> bool:
    """Whether this copy.py has a set of atomic types that it asks before the memo, as CPython 3.14 does."""
    try:
        t.find("deepcopy", "if cls in _atomic_types:")
    except LookupError:
        return False
    return True


def _take_class_from_below(t: Text) -> None:
    t.remove(t.find("deepcopy", "cls = type(x)"))


def _atomic_by_table(t: Text) -> None:
    """The report's order: the dispatch table is asked before the memo. 3.14 has it by a set, of itself."""
    if _tests_atomic_first(t):
        return
    _take_class_from_below(t)
    t.remove(t.find("deepcopy", "copier = _deepcopy_dispatch.get(cls)"))
    lines = ["cls = type(x)", "copier = _deepcopy_dispatch.get(cls)", "if copier is _deepcopy_atomic:", "    return x"]
    t.before(t.first("deepcopy"), lines)


def _atomic_by_set(t: Text) -> None:
    """CPython 3.14's order: a set of atomic types is asked first."""
    if _tests_atomic_first(t):
        return
    _take_class_from_below(t)
    t.before(t.first("deepcopy"), ["cls = type(x)", "", "if cls in _atomic_types:", "    return x", ""])
    atomic = "_atomic_types = {cls for cls, copier in d.items() if copier is _deepcopy_atomic}"
    t.before(_end_of_deepcopy_table(t), [atomic])


def _atomic_in_table(t: Text) -> None:
    """The order up to 3.13: atomic types have a copier in the dispatch table, which is asked after the memo."""
    if not _tests_atomic_first(t):
        return
    t.remove(t.find("deepcopy", "if cls in _atomic_types:"))
    atomic = ["def _deepcopy_atomic(x, memo):", "    return x"]
    t.before(_end_of_deepcopy_table(t), [*atomic, "d.update(dict.fromkeys(_atomic_types, _deepcopy_atomic))"])


def _end_of_deepcopy_table(t: Text) -> ast.stmt:
    """The `del d` that ends the making of the table. Raises LookupError."""
    start = t.find("", "_deepcopy_dispatch = d = {}")
    for node in t.body:
        if node.lineno > start.lineno and _reads(node, "del d"):
            return node
    raise LookupError("copy.py has no 'del d' after its dispatch table")


def _asks_new_memo(t: Text) -> None:
    """The order up to 3.12: also a memo that deepcopy has just made is asked."""
    node = t.find("deepcopy", "if memo is None:")
    assert isinstance(node, ast.If)
    if not node.orelse:
        return
    first, last = node.orelse[0].lineno, node.orelse[-1].end_lineno
    assert last is not None
    step = node.orelse[0].col_offset - node.col_offset
    t.edits.append((first - 1, last, [line[step:] for line in t.lines[first - 1 : last]]))


def _skips_new_memo(t: Text) -> None:
    """CPython 3.13's order: a memo that deepcopy has just made is not asked."""
    node = t.find("deepcopy", "if memo is None:")
    assert isinstance(node, ast.If)
    if node.orelse:
        return
    get, hit = (t.find("deepcopy", s) for s in ("y = memo.get(d, _nil)", "if y is not _nil:\n    return y"))
    assert node.end_lineno is not None and hit.end_lineno is not None
    t.before(node, ["d = id(x)"])
    lines = ["    " + line for line in t.lines[get.lineno - 1 : hit.end_lineno]]
    t.edits.append((node.end_lineno + 1, hit.end_lineno, [" " * node.col_offset + "else:", *lines]))


def _report_tuple(t: Text, longest: int = FAST_TUPLE_MAX) -> None:
    """The report's test for a short tuple of scalars: isinstance lets subclasses through."""
    scalars = "_IMMUTABLE_SCALARS = (int, float, bool, complex, str, bytes, type(None))"
    test = f"if len(x) <= {longest} and all(isinstance(a, _IMMUTABLE_SCALARS) for a in x):"
    t.before(t.function("_deepcopy_tuple"), [scalars])
    t.before(t.first("_deepcopy_tuple"), [test, "    return x"])


def report_tuple_only(text: str, longest: int) -> str:
    """A copy.py with the report's tuple path alone, for tuples up to a length. Raises LookupError."""
    t = Text(text)
    _report_tuple(t, longest)
    return t.result()


def _sound_tuple(t: Text) -> None:
    """The same made sound: each element's exact type is one that deepcopy itself calls atomic."""
    by_set, by_table = "type(a) in _atomic_types", "_deepcopy_dispatch.get(type(a)) is _deepcopy_atomic"
    atomic = by_set if _tests_atomic_first(t) else by_table
    test = f"if len(x) <= {FAST_TUPLE_MAX} and all({atomic} for a in x):"
    t.before(t.first("_deepcopy_tuple"), [test, "    return x"])


REBUILD = "y = _reconstruct(x, memo, *rv)"


def _report_reduce(t: Text) -> None:
    """The report's short cut for (class, (), dict): __setstate__, __new__ and items are passed over."""
    t.replace(
        t.find("deepcopy", REBUILD),
        [
            "if isinstance(rv, tuple) and len(rv) >= 3 and isinstance(rv[0], type) \\",
            "        and rv[1] == () and isinstance(rv[2], dict):",
            "    y = object.__new__(rv[0])",
            "    memo[d] = y",
            "    y.__dict__.update(deepcopy(rv[2], memo))",
            "else:",
            f"    {REBUILD}",
        ],
    )


def report_reduce_only(text: str) -> str:
    """A copy.py with the report's reduce path alone. Raises LookupError."""
    t = Text(text)
    _report_reduce(t)
    return t.result()


BARE_CLASS = '''\
from copyreg import __newobj__
from types import GetSetDescriptorType

def _bare_class(rv):
    """The class of which rv wants a bare instance and its __dict__ filled, or None if any code of it takes part."""
    if type(rv) is not tuple or not 3 <= len(rv) <= 5 or any(item is not None for item in rv[3:]):
        return None
    func, args, state = rv[:3]
    if type(args) is not tuple or type(state) is not dict:
        return None
    own = "__new__", "__setstate__", "__getattr__", "__getattribute__"
    if not args:
        cls, own = func, (*own, "__init__")
    elif func is __newobj__ and len(args) == 1 and {type_is_atomic}:
        cls = args[0]
    else:
        return None
    if type(cls) is not type or cls.__flags__ & 1 << 7:  # Py_TPFLAGS_DISALLOW_INSTANTIATION
        return None
    for k in cls.__mro__[:-1]:
        if type(k) is not type or any(name in k.__dict__ for name in own):
            return None
        if "__dict__" in k.__dict__:
            d = k.__dict__["__dict__"]
            if type(d) is not GetSetDescriptorType or d.__objclass__ is not k:
                return None
    return cls

def _set_state(y, state):
    """As _reconstruct does it: a hook has made the copied state, or the class, another than it was."""
    return _reconstruct(y, None, lambda: y, (), state)
'''


def _sound_reduce(t: Text) -> None:
    """The same made sound: only where nothing but object's own code would run."""
    by_set, by_table = "type in _atomic_types", "_deepcopy_dispatch.get(type) is _deepcopy_atomic"
    helpers = BARE_CLASS.replace("{type_is_atomic}", by_set if _tests_atomic_first(t) else by_table)
    t.before(t.function("_reconstruct"), [*helpers.splitlines(), ""])
    test = t.find("deepcopy", f"if isinstance(rv, str):\n    y = x\nelse:\n    {REBUILD}")
    otherwise = t.find("deepcopy", REBUILD)
    before = otherwise.lineno - 1
    assert t.lines[before - 1].strip() == "else:"
    lines = [
        "elif bare := _bare_class(rv):",
        "    y = object.__new__(bare)",
        "    memo[d] = y",
        "    state = deepcopy(rv[2], memo)",
        "    if type(state) is dict and not hasattr(y, '__setstate__'):",
        "        y.__dict__.update(state)",
        "    else:",
        "        y = _set_state(y, state)",
    ]
    t.edits.append((before, before - 1, _indented(test, lines)))


def _bind_locals(t: Text) -> None:
    """What a student binds: the memo's get, the list's append, deepcopy itself.

    `y.append` in _reconstruct is not among them: bound once before the loop, it is asked for even where there is
    no item, and is not asked again where a hook has replaced it.
    """
    t.replace(t.find("deepcopy", "y = memo.get(d, _nil)"), ["get = memo.get", "y = get(d, _nil)"])
    loop = ["y = []", "append = y.append", "for a in x:", "    append(deepcopy(a, memo))"]
    t.replace(t.find("_deepcopy_tuple", "y = [deepcopy(a, memo) for a in x]"), loop)
    method = t.function("_deepcopy_method")
    line = t.lines[method.lineno - 1]
    t.edits.append((method.lineno, method.lineno, [line.replace("(x, memo)", "(x, memo, deepcopy=deepcopy)")]))


def _forget(t: Text) -> None:
    """What deepcopy would be without a memo: it is written, and never read."""
    for statement in ("y = memo.get(d, _nil)", "y = get(d, _nil)"):
        with contextlib.suppress(LookupError):
            t.replace(t.find("deepcopy", statement), ["y = _nil"])
    asked = "try:\n    return memo[id(x)]\nexcept KeyError:\n    pass"
    t.remove(t.find("_deepcopy_tuple", asked))


Edit = Callable[[Text], None]


class Variant(NamedTuple):
    """A version of copy.py: a line about it, its edits in order, the engine policy of the same steps if not its own."""

    text: str
    edits: tuple[Edit, ...] = ()
    policy: str = ""


_REPORT: tuple[Edit, ...] = (_report_tuple, _report_reduce)
_SOUND: tuple[Edit, ...] = (_atomic_by_table, _sound_tuple, _sound_reduce)

VARIANTS = {
    DEFAULT: Variant("what this interpreter's copy.py does"),
    "cpython-3.11": Variant(
        "CPython 3.10 to 3.12: the memo is asked first, always", (_atomic_in_table, _asks_new_memo)
    ),
    "cpython-3.13": Variant("CPython 3.13: a new memo is not asked for the root", (_atomic_in_table, _skips_new_memo)),
    "cpython-3.14": Variant("CPython 3.14: atomic types are tested first", (_atomic_by_set, _skips_new_memo)),
    "report-memo": Variant("the report: atomic test before the memo", (_atomic_by_table,)),
    "report-fastpath": Variant("the report: tuple and reduce fast paths, faults included", _REPORT),
    "report-merged": Variant("the report: atomic test first and both fast paths", (_atomic_by_table, *_REPORT)),
    "sound-merged": Variant("both made correct: exact types, only where no code of the class takes part", _SOUND),
    "table": Variant("sound-merged; the engine keeps its memo in a pointer table", _SOUND),
    "bind-locals": Variant("memo.get, append and deepcopy bound to local names", (_bind_locals,), DEFAULT),
}

# To be compared with, not to be used: shared objects are copied apart, and a cycle never ends.
FAULTY = {"no-memo": Variant("no memo: what was copied before is copied again, a cycle without end", (_forget,))}


def texts() -> dict[str, str]:
    """The variants, each with a line that says what it is."""
    return {name: variant.text for name, variant in VARIANTS.items()}


def faulty() -> dict[str, str]:
    """Those that are there to be compared with only, each with a line that says what it is."""
    return {name: variant.text for name, variant in FAULTY.items()}


def engine_policy(name: str) -> str | None:
    """The engine's policy that does what the variant does, or None where this build has none."""
    policy = VARIANTS[name].policy or name if name in VARIANTS else name
    try:
        return _core.policy(policy)["name"]
    except ValueError:
        return None


def edited(text: str, name: str) -> str:
    """The text of a copy.py with a variant's edits. Raises LookupError where it has not the statements to edit."""
    for edit in {**VARIANTS, **FAULTY}[name].edits:
        t = Text(text)
        edit(t)
        text = t.result() if t.edits else text
    return text


@functools.cache
def source_for(name: str) -> tuple[str, str]:
    """Name and text of the copy.py that a variant, or an engine policy, stands for on this interpreter.

    Raises LookupError where the interpreter's copy.py cannot be edited into it, OSError where it has no source.
    """
    if name not in VARIANTS and name not in FAULTY:
        raise LookupError(f"no variant of copy.py is called {name}")
    path, own = copy_source()
    text = edited(own, name)
    return (path, own) if text == own else (f"copy.py as {name}", text)
