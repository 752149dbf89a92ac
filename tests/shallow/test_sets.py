"""Where copy() asks two sets of types instead of a dispatch table, as in CPython 3.14, all of it holds as well.

The other tests of this folder are run again in an interpreter whose copy.py is edited into that shape.
"""

import copy
import os
import pathlib
import subprocess
import sys

import pytest

from copyscope import source, variants

HERE = pathlib.Path(__file__).parent


def with_sets() -> str:
    """The running interpreter's copy.py, with sets in the place of copy()'s dispatch table."""
    t = variants.Text(source.copy_source()[1])
    t.replace(
        t.find("copy", "copier = _copy_dispatch.get(cls)"),
        [
            "if cls in _copy_atomic_types:",
            "    return x",
            "if cls in _copy_builtin_containers:",
            "    return cls.copy(x)",
        ],
    )
    t.remove(t.find("copy", "if copier:"))
    t.replace(t.find("copy", "return _copy_immutable(x)"), ["return x"])
    return t.result() + (
        "\n_copy_atomic_types = {t for t, copier in _copy_dispatch.items() if copier is _copy_immutable}"
        "\n_copy_builtin_containers = set(_copy_dispatch) - _copy_atomic_types"
        "\ndel _copy_dispatch, _copy_immutable\n"
    )


@pytest.mark.skipif(not hasattr(copy, "_copy_dispatch"), reason="this interpreter's copy.py has the sets itself")
def test_all_that_is_said_of_a_table_holds_for_sets(tmp_path):
    (tmp_path / "copy.py").write_text(with_sets())
    check = "import copy, pytest, sys; assert not hasattr(copy, '_copy_dispatch'); sys.exit(pytest.main(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", check, "-q", "-p", "no:cacheprovider", "--color=no", f"--ignore={__file__}", HERE],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
