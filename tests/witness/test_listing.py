"""What stands beside the lines of a copy.py in a trace: bytecode, syntax tree, changes, counts of instructions."""

import ast
import copy
import dis
import sys

import pytest

import copyscope
from copyscope import listing, source, variants, watch

TEXT = source.copy_source()[1]


def of_variant(name):
    return listing.listing(variants.source_for(name)[1])


def test_the_bytecode_is_what_dis_says_of_each_function_as_it_stands():
    bytecode = listing.listing(TEXT)["bytecode"]
    found = {(f["name"], f["first"]): f["code"] for f in bytecode["functions"]}
    for function in (copy.deepcopy, copy._deepcopy_list, copy._reconstruct, copy._keep_alive):
        code = function.__code__
        rows = found[code.co_name, code.co_firstlineno]
        plain = [(i.offset, i.opname, i.argrepr) for i in dis.get_instructions(code)]
        shown = [(offset, bytecode["names"][name], argument) for _, offset, name, argument in rows]
        assert [row[:2] for row in shown] == [row[:2] for row in plain]
        assert all(
            a[2] == b[2]
            for a, b in zip(shown, plain, strict=True)
            if b[2] and "code object" not in b[2] and len(b[2]) < 60
        )
        lines = {line for _, line in dis.findlinestarts(code) if line is not None}
        assert {row[0] for row in rows} <= lines | {code.co_firstlineno}
    assert bytecode["left_out"] == 0


def test_the_tree_has_every_node_of_the_functions_at_its_depth_and_line():
    tree = listing.listing(TEXT)["tree"]

    def walk(node, depth):
        yield depth, getattr(node, "lineno", 0), type(node).__name__
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context):
                yield from walk(child, depth + 1)

    tops = [n for n in ast.parse(TEXT).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    expected = [row for top in tops for row in walk(top, 0)]
    assert [(depth, line, tree["names"][name]) for depth, line, _, name, _, _ in tree["nodes"]] == expected


def test_changes_lead_from_one_text_to_the_other():
    for name in variants.VARIANTS:
        try:
            text = variants.source_for(name)[1]
        except LookupError:
            continue
        found = listing.changes(TEXT, text, "own")
        if text == TEXT:
            assert found == {}
            continue
        new, back, at = text.splitlines(), [], 0
        for line, added, removed in found["changes"]["hunks"]:
            back += new[at : line - 1] + removed
            at = line - 1 + added
        assert back + new[at:] == TEXT.splitlines(), name
        assert found["changes"]["left_out"] == 0


def test_a_text_of_any_size_gives_a_bounded_listing_that_counts_what_it_leaves_out():
    text = "def deepcopy(x, memo=None):\n" + "    x = [x, 1, 'a', x]\n" * 3000
    found = listing.listing(text)
    rows = sum(len(f["code"]) for f in found["bytecode"]["functions"])
    assert rows == listing.INSTRUCTIONS_MAX and found["bytecode"]["left_out"] > 1000
    assert len(found["tree"]["nodes"]) == listing.NODES_MAX and found["tree"]["left_out"] > 1000
    assert listing.listing("def (") == {}
    gone = listing.changes("a = 1\n" * 5000, "b = 2\n", "own")["changes"]
    assert sum(len(h[2]) for h in gone["hunks"]) == listing.REMOVED_MAX and gone["left_out"] == 3000


def test_no_address_of_this_process_is_in_a_listing():
    assert " at 0x" not in str(of_variant("report-merged"))


def test_a_trace_carries_them_and_says_what_the_variant_changed():
    own, other = copyscope.trace([1]).sources[0], copyscope.trace([1], policy="report-merged").sources[0]
    assert own["bytecode"]["functions"] and own["tree"]["nodes"] and "changes" not in own
    assert other["changes"]["hunks"] and "copy.py" in other["changes"]["against"]


def counted(x):
    """Opcodes of a copy, by name and offset, as a witness of its own counts them."""
    seen = watch.watch(watch.subject_for("cpython"), opcodes=True).run(x)
    return {(name, first, offset): times for name, first, rows in seen.opcode_counts for offset, times in rows}


@pytest.mark.skipif(
    sys.version_info[:2] >= (3, 13), reason="CPython 3.13 reports a code's opcodes from its second call on"
)
def test_counts_in_a_trace_are_those_of_the_instructions_that_ran():
    x = [1, [2, 3], (4, [5])]
    trace = copyscope.trace(x, verify=True, opcodes=True)
    counts = {(name, first, offset): times for name, first, rows in trace.meta["opcodes"] for offset, times in rows}
    assert counts == counted(x)
    listed = {(f["name"], f["first"], row[1]) for f in trace.sources[0]["bytecode"]["functions"] for row in f["code"]}
    assert set(counts) <= listed
    first = copy.deepcopy.__code__.co_firstlineno
    calls = sum(e.event == "call" for e in trace.events)
    assert max(times for (name, line, _), times in counts.items() if (name, line) == ("deepcopy", first)) == calls


def test_without_being_asked_nothing_is_counted():
    assert "opcodes" not in copyscope.trace([1], verify=True).meta


def test_a_copy_py_of_ones_own_has_its_own_instructions_counted(tmp_path):
    path = tmp_path / "copy.py"
    path.write_text("def deepcopy(x, memo=None):\n    y = x\n    return y\n")
    trace = copyscope.trace([1], module=path, opcodes=True)
    assert {name for name, _, _ in trace.meta["opcodes"]} <= {"deepcopy"}
    if sys.version_info[:2] < (3, 13):
        assert trace.meta["opcodes"]
    assert trace.sources[0]["changes"]["left_out"] == 0


def test_the_names_of_the_sites_are_lines_of_the_tree():
    lines = {row[1] for row in listing.listing(TEXT)["tree"]["nodes"]}
    assert set(source.sites(TEXT).values()) <= lines
