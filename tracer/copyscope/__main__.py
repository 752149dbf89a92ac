"""`python -m copyscope COMMAND`."""

import sys

from copyscope.cli import main

sys.exit(main(sys.argv[1:]))
