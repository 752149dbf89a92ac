"""`copyscope variant`: the versions of copy.py that can be made from this interpreter's own, and their diffs."""

from __future__ import annotations

import argparse
import difflib
import sys

from copyscope import cli, source, variants


def main(arguments: list[str]) -> int:
    """Lists the variants; with a name, shows one."""
    known = {**variants.texts(), **variants.faulty()}
    a = _parse(arguments, known)
    if a.name is None:
        for name, text in known.items():
            print(f"{name:<16} {text}")
        return cli.DONE
    try:
        path, own = source.copy_source()
        title, text = variants.source_for(a.name)
    except (LookupError, OSError) as e:
        print(f"copyscope variant: {e}", file=sys.stderr)
        return cli.COULD_NOT
    sys.stdout.write(text if a.source else _diff(path, own, title, text))
    return cli.DONE


def _diff(path: str, own: str, title: str, text: str) -> str:
    lines = difflib.unified_diff(own.splitlines(keepends=True), text.splitlines(keepends=True), path, title)
    return "".join(lines) or f"{title}: the interpreter's own copy.py, unchanged\n"


def _parse(arguments: list[str], known: dict[str, str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copyscope variant",
        description=__doc__,
        epilog="example: copyscope variant sound-merged --diff\nexit: 0 done, 2 usage, 3 could not",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the variant to show; without it, all are listed")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="as a unified diff to the interpreter's copy.py (default)")
    how.add_argument("--source", action="store_true", help="as the whole text")
    a = parser.parse_args(arguments)
    if a.name is None and (a.diff or a.source):
        parser.error("--diff and --source want the NAME of a variant")
    if a.name is not None and a.name not in known:
        parser.error(f"there is no variant {a.name}; without a NAME all are listed")
    return a
