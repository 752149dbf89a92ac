"""`copyscope report`: what `copyscope bench` measured, as HTML, Markdown and PDF."""

from __future__ import annotations

import argparse
import os
import sys

from copyscope import cli
from copyscope.bench import results
from copyscope.bench.report import html, markdown, pdf
from copyscope.bench.report.document import TITLE, document
from copyscope.bench.report.model import Document

EPILOG = """\
One HTML file with all pictures in it, a Markdown file with its pictures beside it in a folder, and a PDF that a
headless Chromium prints. Published figures stand beside measured ones; each table says how it was made.

A template of your own is an HTML file with {{title}}, {{subtitle}}, {{style}}, {{contents}} and {{body}}, or in place
of the body {{section:NAME}} for the ones that you want, in your order: machine, middle, published, variants, soundness,
counters, profiles, experiments, hardware, traces, notes, made.

example: copyscope report results.json --notes mine.md --template lecture.html
exit: 0 done, 2 usage, 3 results or a template that cannot be read, or a format that could not be written"""
FORMATS = ("html", "md", "pdf")
NOTES_MAX = 1 << 20


class CannotError(Exception):
    """No report; the message is one line."""


def main(arguments: list[str]) -> int:
    """Writes the report."""
    a = _parse(arguments)
    base = a.output or os.path.splitext(a.results)[0] + "-report"
    try:
        made = _document(a)
        page = html.page(made, _read(a.template), a.template or "")
        return _write(made, page, base, a.format or list(FORMATS))
    except (results.BadResultsError, html.TemplateError, CannotError) as e:
        print(f"copyscope report: {e}", file=sys.stderr)
    except OSError as e:
        print(f"copyscope report: {e.filename or base}: {e.strerror}", file=sys.stderr)
    return cli.COULD_NOT


def _document(a: argparse.Namespace) -> Document:
    """Raises BadResultsError, CannotError."""
    found, traces, notes = results.load(a.results), _traces(a.traces), _read(a.notes)
    try:
        return document(found, a.results, traces, notes, a.title)
    except results.FORM_ERRORS as e:
        raise results.of_another_form(a.results, e) from None


def _write(made: Document, page: str, base: str, formats: list[str]) -> int:
    """What can be written is; what cannot is told. Raises OSError."""
    code = cli.DONE
    if "html" in formats or "pdf" in formats:
        _save(f"{base}.html", page)
    if "md" in formats:
        folder = f"{base}-figures"
        os.makedirs(folder, exist_ok=True)
        for name, svg in markdown.pictures(made).items():
            _save(os.path.join(folder, name), svg, tell=False)
        _save(f"{base}.md", markdown.text(made, os.path.basename(folder)))
    if "pdf" in formats:
        try:
            pdf.print_to(f"{base}.html", f"{base}.pdf")
            print(f"{base}.pdf")
        except pdf.CannotPrintError as e:
            print(f"copyscope report: {e}", file=sys.stderr)
            code = cli.COULD_NOT
    return code


def _save(path: str, text: str, tell: bool = True) -> None:
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    if tell:
        print(path)


def _read(path: str | None) -> str:
    """A text of the reader's. Raises CannotError."""
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8") as f:
            text = f.read(NOTES_MAX + 1)
    except OSError as e:
        raise CannotError(f"{path}: {e.strerror}") from None
    except UnicodeDecodeError:
        raise CannotError(f"{path}: not UTF-8 text") from None
    if len(text) > NOTES_MAX:
        raise CannotError(f"{path}: longer than {NOTES_MAX >> 20} MB")
    return text


def _traces(paths: list[str]) -> list[str]:
    """Those that can be read; the others are told."""
    from copyscope import load

    good = []
    for path in paths:
        try:
            load(path)
        except (OSError, ValueError) as e:
            print(f"copyscope report: left out: {path}: {getattr(e, 'strerror', None) or e}", file=sys.stderr)
        else:
            good.append(path)
    return good


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copyscope report",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", metavar="RESULTS.json", help="what copyscope bench has written")
    parser.add_argument("traces", nargs="*", metavar="TRACE.cst", help="recorded copies to be listed in it")
    parser.add_argument("-o", dest="output", metavar="NAME", help="write NAME.html, NAME.md, NAME.pdf (RESULTS-report)")
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this one; may be repeated")
    parser.add_argument("--template", metavar="FILE.html", help="in place of ours")
    parser.add_argument("--notes", metavar="FILE", help="text of yours, a paragraph for each block between empty lines")
    parser.add_argument("--title", default=TITLE, help="(%(default)s)")
    return parser.parse_args(arguments)
