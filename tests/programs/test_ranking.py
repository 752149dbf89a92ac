"""`copyscope info` of a recorded program: what its call sites cost, and what is said of them, against the program."""

import copy
import json
import random
import struct
import subprocess
import sys
import zlib

import pytest

from copyscope import cmd_measure

# name, object, how often, kind, the replacement that must make an equal copy (or None)
SITES = [
    ("flat_list", "[1, 2, 3]", 3, "flat", "list(x)"),
    ("flat_dict", "{'a': 1, 'b': None}", 2, "flat", "dict(x)"),
    ("flat_with_tuples", "[(1, 2), ('a', (3,)), int, len]", 2, "flat", "list(x)"),
    ("empty", "[]", 2, "flat", "list(x)"),
    ("tuple_of_atoms", "(1, 'a', (2.5, None))", 4, "unchanged", "x"),
    ("atom", "'text'", 2, "unchanged", "x"),
    ("a_class", "Point", 2, "unchanged", "x"),
    ("list_rows", "[[1], [2, 3]]", 2, "rows", "[list(r) for r in x]"),
    ("dict_rows", "{1: {2: 3}, 4: {5: 6}}", 2, "rows", "{k: dict(v) for k, v in x.items()}"),
    ("rows_and_atom", "[[1], 2]", 2, "plain", None),
    ("nested", "{'a': [1, {'b': [2]}], 'c': ([],)}", 2, "plain", None),
    ("flat_object", "Point(1, 2)", 2, "flat_object", "copy.copy(x)"),
    ("slots_object", "Slots()", 2, "flat_object", "copy.copy(x)"),
    ("deep_object", "Point([1], 2)", 2, "other", None),
    ("set_state", "SetState()", 2, "other", None),
    ("hook", "Hook()", 2, "other", None),
    ("hook_that_gives_itself", "Self()", 2, "other", None),
    ("hook_inside", "[Hook()]", 2, "other", None),
    ("shared", "[common, common]", 2, "other", None),
    ("cycle", "ring", 2, "other", None),
    ("given_memo", "[1]", 2, "other", None),
    ("raises", "[(i for i in ())]", 2, "raised", None),
    ("a_set", "{1, 2}", 2, "other", None),
]
HEAD = """
import copy
class Point:
    def __init__(self, a, b): self.a, self.b = a, b
    def __eq__(self, other): return vars(self) == vars(other)
    __hash__ = None
class Slots:
    __slots__ = ("s",)
    def __init__(self): self.s = 1
    def __eq__(self, other): return self.s == other.s
class SetState(Point):
    def __init__(self): Point.__init__(self, 1, 2)
    def __setstate__(self, state): self.__dict__.update(state)
class Self:
    def __deepcopy__(self, memo): return self
class Hook:
    def __deepcopy__(self, memo): return Hook()
common = [1]
ring = []
ring.append(ring)
"""


def function(name, text):
    memo = ", {}" if name == "given_memo" else ""
    return f"def {name}():\n    try: return copy.deepcopy({text}{memo})\n    except TypeError: pass\n"


@pytest.fixture(scope="module")
def ranked(tmp_path_factory):
    """The sites of SITES by the name of their function."""
    from conftest import PROGRAM

    folder = tmp_path_factory.mktemp("ranked")
    text = HEAD + "".join(function(name, x) for name, x, *_ in SITES)
    text += "".join(f"for _ in range({n}): {name}()\n" for name, _, n, *_ in SITES)
    (folder / "sites.py").write_text(text)
    command = [PROGRAM, "run", "--python", sys.executable, "-q", "sites.py"]
    done = subprocess.run([str(w) for w in command], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = subprocess.run([str(PROGRAM), "info", "--json", "sites.cst"], cwd=folder, capture_output=True, text=True)
    return {site["function"]: site for site in json.loads(answer.stdout)["call_sites"]}


@pytest.mark.parametrize(("name", "text", "calls", "kind", "replacement"), SITES, ids=[s[0] for s in SITES])
def test_a_site_is_what_the_trace_proves(ranked, name, text, calls, kind, replacement):
    site = ranked[name]
    assert site["calls"] == calls
    assert {k: n for k, n in site["kinds"].items() if n} == {kind: calls}
    assert site["replacement"] == replacement
    assert site["shapes"] == 1
    assert 0 <= site["wasted_ns"] <= site["ns"]
    assert (site["wasted_ns"] == site["ns"]) or kind in ("other", "raised")


@pytest.mark.parametrize("name", [s[0] for s in SITES if s[4]])
def test_the_replacement_makes_an_equal_copy_that_shares_nothing_mutable(name):
    """What is advised is tried: equal, and no more shared with the original than copy.deepcopy shares."""
    namespace = {}
    exec(HEAD, namespace)
    text, replacement = next((s[1], s[4]) for s in SITES if s[0] == name)
    x = namespace["x"] = eval(text, namespace)
    y, deep = eval(replacement, namespace), copy.deepcopy(x)
    assert y == deep == x
    parts = [v for v in (x.values() if isinstance(x, dict) else x if isinstance(x, list) else ())]
    others = [v for v in (y.values() if isinstance(y, dict) else y if isinstance(y, list) else ())]
    deeper = [v for v in (deep.values() if isinstance(deep, dict) else deep if isinstance(deep, list) else ())]
    assert (y is x) == (deep is x)
    assert [a is b for a, b in zip(parts, others, strict=True)] == [a is b for a, b in zip(parts, deeper, strict=True)]


def test_bytes_are_those_of_the_containers_that_are_new(ranked):
    """sys.getsizeof() of containers made to measure is a lower bound, and for lists and tuples the very number."""
    assert ranked["flat_list"]["bytes"] == 3 * sys.getsizeof([1, 2, 3].copy())
    assert ranked["empty"]["bytes"] == 2 * sys.getsizeof([])
    assert ranked["tuple_of_atoms"]["bytes"] == 0
    assert ranked["flat_dict"]["bytes"] <= 2 * sys.getsizeof({"a": 1, "b": None})
    assert ranked["flat_dict"]["bytes"] > 0
    assert ranked["flat_object"]["made"] == 4  # the instance, and the dict of its state


def test_visits_are_the_calls_that_copy_py_makes(ranked):
    def calls_of_copy_py(x):
        seen = 0

        def count(frame, event, arg):
            nonlocal seen
            seen += event == "call" and frame.f_code is copy.deepcopy.__code__

        sys.setprofile(count)
        try:
            copy.deepcopy(x)
        finally:
            sys.setprofile(None)
        return seen

    for name in ("flat_list", "nested", "list_rows", "tuple_of_atoms", "atom"):
        _, text, n, *_ = next(s for s in SITES if s[0] == name)
        assert ranked[name]["objects"] == n * calls_of_copy_py(eval(text)), name


def test_the_order_is_the_one_asked_for(recorded, program, shell):
    recorded("""
import copy
def many():
    copy.deepcopy([(0,)] * 500)
def big():
    copy.deepcopy([[0] * 200])
def few():
    copy.deepcopy((1, 2, 3))
few(); big(); many()
""")
    for order, key in (("objects", "objects"), ("bytes", "bytes"), ("waste", "wasted_ns"), ("time", "ns")):
        answer = json.loads(shell(program, "info", "--json", "--sort", order, "script.cst").stdout)
        values = [site[key] for site in answer["call_sites"]]
        assert values == sorted(values, reverse=True)
        assert len(values) == 3
    table = shell(program, "info", "--sites", "1", "script.cst").stdout
    assert "2 more: --sites 0 shows all" in table
    assert shell(program, "info", "--sites", "x", "script.cst").returncode == 2
    assert shell(program, "info", "--sort", "size", "script.cst").returncode == 2


def test_a_class_of_a_name_of_its_own_shows_and_control_characters_do_not(recorded, program, shell):
    recorded("""
import copy
C = type("\\x1b[31mred", (), {})
exec(compile("copy.deepcopy(C())", "\\x1b]0;title\\x07.py", "exec"))
""")
    answer = shell(program, "info", "script.cst")
    assert answer.returncode == 0
    assert "\x1b" not in answer.stdout
    assert "\x07" not in answer.stdout


def test_a_ratio_is_measured_only_when_asked_for_and_where_a_replacement_is_proven(recorded, program, shell):
    recorded("""
import copy
def flat():
    copy.deepcopy(list(range(2000)))
def rows():
    copy.deepcopy([{"a": 1, "b": 2}] + [{"c": 3}])
def same():
    copy.deepcopy((1, 2))
def cannot():
    copy.deepcopy([[[1]]])
for f in (flat, rows, same, cannot):
    f()
""")
    plain = json.loads(shell(program, "info", "--json", "script.cst").stdout)
    assert not any("measured_ratio" in site for site in plain["call_sites"])
    command = (program, "info", "--json", "--measure", "--python", sys.executable, "script.cst")
    sites = {site["function"]: site for site in json.loads(shell(*command).stdout)["call_sites"]}
    assert {name for name, site in sites.items() if "measured_ratio" in site} == {"flat", "rows"}
    assert all(site["measured_ratio"] > 0 for site in sites.values() if "measured_ratio" in site)
    assert "list(x) makes an equal copy, in 1/" in sites["flat"]["advice"]
    failed = shell(program, "info", "--measure", "--python", "/no/python", "script.cst")
    assert failed.returncode == 0
    assert "not measured: /no/python cannot be started" in failed.stderr


@pytest.mark.parametrize(("name", "text", "expression"), [(s[0], s[1], s[4]) for s in SITES if s[4] not in (None, "x")])
def test_what_is_measured_is_of_the_form_of_what_was_copied(name, text, expression):
    namespace = {}
    exec(HEAD, namespace)
    x = eval(text, namespace)
    parts = list(x.values()) if isinstance(x, dict) else x if isinstance(x, list) else [1, 2]
    rows = max((len(p) for p in parts if isinstance(p, (list, dict))), default=0)
    made = cmd_measure.like({"replacement": expression, "length": len(parts), "rows": rows, "leaf": "str"})
    if expression == "copy.copy(x)":
        assert len(vars(made)) == 2
        return
    assert type(made) is type(x)
    assert len(made) == len(x)
    assert eval(expression, {"x": made}) == made
    inner = list(made.values()) if isinstance(made, dict) else made
    assert all(len(p) == rows for p in inner if isinstance(p, (list, dict)))


def test_records_in_any_order_are_survived(tmp_path, shell, program):
    """Callers within calls, calls that do not end, returns without calls: counted somehow, never a crash."""
    rng = random.Random(5)
    sites = 0
    for n in range(80):
        path = tmp_path / f"{n}.cst"
        path.write_bytes(_trace_of([_any_record(rng) for _ in range(400)]))
        answer = shell(program, "info", "--json", path)
        assert answer.returncode == 1, answer  # it has no end
        assert "Sanitizer" not in answer.stderr
        described = json.loads(answer.stdout)
        assert described["records"] == 400
        sites += len(described["call_sites"])
        assert shell(program, "info", path).returncode == 1
    assert sites > 80


def _any_record(rng):
    kind = rng.choice([1, 2, 5, 6, 7, 13, 33, 38, rng.randrange(1, 39)])
    pack = 3 | rng.randrange(12) << 5 | 1 << 9
    t = rng.randrange(3) if kind in (35, 38) else rng.getrandbits(32)
    return struct.pack("<BBHIII", kind, rng.getrandbits(8), pack, rng.randrange(1, 3), rng.randrange(1, 3), t)


def _trace_of(records):
    """A file of version 1, whose records are plain rows; it ends early, which makes it a prefix."""
    strings = b"".join(struct.pack("<I", len(text)) + text for text in (b"list", b"f.py", b"\xff"))
    types = struct.pack("<QIIIBBBBQ", 1, 1, 2, 0, 2, 0, 0, 0, 0)
    objects = struct.pack("<QIIIIII", 16, 1, 0, 0, 7, 0, 0) * 2
    data = b"\x89CST\r\n\x1a\n" + struct.pack("<HHI", 1, 0, 0)
    chunks = (b"STRS", strings), (b"TYPE", types), (b"OBJS", objects), (b"EVTS", b"".join(records))
    for seq, (kind, payload) in enumerate(chunks):
        head = kind + struct.pack("<III", len(payload), zlib.crc32(payload), seq)
        data += head + payload + bytes(-len(payload) % 16)
    return data
