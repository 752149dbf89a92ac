"""Random programs, made from a seed: classes with any mix of hooks, objects with sharing and cycles, a memo.

Nothing here aims at one fault of one variant: every feature may stand beside every other, and what cannot be built
is thrown away by who runs it. (Hypothesis was measured for this: 1.4 ms a program to draw one, and 10 kB of memory
for each that it has drawn, which is 24 minutes and 10 GB for 10^6 tries; a program is 0.1 ms here. Its shrinker
needs its generator.)
"""

from __future__ import annotations

import random
import re

from copyscope.soundness.programs import CONSTRUCT, Class, Program, Step

SCALARS = ("0", "1", "-5", "10**30", "1.5", "'a'", "'text'", "b'b'", "None", "True", "2j", "...", "float('nan')")
OTHERS = (
    "range(3)",
    "len",
    "int",
    "slice(1, {0})",
    "collections.deque([{0}, {1}])",
    "collections.OrderedDict(k={0})",
    "collections.defaultdict(list, k={0})",
    "collections.Counter('aab')",
    "bytearray(b'a')",
    "datetime.date(2020, 1, 1)",
    "fractions.Fraction(1, 3)",
    "re.compile('a')",
    "functools.partial(print, {0}, k={1})",
    "types.SimpleNamespace(a={0}, b={1})",
    "types.MethodType(len, {0})",
    "ValueError('text', {0})",
    "iter([{0}, {1}])",
    "(i for i in ())",
    "property(len)",
    "lambda: 0",
    "{{1, 'a', 2}}",
    "frozenset({{1, 'a'}})",
    "frozenset([({0},)])",
)
OTHERS_USED_RARELY = ("memoryview(b'a')", "NotImplemented", "type(iter([]))", "{0}.__class__", "weakref.ref(len)")
KEYS = ("'k'", "'a'", "1", "(1, 2)", "None", "'__setstate__'")
ATTRIBUTES = ("a", "a", "a", "b", "b", "s", "__setstate__", "__deepcopy__", "__reduce_ex__", "append")
BASES = (*["object"] * 8, *CONSTRUCT)

NEW = (
    "def __new__(cls, *args):\n    y = super().__new__(cls, *args[:{args}])\n    y.made = [1]\n    return y",
    "def __new__(cls, *args):\n    return super().__new__(cls, *args[:{args}])",
    "__new__ = object.__new__",
)
INIT = (
    "def __init__(self, *args):\n    self.ready = True",
    "def __init__(self, *args):\n    self.ready = list(args)",
    "def __init__(self, a=None):\n    super().__init__(*[a][:{args}])\n    self.a = a",
)
STATE = (
    "def __getstate__(self):\n    return {state}",
    "def __getstate__(self):\n    state = dict(vars(self))\n    state.pop('b', None)\n    return state",
)
SETSTATE = (
    "def __setstate__(self, state):\n    self.restored = state",
    "def __setstate__(self, state):\n    vars(self).update(state)\n    self.restored = True",
    "def __setstate__(self, state):\n    raise ValueError('no state')",
    "__setstate__ = None",
)
REDUCE = (
    "def __reduce_ex__(self, protocol):\n    return {rv}",
    "def __reduce__(self):\n    return {rv}",
)
DEEPCOPY = (
    "def __deepcopy__(self, memo):\n    return self",
    "def __deepcopy__(self, memo):\n    y = memo[id(self)] = type(self)()\n"
    "    vars(y).update(copy.deepcopy(vars(self), memo))\n    return y",
    "def __deepcopy__(self, memo):\n    return [copy.deepcopy(getattr(self, 'a', 0), memo), (1, 'a')]",
    "def __deepcopy__(self, memo):\n    return copy.deepcopy([getattr(self, 'a', 0)] if vars(self) else 0)",
    "def __deepcopy__(self, memo):\n    raise NotImplementedError('no copy')",
    "def __deepcopy__(self, memo):\n    peer = getattr(self, 'a', None)\n"
    "    if type(peer) in (list, dict):\n        memo[id(peer)] = 'put there'\n        peer.clear()\n    return 1",
    "def __deepcopy__(self, memo):\n    peer = getattr(self, 'a', None)\n"
    "    if type(peer).__module__ == __name__ and not isinstance(peer, type):\n"
    "        state = memo['kept'] = vars(peer)\n        memo[id(state)] = {memo_state}\n    return 1",
    "def __deepcopy__(self, memo):\n    y = memo.get(id(getattr(self, 'a', None)))\n"
    "    if type(y).__module__ == __name__:\n        y.{name} = [1]\n    return 1",
    "def __deepcopy__(self, memo):\n    type(self).__setstate__ = lambda self, state: None\n    return 1",
    "__deepcopy__ = None",
)
ACCESS = (
    "def __getattr__(self, name):\n    raise AttributeError(name)",
    "def __getattr__(self, name):\n    if name != '__setstate__':\n        raise AttributeError(name)\n"
    "    return lambda state: vars(self).update(found=state)",
    "def __getattribute__(self, name):\n    return super().__getattribute__(name)",
    "__dict__ = property(lambda self: {{'p': 1}})",
)
APPEND = (
    "def append(self, item):\n    super().append(item)\n    self.count = getattr(self, 'count', 0) + 1",
    "def append(self, item):\n    self.item = item",
    "def extend(self, items):\n    self.items = items",
)
SETITEM = (
    "def __setitem__(self, key, value):\n    super().__setitem__(key, value)\n    self.last = key",
    "def __setitem__(self, key, value):\n    self.item = key, value",
)
GROWTH = (
    "def __getstate__(self):\n    if type(getattr(self, 'a', None)) is list and len(self.a) < 6:\n"
    "        self.a.append([])\n    return dict(vars(self))",
)
EQUALITY = ("def __eq__(self, other):\n    return True\n\ndef __hash__(self):\n    return 1",)
SLOTS = ("__slots__ = ('s', '__dict__')", "__slots__ = ('s',)", "__slots__ = ()")
NEWARGS = (
    "def __getnewargs__(self):\n    return (1,)",
    "def __getnewargs_ex__(self):\n    return (), {{}}",
)
GROUPS = (
    NEW,
    INIT,
    STATE,
    SETSTATE,
    REDUCE,
    REDUCE,
    DEEPCOPY,
    ACCESS,
    APPEND,
    SETITEM,
    GROWTH,
    EQUALITY,
    SLOTS,
    NEWARGS,
)
OF_A_CONTAINER = re.compile(r"super\(\)\.(append|__setitem__)\(")
EXCLUSIVE = ((STATE, GROWTH),)

FUNCTIONS = (
    *["type(self), ()"] * 5,
    "type(self), (1,)",
    "copyreg.__newobj__, (type(self),)",
    "copyreg.__newobj__, (type(self), 1)",
    "rebuild, (type(self), [1])",
    "list, ()",
    "dict, []",
    "type(iter([])), ()",
)
STATES = (
    *["vars(self)"] * 3,
    "{{'a': [1]}}",
    "{{'a': [1], 'b': self}}",
    "{{}}",
    "None",
    "({{'a': [1]}}, {{'s': [2]}})",
    "(None, {{'s': 1}})",
    "[1]",
    "0",
)
LIST_ITEMS = (
    "None",
    "iter([1, [2]])",
    "iter([self])",
    "iter(())",
    "[[3]]",
    "(list.__iter__(self) if isinstance(self, list) else None)",
)
DICT_ITEMS = (
    "None",
    "iter([('k', [1])])",
    "iter([((1, 2), self)])",
    "iter(())",
    "{{'ab': 0}}",
    "(dict.items(self) if isinstance(self, dict) else None)",
)
WHOLE = (
    "'a global'",
    "(list,)",
    "None",
    "(list, (), None, None, None, None)",
    "[type(self), (), {{'a': 1}}]",
    "iter((list, ()))",
    "()",
)


def program(rng: random.Random, atomic_memo: bool = False) -> Program:
    """A program. atomic_memo: the memo may have an entry for an object that deepcopy calls atomic."""
    return _Maker(rng, atomic_memo).make()


class _Maker:
    def __init__(self, rng: random.Random, atomic_memo: bool):
        self.rng, self.atomic_memo = rng, atomic_memo
        self.classes: list[Class] = []
        self.kinds: dict[str, str] = {}  # of each name: list, dict, instance, atomic or other
        self.steps: list[Step] = []

    def make(self) -> Program:
        for i in range(self.rng.choice((0, 1, 1, 1, 2, 2, 3))):
            self.classes.append(self.a_class(f"C{i}"))
        for i in range(self.rng.randrange(1, 8)):
            self.bind(f"o{i}")
            if self.rng.random() < 0.5:
                self.change()
        some = self.rng.random() < 0.5
        last = f"o{len(self.kinds) - 1}"
        root = Step("x", "list", tuple(self.operands(1, 4))) if some else Step("x", "name", (last,))
        memo = self.memo()
        return Program(tuple(self.classes), (*self.steps, root), memo)

    def a_class(self, name: str) -> Class:
        rng = self.rng
        base = rng.choice((*BASES, *(c.name for c in self.classes)))
        groups = rng.sample(GROUPS, rng.choice((0, 1, 2, 3, 4, 5, 6)))
        chosen: list[str] = []
        taken: list[tuple[str, ...]] = []
        for group in groups:
            if group in taken or any(group in pair and set(pair) & set(taken) for pair in EXCLUSIVE):
                continue
            taken.append(group)
            texts = [text for text in group if base != "object" or not OF_A_CONTAINER.search(text)]
            chosen.append(self.feature(rng.choice(texts), base))
        decorator = "@dataclasses.dataclass\n" if base == "object" and rng.random() < 0.06 else ""
        if decorator:
            chosen = ["a: object = None", *chosen]
        return Class(name, base, tuple(chosen), decorator, base in CONSTRUCT and rng.random() < 0.05)

    def feature(self, text: str, base: str) -> str:
        if "{" not in text:
            return text
        rng = self.rng
        return text.format(
            args=0 if base in ("object", "C0", "C1") else 2,
            state=rng.choice(STATES).format(),
            rv=self.reduce_value() if "{rv}" in text else "",
            memo_state=rng.choice(("({'n': 1}, None)", "None", "{'n': 1}", "({}, {'n': 1})")),
            name=rng.choice(("early", "__setstate__", "__dict__")),
        )

    def reduce_value(self) -> str:
        rng = self.rng
        if rng.random() < 0.12:
            return rng.choice(WHOLE).format()
        n = rng.choice((0, 1, 1, 2, 3, 3))
        rest = [rng.choice(STATES), rng.choice(LIST_ITEMS), rng.choice(DICT_ITEMS)][:n]
        return ", ".join([rng.choice(FUNCTIONS), *rest]).format()

    def operand(self) -> str:
        names = list(self.kinds)
        if names and self.rng.random() < 0.6:
            return names[-1 - int(len(names) * self.rng.random() ** 2)]
        if self.classes and self.rng.random() < 0.04:
            return self.rng.choice(self.classes).name
        return self.rng.choice(SCALARS)

    def operands(self, least: int, most: int) -> list[str]:
        return [self.operand() for _ in range(self.rng.randrange(least, most))]

    def keys(self, n: int) -> list[str]:
        """Keys of a dict: constants, and now and then an object of one's own."""
        own = [name for name, kind in self.kinds.items() if kind in ("instance", "tuple")]
        return self.rng.sample([*KEYS, *own], n)

    def bind(self, name: str) -> None:
        rng = self.rng
        kind = rng.choice(
            ("list", "list", "tuple", "tuple", "dict", "scalar", "other", "instance", "instance", "instance")
        )
        step = Step(name, kind)
        if kind in ("list", "tuple"):
            step = Step(name, kind, tuple(self.operands(0, 4 if rng.random() < 0.8 else 8)))
        elif kind == "dict":
            values = self.operands(0, 4)
            step = Step(name, kind, tuple(values), tuple(self.keys(len(values))))
        elif kind == "instance" and self.classes:
            step = Step(name, kind, tuple(self.operands(0, 3)), (rng.choice(self.classes).name,))
        elif kind == "other":
            text = rng.choice(OTHERS if rng.random() < 0.9 else OTHERS_USED_RARELY)
            step = Step(name, kind, (self.operand(), self.operand()), (text,))
        else:
            kind = "atomic"
            step = Step(name, "name", (rng.choice(SCALARS),))
        self.steps.append(step)
        self.kinds[name] = kind

    def change(self) -> None:
        """A change of an object made before: this is how cycles come about."""
        name = self.rng.choice(list(self.kinds))
        kind, value = self.kinds[name], self.operand()
        if kind == "list":
            self.steps.append(Step("", "append", (name, value)))
        elif kind == "dict":
            self.steps.append(Step("", "item", (name, value), tuple(self.keys(1))))
        elif kind == "instance":
            attribute = self.rng.choice(ATTRIBUTES) if self.rng.random() < 0.3 else self.rng.choice("aab")
            self.steps.append(Step("", "attribute", (name, value), (attribute,)))

    def memo(self) -> tuple[tuple[str, str], ...] | None:
        if self.rng.random() < 0.85:
            return None
        allowed = ("list", "dict", "instance", *(("atomic",) if self.atomic_memo else ()))
        names = [name for name, kind in self.kinds.items() if kind in allowed]
        if not names or self.rng.random() < 0.3:
            return (("'a key'", "0"),) if self.rng.random() < 0.5 else ()
        name, value = self.rng.choice(names), self.operand()
        if self.kinds[name] == "instance" and self.rng.random() < 0.4:
            of, name = name, f"o{len(self.kinds)}"
            self.steps.append(Step(name, "other", (of,), ("vars({0})",)))
        return ((f"id({name})", value),)
