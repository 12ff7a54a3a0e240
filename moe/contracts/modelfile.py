"""What checking a modelfile found."""

from pathlib import Path

import msgspec

from moe_core.contracts.errors import ModelfileError


class ModelfileCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One modelfile, checked.

    Attributes:
        path: The file.
        error: The first thing that is wrong; None when it is right.
        warnings: What is not wrong, but has no effect.
    """

    path: Path
    error: ModelfileError | None = None
    warnings: tuple[ModelfileError, ...] = ()
