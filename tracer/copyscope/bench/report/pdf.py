"""HTML printed to PDF by a headless browser that is there already."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 180


class CannotPrintError(Exception):
    """No PDF; the message is one line."""


def browser() -> str:
    """Path of a browser. Raises CannotPrintError."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    raise CannotPrintError(f"no PDF: none of {', '.join(BROWSERS)} is installed; print the HTML from your browser")


def print_to(html: str, out: str) -> None:
    """Raises CannotPrintError, OSError."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        target = os.path.join(folder, "report.pdf")
        words = [program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}/profile",
                 "--no-pdf-header-footer", f"--print-to-pdf={target}"]  # fmt: skip
        if os.geteuid() == 0:
            words.append("--no-sandbox")  # it refuses to start as root with one
        try:
            done = subprocess.run(
                [*words, pathlib.Path(html).resolve().as_uri()], capture_output=True, timeout=PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            raise CannotPrintError(f"no PDF: {os.path.basename(program)} did not end within {PATIENCE_S} s") from None
        if done.returncode or not os.path.exists(target):
            raise CannotPrintError(f"no PDF: {os.path.basename(program)} ended with {done.returncode}")
        shutil.copyfile(target, out)
