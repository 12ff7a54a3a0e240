"""What is installed, beside the locks of plugins."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moe_core.loading.plugins.locking.comparison import LockDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPlugins:
    """What was written.

    Attributes:
        file: The lock.
        plugins: The ids that it names.
        left_out: Others by id, each with the state it is in.
    """

    file: Path
    plugins: tuple[str, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReport:
    """One lock beside what is installed.

    Attributes:
        file: The lock.
        plugins: How many it names.
        differences: By id.
    """

    file: Path
    plugins: int
    differences: tuple[LockDifference, ...]
