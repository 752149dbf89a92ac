"""`copyscope bench`: variants of copy.py, the engine and peers timed beside copy.deepcopy; results as JSON."""

from __future__ import annotations

import argparse
import os
import sys

from copyscope import cli
from copyscope.bench import compare, plan, results, study, summary
from copyscope.bench.plan import Options

EPILOG = """\
Times are CPU time of the thread, in interleaved rounds; shown are medians with 95 % intervals by bootstrap, and what
is saved against copy.deepcopy in the same rounds. Nothing absolute is comparable between machines.

  copyscope bench --quick                  a look at this machine, under a minute
  copyscope bench -o RESULTS.json          the study; Ctrl-C breaks off, --resume RESULTS.json goes on
  copyscope bench compare A.json B.json    what has changed between two results
  copyscope bench show RESULTS.json        the tables again
  copyscope bench pyperf RESULTS.json DIR  what pyperf measured, as files that pyperf reads
  copyscope report RESULTS.json            writes it up: HTML, Markdown, PDF

example: copyscope bench --quick
exit: 0 done, 1 compare: a ratio has changed, 2 usage, 3 could not"""
OUTPUT = "copyscope-bench.json"
VERBS = ("compare", "show", "pyperf")


def main(arguments: list[str]) -> int:
    """Measures, or looks at what was measured."""
    try:
        if arguments[:1] and arguments[0] in VERBS:
            return {"compare": _compare, "show": _show, "pyperf": _pyperf}[arguments[0]](arguments[1:])
        return _measure(arguments)
    except results.BadResultsError as e:
        print(f"copyscope bench: {e}", file=sys.stderr)
        return cli.COULD_NOT


def _measure(arguments: list[str]) -> int:
    a = _parse(arguments)
    path = a.resume or a.output
    if a.resume:
        found = results.load(a.resume)
    elif os.path.exists(path) and not a.force:
        print(
            f"copyscope bench: {path} exists: --resume {path} goes on with it, --force writes over it, "
            "-o OTHER.json keeps it",
            file=sys.stderr,
        )
        return cli.COULD_NOT
    else:
        found = results.new(_options(a))
    try:
        run = study.Study(found, path)
        run.save()
        run.run()
    except study.CannotError as e:
        print(f"copyscope bench: {e}", file=sys.stderr)
        return cli.COULD_NOT
    except OSError as e:
        print(f"copyscope bench: {e.filename or path}: {e.strerror}", file=sys.stderr)
        return cli.COULD_NOT
    except results.FORM_ERRORS as e:
        if not a.resume:
            raise
        raise results.of_another_form(path, e) from None
    except KeyboardInterrupt:
        results.save(found, path)
        print(f"\ncopyscope bench: stopped; go on with: copyscope bench --resume {path}", file=sys.stderr)
        return cli.INTERRUPTED
    print(summary.text(found))
    print(f"\nwritten: {path}   (copyscope report {path} writes it up)")
    return cli.DONE


def _options(a: argparse.Namespace) -> Options:
    options = Options(
        pythons=a.python,
        files=[os.path.abspath(path) for path in a.file],
        json_file=os.path.abspath(a.json_file) if a.json_file else "",
        variants=a.variant or list(plan.VARIANTS),
        workloads=a.workload or list(plan.WORKLOADS),
        peers=[] if a.no_peers else list(plan.PEERS),
        stages=a.stage or list(plan.STAGES),
        tries=a.tries,
    )
    if a.quick:
        options = plan.quick(options)
        options.pythons = options.pythons or [sys.executable]
    options.rounds = a.rounds or options.rounds
    options.processes = a.processes or options.processes
    return options


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copyscope bench", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    defaults = Options()
    parser.add_argument("-o", dest="output", metavar="OUT.json", default=OUTPUT, help="results (%(default)s)")
    parser.add_argument("--resume", metavar="OUT.json", help="go on with a run that was broken off; its options hold")
    parser.add_argument("--force", action="store_true", help="write over results that are there")
    parser.add_argument(
        "--quick", action="store_true", help="few, short rounds in one interpreter: a look, not a figure"
    )
    parser.add_argument("--rounds", type=_count, metavar="N", help=f"interleaved rounds ({defaults.rounds})")
    parser.add_argument(
        "--processes", type=_count, metavar="N", help=f"of pyperf, for each version ({defaults.processes})"
    )
    parser.add_argument(
        "--interpreter",
        dest="python",
        action="append",
        default=[],
        metavar="PYTHON",
        help="measure in this one; may be repeated (without: all CPythons 3.10 to 3.14 found)",
    )
    parser.add_argument("--variant", action="append", choices=plan.VARIANTS, help="only this one; may be repeated")
    parser.add_argument(
        "--file", action="append", default=[], metavar="copy.py", help="a copy.py of your own; may be repeated"
    )
    parser.add_argument("--json-file", metavar="FILE", help="copy this JSON document as well")
    parser.add_argument("--workload", action="append", choices=plan.WORKLOADS, help="only this one; may be repeated")
    parser.add_argument(
        "--no-peers", action="store_true", help="leave out copium, pickle, cProfile, settrace, VizTracer"
    )
    parser.add_argument("--stage", action="append", choices=plan.STAGES, help="only this one; may be repeated")
    parser.add_argument(
        "--tries", type=_count, default=defaults.tries, metavar="N", help="of the soundness check (%(default)s)"
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    n = int(text)
    if n < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return n


def _show(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="copyscope bench show", description="Prints the tables of results again.")
    parser.add_argument("results", metavar="RESULTS.json")
    path = parser.parse_args(arguments).results
    found = results.load(path)
    try:
        print(summary.text(found))
    except results.FORM_ERRORS as e:
        raise results.of_another_form(path, e) from None
    return cli.DONE


def _compare(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="copyscope bench compare",
        description="Compares the ratios to copy.deepcopy of two results; no absolute time is compared.",
        epilog="exit: 0 no ratio has changed by more than its noise, 1 one has, 2 usage, 3 could not",
    )
    parser.add_argument("a", metavar="A.json")
    parser.add_argument("b", metavar="B.json")
    a = parser.parse_args(arguments)
    changes = compare.compare(results.load(a.a), results.load(a.b))
    print(compare.text(changes, a.a, a.b))
    if not changes:
        return cli.COULD_NOT
    return cli.NOT_SO if any(c.changed for c in changes) else cli.DONE


def _pyperf(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="copyscope bench pyperf",
        description="Writes what pyperf measured, a file for each variant, as pyperf has it.",
    )
    parser.add_argument("results", metavar="RESULTS.json")
    parser.add_argument("folder", metavar="DIR")
    a = parser.parse_args(arguments)
    suites = results.load(a.results)["pyperf"]
    if not suites:
        print(f"copyscope bench: {a.results} has nothing that pyperf measured", file=sys.stderr)
        return cli.COULD_NOT
    try:
        for path in summary.write_pyperf(suites, a.folder):
            print(path)
    except OSError as e:
        print(f"copyscope bench: {e.filename}: {e.strerror}", file=sys.stderr)
        return cli.COULD_NOT
    return cli.DONE
