#!/usr/bin/env python3
"""Makes the fuzzer's corpus, tests/trace/corpus, anew.

Candidates are the samples of tests/trace, recordings of the objects in tests/fidelity/corpus.py, the corpus that is
there, and what fuzzing has found (build/fuzz). libFuzzer keeps the smallest ones that together reach all code that
they all reach. The names are hashes of the content.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from operations import CASES

from copyscope import _core

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build")
CORPUS, FOUND = ROOT / "tests" / "trace" / "corpus", ROOT / "build" / "fuzz"
LONGEST = 4096  # bytes of an input, as the fuzzer is told


def recording(case: str, max_records: int, failed: bool) -> bytes:
    session = _core.Session(max_records=max_records)
    session.chunk("META", '{"op":"deepcopy"}')
    with contextlib.suppress(Exception):
        session.deepcopy(CASES[case]())
    return session.end(failed)


def write_candidates(folder: str) -> None:
    """Samples and recordings."""
    subprocess.run([BUILD / "tests" / "trace" / "fuzz_mutations", folder], check=True)
    for case in CASES:
        for cap in (0, 3):
            data = recording(case, cap, bool(cap))
            if len(data) <= LONGEST:
                pathlib.Path(folder, f"{case}-{cap}").write_bytes(data)


def minimised(folders: list[str], into: str) -> None:
    command = [str(BUILD / "trace" / "fuzz_reader"), "-set_cover_merge=1", f"-max_len={LONGEST}", into, *folders]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        sys.exit(f"fuzz_corpus.py: the fuzzer ended with {done.returncode}:\n{done.stdout[-2000:]}")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as candidates, tempfile.TemporaryDirectory() as kept:
        write_candidates(candidates)
        folders = [candidates, *(str(folder) for folder in (CORPUS, FOUND) if folder.is_dir())]
        minimised(folders, kept)
        shutil.rmtree(CORPUS, ignore_errors=True)
        shutil.copytree(kept, CORPUS)
    files = list(CORPUS.iterdir())
    print(f"{CORPUS.relative_to(ROOT)}: {len(files)} files, {sum(f.stat().st_size for f in files)} bytes")


if __name__ == "__main__":
    main()
