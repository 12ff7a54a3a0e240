"""Attributes of a tool's class that are nearly one that tools declare, and are not."""

from collections.abc import Iterator
from difflib import get_close_matches

from moe_core.contracts.tool import BaseTool

_NEAR = 0.9  # chosen: `ask_first`, `repeat` and `effect` are found; `names`, which a tool may well have, is not
_PLAIN = (str, int, float, tuple, list, set, frozenset, type(None))  # what is declared is written so; methods are not


def find_near_attributes(cls: type[BaseTool]) -> Iterator[tuple[str, str]]:
    """Each such name with what it is near to; where that one is declared too, the other was meant.

    Args:
        cls: A tool's; what it inherits from classes of its own counts too.
    """
    declared = [name for name in BaseTool.__annotations__ if not name.startswith("_")]
    own = {name: value for base in _list_own(cls) for name, value in vars(base).items()}
    missing = [name for name in declared if name not in own]
    for name, value in own.items():
        if name.startswith("_") or name in declared or not isinstance(value, _PLAIN):
            continue
        if near := get_close_matches(name, missing, n=1, cutoff=_NEAR):
            yield name, near[0]


def _list_own(cls: type[BaseTool]) -> list[type]:
    return [base for base in cls.__mro__ if base not in BaseTool.__mro__]
