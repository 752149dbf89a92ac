"""Objects described by small programs: text that builds an object anew as often as it is run, and can be printed.

A program is classes, steps that make and change objects, and a memo to hand in. It is data, so that a smaller one can
be made from it; `source` is its text, which binds ``x`` to the object and ``memo`` to the memo.
"""

from __future__ import annotations

import dataclasses
import re

IMPORTS = (
    "collections",
    "copy",
    "copyreg",
    "dataclasses",
    "datetime",
    "fractions",
    "functools",
    "re",
    "types",
    "weakref",
)
META = "class Meta(type):\n    pass"
REBUILD = "def rebuild(cls, *args):\n    return cls()"

#: What an instance is made from, by the base of its class: {0} is the first operand, {*} all.
CONSTRUCT = {
    "object": "{class}()",
    "list": "{class}([{*}])",
    "dict": "{class}({{'k': {0}, 2: {1}}})",
    "collections.OrderedDict": "{class}({{'k': {0}, 2: {1}}})",
    "collections.defaultdict": "{class}(list, {{'k': {0}}})",
    "collections.deque": "{class}([{*}])",
    "tuple": "{class}([{*}])",
    "set": "{class}({{1, 'a'}})",
    "frozenset": "{class}({{1, 'a'}})",
    "int": "{class}(3)",
    "float": "{class}(1.5)",
    "str": "{class}('s')",
    "bytes": "{class}(b's')",
    "bytearray": "{class}(b's')",
    "Exception": "{class}('message', {0})",
    "collections.namedtuple('Base', 'a b')": "{class}({0}, {1})",
}


@dataclasses.dataclass(frozen=True)
class Class:
    """A class; features: groups of lines of its body, each of which can be left out."""

    name: str
    base: str
    features: tuple[str, ...] = ()
    decorator: str = ""
    meta: bool = False

    def source(self) -> str:
        base = f"({self.base}{', metaclass=Meta' if self.meta else ''})"
        body = "\n".join("    " + line for f in self.features for line in f.splitlines()) or "    pass"
        return f"{self.decorator}class {self.name}{'' if base == '(object)' else base}:\n{body}"


@dataclasses.dataclass(frozen=True)
class Step:
    """One statement. target: the name it binds, or "" for a change of operands[0]. extra: keys, a class, a name."""

    target: str
    kind: str
    operands: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Program:
    """See the module. memo: None, or (expression of the key, operand) pairs."""

    classes: tuple[Class, ...]
    steps: tuple[Step, ...]
    memo: tuple[tuple[str, str], ...] | None = None

    def source(self) -> str:
        """The text; only what it uses is imported and defined."""
        base = {c.name: c for c in self.classes}
        parts = [c.source() for c in self.classes]
        lines = [_statement(step, base) for step in self.steps]
        if self.memo is not None:
            lines.append("memo = {" + ", ".join(f"{k}: {v}" for k, v in self.memo) + "}")
        body = "\n\n\n".join([*parts, "\n".join(lines)])
        helpers = [text for name, text in (("Meta", META), ("rebuild", REBUILD)) if re.search(rf"\b{name}\b", body)]
        imports = [f"import {name}" for name in IMPORTS if re.search(rf"\b{name}\.", body)]
        return "\n\n\n".join(["\n".join(imports)] * bool(imports) + helpers + [body]) + "\n"

    def size(self) -> int:
        """What shrinking makes less."""
        return len(self.source()) + 20 * sum(len(s.operands) for s in self.steps)


def _statement(step: Step, classes: dict[str, Class]) -> str:
    text = expression(step, classes)
    return f"{step.target} = {text}" if step.target else text


def expression(step: Step, classes: dict[str, Class]) -> str:
    """What a step evaluates, or the change that it makes."""
    o = step.operands
    match step.kind:
        case "name":
            return o[0]
        case "list":
            return "[" + ", ".join(o) + "]"
        case "tuple":
            return "(" + ", ".join(o) + ("," if len(o) == 1 else "") + ")"
        case "dict":
            return "{" + ", ".join(f"{k}: {v}" for k, v in zip(step.extra, o)) + "}"  # noqa: B905  (extra has more)
        case "instance":
            return construct(step.extra[0], o, classes)
        case "attribute":
            return f"{o[0]}.{step.extra[0]} = {o[1]}"
        case "item":
            return f"{o[0]}[{step.extra[0]}] = {o[1]}"
        case "append":
            return f"{o[0]}.append({o[1]})"
        case _:  # an expression with places for operands
            return step.extra[0].format(*o)


def root_base(name: str, classes: dict[str, Class]) -> str:
    """The built-in class that a class of the program is made from."""
    while name in classes:
        name = classes[name].base
    return name


def construct(name: str, operands: tuple[str, ...], classes: dict[str, Class]) -> str:
    """The expression that makes an instance of a class of the program."""
    padded = (*operands, "0", "0")
    texts = {"{class}": name, "{*}": ", ".join(operands), "{0}": padded[0], "{1}": padded[1], "{{": "{", "}}": "}"}
    # In one pass: an operand may hold braces of its own.
    return re.sub(r"\{\{|\}\}|\{(?:class|\*|[01])\}", lambda m: texts[m[0]], CONSTRUCT[root_base(name, classes)])
