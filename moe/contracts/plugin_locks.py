"""What is installed, beside the locks of plugins."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from moe_core.loading.plugins.locking.comparison import LockDifference


class FrozenPlugins(msgspec.Struct, frozen=True, kw_only=True):
    """What was written.

    Attributes:
        file: The lock.
        plugins: The ids that it names.
        left_out: Others by id, each with the state it is in.
    """

    file: Path
    plugins: tuple[str, ...]
    left_out: Mapping[str, str]


class LockReport(msgspec.Struct, frozen=True, kw_only=True):
    """One lock beside what is installed.

    Attributes:
        file: The lock.
        plugins: How many it names.
        differences: By id.
    """

    file: Path
    plugins: int
    differences: tuple[LockDifference, ...]
