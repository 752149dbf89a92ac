"""`copyscope check`: finds what is unsound, unaided, and nothing where a variant is sound."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

import copyscope
from copyscope import source, variants
from copyscope.soundness import boxed, checker, graphs, programs, show, sides, worlds

TRIES = int(os.environ.get("COPYSCOPE_TRIES", "1500"))
SOUND = (
    "cpython",
    "cpython-3.11",
    "cpython-3.13",
    "cpython-3.14",
    "report-memo",
    "sound-merged",
    "table",
    "bind-locals",
)
#: What the report's fast paths lose, as the kinds under which a check may come upon it.
FAULTS = {
    "a skipped __setstate__": {"call of __setstate__"},
    "lost list items": {"call of append", "items of a list"},
    "lost dict items": {"call of __setitem__", "items of a dict"},
    "a bypassed __new__": {"call of __new__"},
    "a shared int subclass instance with state": {"sharing of int with attributes"},
    "a shared str subclass instance with state": {"sharing of str with attributes"},
}
OWN = source.copy_source()[1]


def command(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "copyscope", "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
    )


def edited(tmp_path, old, new, name="my_copy.py"):
    """A student's copy.py: the interpreter's own with one thing changed."""
    assert old in OWN
    path = tmp_path / name
    path.write_text(OWN.replace(old, new))
    return path


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_found_where_a_variant_is_sound(name):
    report = copyscope.check(name, tries=TRIES, seed=1)
    assert report.sound, report.counterexample.script()
    assert report.tried == TRIES
    assert report.compared


def test_every_fault_of_the_reports_fast_paths_is_found_unaided():
    """One generator, one seed, no word of the faults: see FAULTS. Each is found as the text and as the engine."""
    report = copyscope.check("report-merged", tries=20_000, seed=1, every_kind=True)
    kinds = {c.kind for c in report.counterexamples}
    assert {fault for fault, names in FAULTS.items() if not names & kinds} == set()


@pytest.mark.parametrize("name", ["report-fastpath", "report-merged"])
def test_a_counterexample_is_small_and_runs(name, tmp_path):
    report = copyscope.check(name, tries=TRIES, seed=1)
    assert not report.sound
    c = report.counterexample
    assert len(c.source.splitlines()) <= 12
    path = tmp_path / "counterexample.py"
    path.write_text(c.script())
    ran = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1, ran.stderr
    assert "copy.deepcopy\n" in ran.stdout and f"copy.py as {name}\n" in ran.stdout
    assert f"differs: {c.difference}" in ran.stdout


def test_the_same_seed_finds_the_same(tmp_path):
    one, other = (copyscope.check("report-merged", tries=500, seed=5) for _ in range(2))
    assert one.counterexample == other.counterexample


SMALL = {
    "a skipped __setstate__": (
        "class C:\n    def __reduce__(self): return C, (), {'a': 1}\n"
        "    def __setstate__(self, state): self.seen = state\nx = C()",
        "call of __setstate__",
    ),
    "lost list items": (
        "class C:\n    items = ()\n    def append(self, item): self.items += (item,)\n"
        "    def __reduce__(self): return C, (), {'a': 1}, iter([1, 2])\nx = C()",
        "call of append",
    ),
    "lost dict items": (
        "class C:\n    def __setitem__(self, k, v): setattr(self, k, v)\n"
        "    def __reduce__(self): return C, (), {'a': 1}, None, iter([('k', 2)])\nx = C()",
        "call of __setitem__",
    ),
    "a bypassed __new__": (
        "class C:\n    def __new__(cls):\n        y = object.__new__(cls)\n        y.made = [1]\n        return y\n"
        "    def __reduce__(self): return C, (), {}\nx = C()",
        "call of __new__",
    ),
    "a shared int subclass instance": (
        "class C(int): pass\no = C(3)\no.tag = [1]\nx = (o, 1)",
        "sharing of int with attributes",
    ),
}


@pytest.mark.parametrize("fault", SMALL)
def test_a_given_object_shows_the_fault(fault):
    text, kind = SMALL[fault]
    report = copyscope.check("report-merged", [text])
    assert [c.kind for c in report.counterexamples] == [kind]
    assert copyscope.check("sound-merged", [text]).sound


def test_objects_may_be_given_as_functions_and_as_they_are():
    class C(str):
        pass

    assert not copyscope.check("report-merged", [lambda: (C("a"), 1)]).sound
    assert not copyscope.check("report-merged", [(C("a"), 1)]).sound
    report = copyscope.check("sound-merged", [lambda: (C("a"), 1), (C("a"), 1), [1, {2: [3]}]])
    assert report.sound and report.tried == 3


def test_the_border_of_atomic_first_is_as_the_report_says():
    """A memo entry under an atomic object's id is not asked for by 3.14's order; the report names this border."""
    text = "o = 'text'\nx = [o]\nmemo = {id(o): 'another'}"
    here = sys.version_info >= (3, 14)
    assert copyscope.check("sound-merged", [text]).sound == here
    assert copyscope.check("cpython-3.14", [text]).sound == here
    assert copyscope.check("bind-locals", [text]).sound
    report = copyscope.check("sound-merged", tries=1)
    assert any("by design" in border and "atomic" in border for border in report.borders)


MENDED = {
    "a C class without instances": "class C:\n    def __reduce__(self): return type(iter([])), (), {'a': 1}\nx = C()",
    "a state that the memo answers for": (
        "class C: pass\no = C()\no.a = 1\nclass H:\n    def __deepcopy__(self, memo):\n"
        "        memo[id(vars(o))] = ({'b': 1}, {'c': 2})\nx = [H(), o]"
    ),
    "a __setstate__ that comes while the state is copied": (
        "class C: pass\nclass H:\n    def __deepcopy__(self, memo):\n"
        "        C.__setstate__ = lambda self, state: None\no = C()\no.a = H()\nx = o"
    ),
    "an attribute that is found by __getattr__": (
        "class C:\n    def __getattr__(self, name):\n        if name == '__setstate__': return lambda state: None\n"
        "        raise AttributeError(name)\nx = C()\nx.a = 1"
    ),
    "a descriptor in the place of __new__": (
        "class D:\n    def __get__(self, obj, cls): return lambda cls: rebuilt\nrebuilt = [1]\n"
        "class C:\n    a = 1\nx = C()\nx.b = 2\nC.__new__ = D()"
    ),
    "a __dict__ of its own": "class C:\n    __dict__ = property(lambda self: {'p': 1})\nx = C()",
    "a class of another metaclass": (
        "class M(type):\n    def __call__(cls): return 5\nclass C(metaclass=M):\n"
        "    def __reduce__(self): return C, (), {}\nx = object.__new__(C)"
    ),
}


@pytest.mark.parametrize("case", MENDED)
def test_what_a_simpler_rule_would_get_wrong_is_right(case):
    report = copyscope.check("sound-merged", [MENDED[case]])
    assert report.tried == 1, report.borders
    assert report.sound, report.counterexample.difference


STUDENTS = {
    "keys before values": (
        "y[deepcopy(key, memo)] = deepcopy(value, memo)",
        "y.__setitem__(deepcopy(key, memo), deepcopy(value, memo))",
        20_000,
    ),
    "append bound before the loop": (
        "for item in listiter:\n                item = deepcopy(item, memo)\n                y.append(item)\n",
        "append = y.append\n            for item in listiter: append(deepcopy(item, memo))\n",
        10_000,
    ),
    "no memo for lists": ("    y = []\n    memo[id(x)] = y\n", "    y = []\n", 1000),
    "nothing kept alive, state not copied": ("            state = deepcopy(state, memo)", "            pass", 1000),
}


@pytest.mark.parametrize("mistake", STUDENTS)
def test_a_students_mistake_is_found(mistake, tmp_path):
    old, new, tries = STUDENTS[mistake]
    report = copyscope.check(edited(tmp_path, old, new), tries=tries, seed=2)
    assert not report.sound, f"{report.tried} tried"


def test_the_interpreters_own_text_as_a_file_is_sound(tmp_path):
    path = tmp_path / "my_copy.py"
    path.write_text(OWN)
    report = copyscope.check(path, tries=500)
    assert report.sound and report.tried == 500


def test_a_file_that_hands_on_to_the_interpreters_deepcopy_is_sound(tmp_path):
    path = tmp_path / "wrapper.py"
    path.write_text("import copy\ndef deepcopy(x, memo=None):\n    return copy.deepcopy(x, memo)\n")
    assert copyscope.check(path, tries=300).sound


HOSTILE_TO_LOAD = {
    "import sys\nsys.exit(5)": "SystemExit: 5",
    "def f(:": "SyntaxError",
    "x = 1": "it has no function deepcopy",
    "1 / 0": "ZeroDivisionError",
    "import os\nos._exit(4)": "it ended the process (exit code 4)",
    "import os\nos.kill(os.getpid(), 11)": "it crashed the process (SIGSEGV)",
}


@pytest.mark.parametrize("text", HOSTILE_TO_LOAD)
def test_a_file_that_cannot_be_loaded_is_told_in_one_line(text, tmp_path):
    (tmp_path / "bad.py").write_text(text + "\n")
    answer = command("--variant", "bad.py", cwd=tmp_path)
    assert answer.returncode == 3
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1 and HOSTILE_TO_LOAD[text] in answer.stderr


HOSTILE_TO_COPY = {
    "import os\ndef deepcopy(x, memo=None): os._exit(7)": "it ended the process (exit code 7)",
    "import os\ndef deepcopy(x, memo=None): os.kill(os.getpid(), 11)": "it crashed the process (SIGSEGV)",
    "import sys\ndef deepcopy(x, memo=None): sys.exit(7)": "SystemExit: 7",
    "def deepcopy(x, memo=None): return deepcopy(x, memo)": "RecursionError",
    "def deepcopy(x, memo=None):\n    while True: pass": "it did not end within",
    "def deepcopy(x, memo=None):\n    raise KeyboardInterrupt": "KeyboardInterrupt",
    "def deepcopy(x, memo=None):\n    return bytearray(1 << 40)": "MemoryError",
}


@pytest.mark.parametrize("text", HOSTILE_TO_COPY)
def test_a_file_whose_deepcopy_does_not_come_back_is_unsound(text, tmp_path, monkeypatch):
    monkeypatch.setattr(boxed, "STILL_S", 1.0)
    (tmp_path / "bad.py").write_text(text + "\n")
    report = copyscope.check(tmp_path / "bad.py", tries=5)
    assert not report.sound
    assert HOSTILE_TO_COPY[text] in report.counterexample.difference
    assert report.counterexample.source


def test_the_command_says_it_by_its_exit_code(tmp_path):
    sound = command("--variant", "sound-merged", "--tries", 50)
    assert sound.returncode == 0 and sound.stdout.endswith("no difference found\n")
    unsound = command("--variant", "report-merged", "-e", "type('C', (int,), {})(3),", "-o", tmp_path / "c.py")
    assert unsound.returncode == 1 and "NOT SOUND: copy.py as report-merged" in unsound.stdout
    assert (tmp_path / "c.py").exists()
    assert command("--variant", "nonsense").returncode == 3
    assert command("--variant", "cpython", "--tries", 0).returncode == 2
    assert command("--variant", "cpython", "-e", "1 / 0").returncode == 3
    assert command("--variant", "cpython", "--object", tmp_path / "not there").returncode == 3


def test_json_has_the_whole_report(tmp_path):
    answer = command("--variant", "report-merged", "--tries", 500, "--seed", 5, "--json")
    told = json.loads(answer.stdout)
    c = copyscope.check("report-merged", tries=500, seed=5).counterexample
    assert told["sound"] is False and told["counterexamples"][0]["source"] == c.source
    assert told["scripts"] == [c.script()]


def test_an_object_of_a_file_is_copied(tmp_path):
    (tmp_path / "mine.py").write_text("class S(str): pass\nx = (S('a'),)\n")
    answer = command("--variant", "report-merged", "--object", "mine.py", cwd=tmp_path)
    assert answer.returncode == 1 and "sharing" not in answer.stderr
    assert "class S(str): pass" in answer.stdout


def test_a_program_that_cannot_be_built_is_not_counted():
    built = 0
    for n in range(1, 300):
        text = checker.program_at("cpython", 3, n).source()
        try:
            worlds.generated(text)
            built += 1
        except worlds.BuildError:
            pass
    assert built > 150
    assert copyscope.check("cpython", tries=built, seed=3).tried == built


PAIRS = {
    "values": ("[1]", "[2]", "value"),
    "types": ("[1]", "(1,)", "type"),
    "bool and int": ("[1]", "[True]", "type"),
    "zeros": ("0.0", "-0.0", "value"),
    "length": ("[1]", "[1, 2]", "items of a list"),
    "keys": ("{1: 2}", "{3: 2}", "value"),
    "number of keys": ("{1: 2}", "{1: 2, 3: 4}", "items of a dict"),
    "order of keys": ("{1: 0, 2: 0}", "{2: 0, 1: 0}", "value"),
    "aliasing": ("[o := [], o]", "[[], []]", "sharing of list"),
    "cycles": ("(o := [], o.append(o))[0]", "(o := [], o.append([o]))[0]", "sharing of list"),
    "sets": ("{1, 2}", "{1, 3}", "elements of a set"),
    "sets of objects": ("{(1, (2,))}", "{(1, (3,))}", "elements of a set"),
    "deques": ("collections.deque([1])", "collections.deque([2])", "value"),
    "ordered dicts": ("collections.OrderedDict(a=1, b=2)", "collections.OrderedDict(b=2, a=1)", "value"),
    "built-in types by what pickle would keep": ("datetime.date(2020, 1, 1)", "datetime.date(2020, 1, 2)", "value"),
    "exceptions": ("ValueError(1)", "ValueError(2)", "value"),
    "methods": ("[].append", "{}.update", "value"),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_graphs_that_differ_are_told_apart(pair):
    import collections
    import datetime

    a, b, kind = PAIRS[pair]
    names = {"collections": collections, "datetime": datetime}
    found = graphs.compare(graphs.Relation(), "x", eval(a, dict(names)), eval(b, dict(names)))
    assert found is not None and found.kind == kind, found
    assert graphs.compare(graphs.Relation(), "x", eval(a, dict(names)), eval(a, dict(names))) is None


def test_looking_at_a_graph_runs_none_of_its_code():
    def refuse(*_):
        raise AssertionError("user code was run")

    evil = {name: refuse for name in ("__repr__", "__eq__", "__hash__", "__len__", "__iter__", "__getattribute__")}
    for base in (object, list, dict, int, str, tuple):
        C = type("C", (base,), evil)
        assert graphs.compare(graphs.Relation(), "x", C(), C()) is None
        assert graphs.short(C()) == "a C"


def test_a_shared_original_is_told_from_a_copy():
    inner = [1]
    relation = graphs.Relation()
    assert graphs.compare(relation, "the original", [inner], [inner]) is None
    found = graphs.compare(relation, "the copy", [[1]], [inner])
    assert found is not None and found.kind == "sharing of list"


def test_registrations_by_hand_are_seen_by_every_side():
    text = "import copy\nclass C: pass\ncopy._deepcopy_dispatch[C] = lambda x, memo: 'by hand'\nx = [C()]"
    before = dict(worlds.copy._deepcopy_dispatch)
    for name in ("sound-merged", "report-merged", "cpython"):
        assert copyscope.check(name, [text]).sound
    assert worlds.copy._deepcopy_dispatch == before


def test_show_says_what_it_could_not_have(tmp_path, capsys):
    path = tmp_path / "x.py"
    path.write_text("x = 1\n")
    assert show(str(path), "cpython") == 0
    assert show(str(path), "nonsense") == 3
    assert "no variant nonsense" in capsys.readouterr().err
    path.write_text("1 / 0\n")
    assert show(str(path), "cpython") == 3


def test_what_shrinking_leaves_out_is_not_needed():
    """No step, class or feature of a counterexample can be left out without losing the difference."""
    report = copyscope.check("report-merged", tries=TRIES, seed=4)
    assert len(report.counterexample.source) < 300


def test_a_program_is_its_text():
    program = programs.Program(
        (programs.Class("C0", "int", ("def __reduce__(self):\n    return rebuild, (type(self),)",)),),
        (programs.Step("o0", "instance", (), ("C0",)), programs.Step("x", "tuple", ("o0",))),
        (("id(o0)", "0"),),
    )
    made = worlds.generated(program.source())
    assert type(made.x[0]).__name__ == "C0" and made.memo == {id(made.names["o0"]): 0}


def test_an_operand_may_hold_braces():
    classes = {"C0": programs.Class("C0", "list"), "C1": programs.Class("C1", "dict")}
    assert programs.construct("C0", ("{1, 'a'}",), classes) == "C0([{1, 'a'}])"
    assert programs.construct("C1", ("{0: {}}",), classes) == "C1({'k': {0: {}}, 2: 0})"


def test_every_variant_has_a_side():
    for name in variants.VARIANTS:
        assert sides.named(name)
    with pytest.raises(ValueError, match="no variant nonsense"):
        copyscope.check("nonsense")
    assert pathlib.Path(worlds.copy.__file__).name == "copy.py"
