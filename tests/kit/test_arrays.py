"""What stands in for functions of numpy says the same."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.arrays import list_different


@given(st.lists(st.integers(-5, 2**40)), st.sampled_from([np.int64, np.uint64]))
def test_different_numbers_are_those_of_numpy(numbers, kind):
    values = np.array([abs(number) for number in numbers], dtype=kind)
    found = list_different(values)
    assert found.dtype == values.dtype
    assert found.tolist() == np.unique(values).tolist()


@pytest.mark.parametrize("values", [[], [3], [3, 3, 3], [2, 1, 2]])
def test_short_rows_are_no_exception(values):
    assert list_different(np.array(values, dtype=np.int64)).tolist() == sorted(set(values))


def test_nothing_more_of_numpy_is_imported():
    code = "import sys, numpy as np; from moe_kit.arrays import list_different; list_different(np.array([2, 1, 2]))"
    told = subprocess.run(
        [sys.executable, "-c", f"{code}; print('numpy.ma' in sys.modules)"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
