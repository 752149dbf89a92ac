"""Where the interpreter has no copy.replace, so has copyscope."""

import pytest
from likeness import recorded

import copyscope


@pytest.mark.parametrize("call", [copyscope.replace, recorded("replace")])
def test_replace_says_that_this_interpreter_has_none(call):
    with pytest.raises(NotImplementedError, match=r"CPython 3\.\d+ has no copy\.replace\(\), it came with 3\.13"):
        call([1], a=1)


def test_replace_is_refused_where_there_is_none():
    with pytest.raises(NotImplementedError, match="it came with 3.13"):
        copyscope.trace([1], op="replace", changes={})
