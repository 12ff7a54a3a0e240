"""The shipped model's file: its vocabulary, and its weights as small integers with a scale for each group of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WORDS = "embeddings.word_embeddings.weight"
"""The largest of the weights, of which a text needs a few rows."""

_VOCABULARY = "vocabulary"
_SMALL, _SCALES, _PLAIN = "integers:", "scales:", "plain:"
_GROUP = 32  # numbers of a row that share a scale
_SMALLEST = 4096  # numbers; fewer are kept as they are
_HALF_BYTE = 4


class SmallTable(NamedTuple):
    """Rows of numbers kept as small integers; widened when they are looked up.

    Attributes:
        integers: Two a byte where they have four bits; shape (rows, numbers or half of that).
        scales: Shape (rows, groups).
    """

    integers: NDArray[np.int8]
    scales: NDArray[np.float16]

    def look_up(self, rows: NDArray[np.int64]) -> Floats:
        """The wanted rows, shape (*rows, numbers)."""
        wide = SmallTable(self.integers[rows.ravel()], self.scales[rows.ravel()]).widen()
        return wide.reshape(*rows.shape, -1)

    def widen(self) -> Floats:
        """All rows."""
        rows, groups = self.scales.shape
        integers = self.integers
        if integers.shape[1] < groups * _GROUP:
            low = (integers << _HALF_BYTE) >> _HALF_BYTE  # the sign of the lower half
            integers = np.stack([low, integers >> _HALF_BYTE], axis=-1).reshape(rows, -1)
        wide = integers.reshape(rows, groups, _GROUP) * self.scales[..., None].astype(np.float32)
        return np.asarray(wide.reshape(rows, -1), dtype=np.float32)


class ReadWeights(NamedTuple):
    """A model as it was written.

    Attributes:
        vocabulary: Pieces of words in the order of their numbers.
        words: The pieces' rows, see `WORDS`.
        weights: All others, at full width.
    """

    vocabulary: list[str]
    words: SmallTable
    weights: dict[str, Floats]


def write_weights(
    path: Path, vocabulary: Sequence[str], weights: Mapping[str, Floats], bits: Mapping[str, int]
) -> None:
    """Write a model.

    Args:
        path: Where to.
        vocabulary: Pieces of words in the order of their numbers.
        weights: By name; those of at least two dimensions are made small, rows of a multiple of 32 numbers.
        bits: Beginning of a name to the bits of its integers, 4 or 8; the first that fits counts. One fits `WORDS`.
    """
    parts: dict[str, NDArray[np.generic]] = {_VOCABULARY: np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)}
    for name, values in weights.items():
        wide = next((count for beginning, count in bits.items() if name.startswith(beginning)), 0)
        if wide and values.ndim > 1 and values.size >= _SMALLEST:
            table = _shrink(values, wide)
            parts |= {f"{_SMALL}{name}": table.integers, f"{_SCALES}{name}": table.scales}
        else:
            parts[f"{_PLAIN}{name}"] = values.astype(np.float16)
    with path.open("wb") as file:
        np.savez(file, **parts)  # type: ignore[arg-type]  # its stub takes a bool for allow_pickle too


def read_weights(path: Path) -> ReadWeights:
    """What `write_weights` wrote.

    Raises:
        OSError: There is no such file.
        ValueError: It is damaged.
        KeyError: A part is missing.
    """
    with np.load(path) as parts:
        vocabulary = parts[_VOCABULARY].tobytes().decode().split("\n")
        weights = {
            key.removeprefix(_PLAIN): parts[key].astype(np.float32) for key in parts.files if key.startswith(_PLAIN)
        }
        small = {
            name: SmallTable(parts[f"{_SMALL}{name}"], parts[f"{_SCALES}{name}"])
            for name in (key.removeprefix(_SMALL) for key in parts.files if key.startswith(_SMALL))
        }
    words = small.pop(WORDS)
    return ReadWeights(vocabulary, words, weights | {name: table.widen() for name, table in small.items()})


def _shrink(values: Floats, bits: int) -> SmallTable:
    rows, width = values.shape
    groups = values.reshape(rows, width // _GROUP, _GROUP)
    largest = 2 ** (bits - 1) - 1
    scales = np.maximum(np.abs(groups).max(-1) / largest, 1e-6).astype(np.float16)
    integers = np.clip(np.rint(groups / scales[..., None].astype(np.float32)), -largest, largest)
    integers = integers.astype(np.int8).reshape(rows, width)
    if bits == _HALF_BYTE:
        integers = ((integers[:, ::2] & 0x0F) | (integers[:, 1::2] << _HALF_BYTE)).astype(np.int8)
    return SmallTable(integers, scales)
