"""copy.replace came with CPython 3.13: what is said of it is not asked of an interpreter without it, and vice versa."""

import copy

collect_ignore = ["test_no_replace.py" if hasattr(copy, "replace") else "test_replace.py"]
