"""Random object graphs, made from a seed, each as a small program: what fails can be printed, shrunk and run.

A program is a list of lines over the names of kinds.py. `x0`, `x1`, ... are its objects; `x` is what is copied and
`memo`, where there is one, the memo that is handed in.
"""

from __future__ import annotations

import collections
import random
from typing import Any

import kinds

NAMES = {name: value for name, value in vars(kinds).items() if not name.startswith("__")}
NAMES |= {"collections": kinds.collections, "copy": kinds.copy}

ATOMS = (
    "0", "1", "-5", "10**30", "1.5", "'a'", "'text'", "b'b'", "None", "True", "2j", "...", "NotImplemented", "range(3)",
    "len", "int", "Plain", "OfMeta", "tell", "Colour.RED", "Flag.A", "property(len)", "Int", "copy.copy",
)  # fmt: skip
KEYS = ("'a'", "'b'", "1", "2.5", "(1, 2)", "('a', (3,))", "None", "b'k'", "frozenset({1})", "Str('s')", "Int(6)")
ERRORS = ("ValueError", "KeyError", "AttributeError", "TypeError", "LookupError", "StopIteration", "ZeroDivisionError")
ODD_PARTS = (
    "None",
    "0",
    "5",
    "()",
    "''",
    "'ab'",
    "{}",
    "[5]",
    "[()]",
    "[(1, 2, 3)]",
    "{'k': 1}",
    "(1, 2)",
    "(None, 0)",
)
ODD_RETURNS = ("None", "5", "()", "(Made,)", "'name'", "Str('name')", "[Made, ()]", "(5, ())", "(Made, 5)", "(1, 2, 3)")
SIZES = (0, 0, 1, 1, 2, 2, 3, 4, 6, 9)


class Program:
    """The lines of one graph, while they are made."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.kinds: dict[str, list[str]] = {}  # variables by what can be done to them
        self.variables: list[str] = []

    def any(self) -> str:
        """A variable, one of the later ones more often; or an atom."""
        if not self.variables or self.rng.random() < 0.2:
            return self.rng.choice(ATOMS)
        return self.variables[-1 - min(int(self.rng.expovariate(0.2)), len(self.variables) - 1)]

    def some(self) -> list[str]:
        return [self.any() for _ in range(self.rng.choice(SIZES))]

    def of(self, kind: str) -> str | None:
        """A variable that a kind of change can be made to, or None."""
        found = self.kinds.get(kind)
        return self.rng.choice(found) if found else None

    def add(self, expression: str, *kinds: str) -> str:
        """A new variable."""
        name = f"x{len(self.variables)}"
        self.lines.append(f"{name} = {expression}")
        self.variables.append(name)
        for kind in kinds:
            self.kinds.setdefault(kind, []).append(name)
        return name

    def key(self) -> str:
        if self.rng.random() < 0.1:
            return f"Keyed({self.rng.randrange(9)}, {self.any()})"
        return self.rng.choice(KEYS)

    def dict(self) -> str:
        return "{" + ", ".join(f"{self.key()}: {x}" for x in self.some()) + "}"

    def list(self) -> str:
        return "[" + ", ".join(self.some()) + "]"

    def tuple(self) -> str:
        return "(" + "".join(f"{x}, " for x in self.some()) + ")"

    def hashables(self) -> str:
        return "[" + ", ".join(self.key() for _ in range(self.rng.choice(SIZES))) + "]"

    def keywords(self) -> str:
        return ", ".join(f"{name}={x}" for name, x in zip("abcdefghi", self.some()))  # noqa: B905


def _container(p: Program) -> None:
    kind = p.rng.randrange(5)
    if kind < 2:
        p.add(p.list(), "list")
    elif kind == 2:
        p.add(p.dict(), "dict")
    elif kind == 3:
        p.add(p.tuple())
    else:
        p.add(p.rng.choice((f"set({p.hashables()})", f"frozenset({p.hashables()})", "bytearray(b'ab')")))


def _subclass(p: Program) -> None:
    made = p.rng.choice(
        (
            ("List", p.list(), "list", "object"), ("LoudList", p.list(), "list", "object"),
            ("Dict", p.dict(), "dict", "object"), ("LoudDict", p.dict(), "dict", "object"),
            ("Tuple", p.tuple(), "object"), ("Str", "'text'", "object"), ("Int", "7", "object"),
            ("Float", "1.5", "object"), ("Bytes", "b'ab'", "object"), ("Set", p.hashables(), "object"),
            ("FrozenSet", p.hashables(), "object"), ("Deque", p.list(), "deque", "object"),
            ("Deque", f"{p.list()}, 3", "deque", "object"), ("collections.deque", p.list(), "deque"),
            ("collections.OrderedDict", p.dict(), "dict"), ("Ordered", p.dict(), "dict", "object"),
            ("collections.defaultdict", f"list, {p.dict()}", "dict"), ("Default", f"Plain, {p.dict()}", "dict"),
            ("collections.Counter", "'abca'"), ("Point", f"{p.any()}, {p.any()}"),
            ("NamedPoint", f"{p.any()}, {p.any()}"), ("TupleArgs", f"*{p.list()}", "object"),
        )
    )  # fmt: skip
    name = p.add(f"{made[0]}({made[1]})", *made[2:])
    if "object" in made and p.rng.random() < 0.5:
        p.lines.append(f"{name}.tag = {p.any()}")


def _instance(p: Program) -> None:
    kind = p.rng.randrange(12)
    if kind < 3:
        p.add(f"{p.rng.choice(('Plain', 'Plain', 'OfMeta', 'Watched'))}({p.keywords()})", "object", "self")
    elif kind == 3:
        p.add(f"Slots({p.any()}, {p.any()})")
    elif kind == 4:
        p.add(f"SlotsAndDict({p.any()}, {p.any()})", "object")
    elif kind == 5:
        name = p.rng.choice(("Data", "Frozen"))
        p.add(f"{name}({p.any()}, {p.any()})", *(["object"] if name == "Data" else []))
    elif kind == 6:
        p.add(f"Keyed({p.rng.randrange(9)}, {p.any()})", "object")
    elif kind == 7:
        p.add(f"Final({len(p.variables)}, {p.any()})", "object")
    elif kind == 8 and (target := p.of("self")):
        p.add(f"{target}.method")
    elif kind == 9:
        name = p.rng.choice(("__deepcopy__", "__reduce_ex__", "__reduce__", "__setstate__", "__getstate__"))
        p.add(f"InstanceHook({name!r}, {p.any()})", "object")
    elif kind == 10:
        p.add(f"{p.rng.choice(('Registered', 'RegisteredState'))}({p.any()})", "object")
    else:
        p.add(p.rng.choice(ATOMS))


def _state(p: Program) -> None:
    kind = p.rng.randrange(5)
    state = p.rng.choice(
        (p.any(), p.dict(), f"(None, {{'a': {p.any()}}})", f"({{'a': {p.any()}}}, None)", "None", "{}")
    )
    if kind == 0:
        p.add(f"GetState({len(p.variables)}, {state})", "object")
    elif kind == 1:
        p.add(f"GetSetState({len(p.variables)}, {state})", "object")
    elif kind == 2:
        p.add(f"NewArgs({', '.join(p.some())})", "object")
    elif kind == 3:
        p.add(f"NewArgsEx({', '.join([*p.some(), *[p.keywords()]]).rstrip(', ')})", "object")
    else:
        p.add(f"SetState({p.keywords()})", "object")


def _reduce(p: Program) -> None:
    tag = len(p.variables)
    if p.rng.random() < 0.07:
        p.add(f"ReturnsFromReduce({tag}, {p.rng.choice(ODD_RETURNS)})")
        return
    made = p.rng.choice(("Made", "Made", "MadeWithSetState", "Plain" if p.rng.random() < 0.5 else "list", "dict"))
    parts = [made, p.tuple() if made.startswith("Made") else "()"]
    parts += [p.rng.choice(("None", f"{{'a': {p.any()}}}", f"(None, {{'b': {p.any()}}})", p.any()))]
    parts += [p.rng.choice(("None", p.list())), p.rng.choice(("None", p.dict())), "None"]
    arity = 6 if p.rng.random() < 0.03 else p.rng.choice((2, 3, 4, 5))
    parts = parts[:arity]
    if p.rng.random() < 0.08:
        parts[p.rng.randrange(1, arity)] = p.rng.choice(ODD_PARTS)
    kind = p.rng.choice(("Reduces", "Reduces", "ReducesOld", "ReducesByIter"))
    iters = ", iters=False" if p.rng.random() < 0.2 else ""
    p.add(f"{kind}({tag}, {', '.join(parts)}{iters})", "object")


def _hook(p: Program) -> None:
    tag = len(p.variables)
    kind = p.rng.choice(
        ("Copies", "Copies", "CopiesAnew", "CopiesDict", "Catches", "Itself", "Returns", "Raises", "RaisesAfter",
         "TemporaryCopies")
    )  # fmt: skip
    if kind == "Raises":
        # An error ends the whole copy: mostly it is put where a hook catches it.
        raises = f"Raises({tag}, {p.rng.choice(ERRORS)})"
        p.add(raises if p.rng.random() < 0.2 else f"Catches({tag}, [{p.any()}, {raises}])")
        return
    p.add(f"{kind}({', '.join([str(tag), *p.some()])})", "object")


def _memo_hook(p: Program) -> None:
    tag, kind = len(p.variables), p.rng.randrange(8)
    if kind < 2:
        p.add(f"Writes({tag}, {p.any()}, {p.any()})")
    elif kind == 2:
        p.add(f"Forgets({tag}, {p.any()})")
    elif kind == 3:
        p.add(p.rng.choice((f"Empties({tag})", f"Fills({tag}, {p.rng.choice((1, 5, 30, 200))})")))
    elif kind == 4:
        p.add(f"Names({tag})")
    elif kind == 5:
        p.add(f"KeepsElsewhere({tag}{p.rng.choice(('', ', []', ', List()', ', LoudList()'))})")
    elif kind == 6:
        p.add(f"Temporaries({tag})")
    elif target := p.of("list") or p.of("dict"):
        p.add(f"ClearsCopy({tag}, {target})")


def _mutator(p: Program) -> None:
    """A hook that changes a container which, more often than not, holds the hook."""
    kind = p.rng.choice(("list", "list", "dict", "dict", "deque", "object"))
    target, tag = p.of(kind), len(p.variables)
    if target is None:
        return
    changes = {
        "list": (f"Appends({tag}, {target}, {p.any()})", f"Inserts({tag}, {target}, {p.any()})",
                 f"Pops({tag}, {target})", f"Clears({tag}, {target})"),
        "dict": (f"Puts({tag}, {target}, {p.key()}, {p.any()})", f"PopsKey({tag}, {target})",
                 f"Swaps({tag}, {target})", f"Clears({tag}, {target})"),
        "deque": (f"Appends({tag}, {target}, {p.any()})", f"Clears({tag}, {target})"),
        "object": (f"SetsAttribute({tag}, {target}, {p.any()})",),
    }  # fmt: skip
    name = p.add(p.rng.choice(changes[kind]))
    if p.rng.random() < 0.8:
        _put(p, kind, target, name)


def _put(p: Program, kind: str, target: str, x: str) -> None:
    """A change of a container that is there already: so come cycles about."""
    p.lines.append(
        {
            "list": f"{target}.insert({p.rng.randrange(4)}, {x})",
            "dict": f"{target}[{p.key()}] = {x}",
            "deque": f"{target}.append({x})",
            "object": f"{target}.{p.rng.choice('abz')} = {x}",
        }[kind]
    )


def _cycle(p: Program) -> None:
    kind = p.rng.choice(("list", "dict", "deque", "object", "object"))
    target = p.of(kind)
    if target is not None:
        _put(p, kind, target, p.any())


STEPS = [_container] * 8 + [_subclass] * 4 + [_instance] * 5 + [_state] * 2 + [_reduce] * 3 + [_hook] * 2
STEPS += [_memo_hook] * 1 + [_mutator] * 1 + [_cycle] * 4
PLAIN = [_container] * 8 + [_subclass] * 3 + [_instance] * 4 + [_cycle] * 3
MEMOS = (
    "{}", "{'name': 1, (1, 2): 'two', None: 3}", "{id(x): 'told'}", "Memo()", "LoudMemo()", "{i: i for i in range(40)}",
    "collections.OrderedDict()", "collections.defaultdict(list)",
)  # fmt: skip


def program(seed: int) -> list[str]:
    """The lines that build the graph of a seed: up to some 40 objects; the same for the same seed."""
    p = Program(seed)
    steps = PLAIN if seed % 4 == 0 else STEPS
    for _ in range(p.rng.choice((3, 6, 10, 16, 25, 40))):
        p.rng.choice(steps)(p)
    roots = p.variables[-p.rng.choice((1, 1, 2, 3)) :]
    p.lines.append(f"x = [{', '.join(roots)}]" if len(roots) != 1 else f"x = {roots[0]}")
    if p.rng.random() < 0.15:
        p.lines.append(f"memo = {p.rng.choice(MEMOS)}")
        if p.rng.random() < 0.3:
            # Of a variable: an object that is made in this line would leave its id to another.
            p.lines.append(f"memo[id({p.rng.choice(p.variables or ['x'])})] = {p.any()}")
        if p.rng.random() < 0.2:
            p.lines.append("memo[id(memo)] = []")
    return p.lines


HOLDING = ("memo[", "Writes(", "Forgets(", "ClearsCopy(")  # what puts the ids of objects into memos


class Graph:
    """A program, compiled: `build()` makes its objects anew each time."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        self.text = "\n".join(lines)
        self.code = compile(self.text, "<graph>", "exec")
        # An id in a memo must not outlive its object; other objects may die while they are copied.
        self.held: collections.deque = collections.deque(maxlen=4 if any(word in self.text for word in HOLDING) else 0)

    def build(self) -> tuple[Any, Any]:
        """What is to be copied, and the memo or None. Starts new logs."""
        names = dict(NAMES)
        exec(self.code, names)
        self.held.append(names)
        kinds.LOG.clear()
        kinds.GONE.clear()
        return names["x"], names.get("memo")


def graph(seed: int) -> Any:
    """The object of a seed's graph."""
    return Graph(program(seed)).build()[0]
