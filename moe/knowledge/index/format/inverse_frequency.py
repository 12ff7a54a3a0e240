"""How rare terms are, and what a passage's own name is worth by it."""

import numpy as np
from numpy.typing import NDArray


def compute_idf(sizes: NDArray[np.int64], passages: int) -> NDArray[np.float64]:
    """The inverse document frequency of terms that `sizes` of the passages hold: log(1 + (n - df + .5) / (df + .5))."""
    return np.asarray(np.log1p((passages - sizes + 0.5) / (sizes + 0.5)), np.float64)


def sum_by_owner(owners: NDArray[np.int64], worths: NDArray[np.float64], count: int) -> NDArray[np.float32]:
    """For each of so many owners the worths of what it has, together."""
    return np.bincount(owners, worths, minlength=count).astype(np.float32)
