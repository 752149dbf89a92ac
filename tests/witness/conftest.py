"""The evil corpus of tests/fidelity is this folder's as well."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "fidelity"))
