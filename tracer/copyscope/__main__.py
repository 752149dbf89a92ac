"""`python -m copyscope COMMAND`."""

import sys

from copyscope.cli import main

if not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # the current folder, which `python -m` put there: no program that is run finds it by itself

sys.exit(main(sys.argv[1:]))
