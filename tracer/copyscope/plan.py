"""What the lines of a copy.py stand for: the plan by which a witness turns the lines that ran into steps."""

from __future__ import annotations

import ast
import functools
from typing import NamedTuple

from copyscope import source

EX, COPYREG, OLD = range(3)  # which reductor was called
REDUCTORS = {"rv = reductor(4)": EX, "rv = reductor(x)": COPYREG, "rv = reductor()": OLD}
TESTS = ("class_check", "fast_tuple", "fast_reduce", "reduce_str")  # an `if`: which way it went is seen
# What no step begins or ends with, and what copy.copy and copy.replace do.
NOT_STEPS = {"call", "return", "return_hit", "dispatch", "copyreg_get", "memo_new", "reduce"}
SHALLOW = ("copy_", "replace")

ROOT, LIST_ELEM, TUPLE_ELEM, DICT_VALUE, DICT_KEY, ARG, STATE, ITEM, ITEM_KEY, ITEM_VALUE, SELF, USER = range(12)
PAIR, UNKNOWN = 254, 255
ROLES = {
    "_deepcopy_list": {"": LIST_ELEM},
    "_deepcopy_tuple": {"": TUPLE_ELEM},
    "_deepcopy_dict": {"key": DICT_KEY, "value": DICT_VALUE},
    "_deepcopy_method": {"": SELF},
    "_reconstruct": {"arg": ARG, "state": STATE, "item": ITEM, "key": ITEM_KEY, "value": ITEM_VALUE},
    "deepcopy": {"rv[2]": STATE},
}

# What the tables and the frames themselves show, in any copy.py; and the steps that a line has to show.
BY_FRAME = ("call", "return", "raise", "memo_new", "memo_get", "memo_again", "memo_set", "keep_get", "keep_new")
BY_LINE = {
    "memo_given": "memo_given",
    "atomic": "atomic",
    "fast_atomic": "fast_atomic",
    "class_check": "class_check",
    "hook_get": "hook_get",
    "hook_call": "hook_call",
    "copier_call": "copier",
    "reduce": "reduce",
    "reduce_str": "reduce_str",
    "list_new": "list_new",
    "dict_new": "dict_new",
    "append": "append",
    "setitem": "setitem",
    "tuple_new": "tuple_new",
    "tuple_same": "tuple_same",
    "method_new": "method_new",
    "keep_append": "keep_get",
    "make": "make",
    "setstate": "setstate",
    "state_dict": "state_dict",
    "state_slots": "state_slots",
    "item_append": "item_append",
    "item_set": "item_set",
    "fast_tuple": "fast_tuple",
    "fast_reduce": "fast_reduce",
}
BY_TABLE = {"dispatch": "_deepcopy_dispatch", "copyreg_get": "dispatch_table"}
ONLY_IN_VARIANTS = ("fast_atomic", "fast_tuple", "fast_reduce")

Action = tuple[str, int, int, int, int, int]


class Plan(NamedTuple):
    """actions: (site, first line, last line, first and last line of an if's body or 0, which reductor).

    roles: a byte for each line, why deepcopy() is called there. sites: site -> line. seen: names of the events
    that can be seen. unseen: those that a copy.py has as a rule, and that this one shows no line for.
    """

    actions: list[Action]
    roles: bytes
    sites: dict[str, int]
    seen: frozenset[str]
    unseen: tuple[str, ...]


@functools.cache
def plan_for(text: str, own: bool = True) -> Plan:
    """The plan for a copy.py. own: it is the interpreter's, or made of it: a step it has no line for never happens.

    Raises SyntaxError for a text that is none.
    """
    found = source.statements(text)
    tree = ast.parse(text)
    actions = [_action(name, node) for name, node in found.items() if _is_step(name)]
    actions += _reduce_actions(tree)
    if "state_slots" in found:
        actions = [a for a in actions if a[0] != "state_slots"] + _slots_action(tree, found["state_slots"])
    actions = _one_per_line(actions, _headers(tree))
    sites = {name: node.lineno for name, node in found.items()}
    shown = {action[0] for action in actions}
    names = {target for node in tree.body for target in _targets(node)}
    seen = {*BY_FRAME, *(event for event, site in BY_LINE.items() if own or site in shown)}
    seen |= {event for event, table in BY_TABLE.items() if own or table in names}
    rest = {*BY_LINE, *BY_TABLE} - seen - {*ONLY_IN_VARIANTS}
    return Plan(actions, _roles(tree, text.count("\n") + 2), sites, frozenset(seen), tuple(sorted(rest)))


def _is_step(site: str) -> bool:
    return site not in NOT_STEPS and not site.startswith(SHALLOW)


def _action(name: str, node: ast.stmt, how: int = EX) -> Action:
    if isinstance(node, ast.If):
        last = node.test.end_lineno or node.lineno
        body = (node.body[0].lineno, node.body[-1].end_lineno or 0) if name in TESTS else (0, 0)
        return (name, node.lineno, last, *body, how)
    return (name, node.lineno, node.end_lineno or node.lineno, 0, 0, how)


def _reduce_actions(tree: ast.Module) -> list[Action]:
    """The three calls of a reductor: one site, since the step is the same."""
    found = []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name == "deepcopy":
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and ast.unparse(node) in REDUCTORS:
                    found.append(_action("reduce", node, REDUCTORS[ast.unparse(node)]))
    return found


def _slots_action(tree: ast.Module, statement: ast.stmt) -> list[Action]:
    """The loop around the statement that sets one slot: the step is all of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and any(inner.lineno == statement.lineno for inner in node.body):
            return [
                ("state_slots", node.lineno, node.end_lineno or node.lineno, statement.lineno, statement.lineno, EX)
            ]
    return []


def _headers(tree: ast.Module) -> set[int]:
    """Lines on which a loop or the like begins."""
    kinds = (ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef)
    return {node.lineno for node in ast.walk(tree) if isinstance(node, kinds)}


def _one_per_line(actions: list[Action], headers: set[int]) -> list[Action]:
    """Leaves out statements that share their line with another: which of them ran, the line does not tell."""
    kept: dict[int, Action] = {}
    for action in actions:
        if action[1] not in kept and (action[1] not in headers or action[0] == "state_slots"):
            kept[action[1]] = action
    return sorted(kept.values(), key=lambda action: action[1])


def _targets(node: ast.stmt) -> list[str]:
    """Names that a statement of the module binds."""
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []


def _roles(tree: ast.Module, lines: int) -> bytes:
    roles = bytearray([UNKNOWN]) * lines
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        first, last = function.lineno, function.end_lineno or function.lineno
        if function.name == "deepcopy":  # what is called there and does not read so is a hook, a reductor, a copier
            roles[first : last + 1] = bytes([USER]) * (last + 1 - first)
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "deepcopy":
                _mark(roles, call, _role(function.name, call))
    return bytes(roles)


def _role(function: str, call: ast.Call) -> int:
    names = ROLES.get(function, {})
    argument = ast.unparse(call.args[0]) if call.args else ""
    return names.get(argument, names.get("", UNKNOWN))


def _mark(roles: bytearray, call: ast.Call, role: int) -> None:
    for line in range(call.lineno, (call.end_lineno or call.lineno) + 1):
        both = {roles[line], role} == {DICT_KEY, DICT_VALUE}
        roles[line] = PAIR if both else role
