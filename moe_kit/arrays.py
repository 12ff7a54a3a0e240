"""What numpy does too, without what it imports for it."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

NumberT = TypeVar("NumberT", bound=np.integer)


def list_different(values: NDArray[NumberT]) -> NDArray[NumberT]:
    """The different numbers of a row, ascending, as `numpy.unique` has them, which imports `numpy.ma` for it."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]
