"""Every known trap ends as the interpreter's own deepcopy ends: result, exceptions, order of hooks."""

import copy
import copyreg

import pytest
from runners import ENGINES, differences
from traps import TRAPS


@pytest.fixture(autouse=True)
def tables_stay_as_they_are():
    dispatch, registered = dict(copy._deepcopy_dispatch), dict(copyreg.dispatch_table)
    yield
    assert copy._deepcopy_dispatch == dispatch and copyreg.dispatch_table == registered


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TRAPS)
def test_ends_as_with_the_interpreter(name, engine):
    assert differences(TRAPS[name], ENGINES[engine]) == []
