"""`cost`: what a copy and its memo's lookups cost here, as JSON, and the trace they are from.

`copyscope breakeven` asks for it.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys

from copyscope import cli, cost, snippet


def main(arguments: list[str]) -> int:
    """Measures one object and prints the figures."""
    a = _parse(arguments)
    name = a.file or snippet.FILENAME
    try:
        code = a.expression
        if code is None:
            with open(a.file, encoding="utf-8") as f:
                code = f.read()
        x, _ = snippet.run(code, name)
        figures, trace = cost.measure(x, a.rounds)
        if a.output:
            trace.save(a.output)
    except (snippet.SnippetError, cost.NothingToMeasureError) as e:
        print(f"copyscope breakeven: {e}", file=sys.stderr)
        return cli.COULD_NOT
    except (OSError, UnicodeDecodeError) as e:
        print(f"copyscope breakeven: {name}: {getattr(e, 'strerror', None) or e}", file=sys.stderr)
        return cli.COULD_NOT
    print(json.dumps({**figures, "python": platform.python_version()}))
    return cli.DONE


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="copyscope cost", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("-e", dest="expression", metavar="EXPR", help="a text that makes the object")
    what.add_argument("--file", metavar="FILE.py", help="a file that makes it")
    parser.add_argument("--rounds", type=int, default=cost.ROUNDS, metavar="N")
    parser.add_argument("-o", dest="output", metavar="OUT.cst")
    return parser.parse_args(arguments)
