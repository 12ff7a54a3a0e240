"""What checking a modelfile found."""

from dataclasses import dataclass
from pathlib import Path

from moe_core.contracts.errors import ModelfileError


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelfileCheck:
    """One modelfile, checked.

    Attributes:
        path: The file.
        error: The first thing that is wrong; None when it is right.
        warnings: What is not wrong, but has no effect.
    """

    path: Path
    error: ModelfileError | None = None
    warnings: tuple[ModelfileError, ...] = ()
