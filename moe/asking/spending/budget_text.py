"""Budgets as a person writes them: "tokens=20000,requests=40,cost=0.5,seconds=60"."""

import math
import re

from moe.contracts.budget import LAYERS, Budgets
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import RequestError
from moe_core.contracts.task import Budget

EXAMPLE = "tokens=20000,requests=40,cost=0.5,seconds=60"

_LIMITS = ("tokens", "requests", "seconds", "cost")
_WHOLE = ("tokens", "requests")
_NUMBER = re.compile(r"(\d+(?:[._]\d+)*)([kKmM]?)")
_SCALES = {"": 1.0, "k": 1e3, "m": 1e6}


def parse_budgets(text: str) -> Budgets:
    """Read budgets: limits joined by commas, each for the run, or with "camina.", "belter." or "drummer." before it.

    Numbers are above 0 and may end in k (thousands) or m (millions): "tokens=20k,drummer.tokens=12k".

    Raises:
        RequestError: A part is none of these, or a limit is given twice; which, and an example.
    """
    found: dict[Role | None, dict[str, float]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        layer, _, limit = name.rpartition(".")
        if not sign:
            raise _unfit(part, "has no number")
        if layer and layer not in LAYERS:
            raise _unfit(part, f"{layer!r} is no layer: {', '.join(LAYERS)}")
        if limit not in _LIMITS:
            raise _unfit(part, f"{limit!r} is no limit: {', '.join(_LIMITS)}")
        limits = found.setdefault(Role(layer) if layer else None, {})
        if limit in limits:
            raise _unfit(part, f"{name} is given twice")
        limits[limit] = _parse_number(part, limit, value)
    if not found:
        raise _unfit(text, "it holds no limit")
    return Budgets(
        run=_build(found.pop(None, {})),
        layers={role: _build(limits) for role, limits in found.items() if role is not None},
    )


def _parse_number(part: str, limit: str, value: str) -> float:
    matched = _NUMBER.fullmatch(value)
    try:
        number = float(matched[1]) * _SCALES[matched[2].lower()] if matched else math.nan
    except ValueError:
        number = math.nan
    if not (0 < number < math.inf):
        raise _unfit(part, f"{value!r} is no number above 0")
    if limit in _WHOLE and number != int(number):
        raise _unfit(part, f"{limit} are whole")
    return number


def _build(limits: dict[str, float]) -> Budget:
    values = {f"max_{limit}": int(number) if limit in _WHOLE else number for limit, number in limits.items()}
    return Budget(**values)  # type: ignore[arg-type]


def _unfit(part: str, why: str) -> RequestError:
    return RequestError(f"budget {part!r}: {why}", hint=f"write it like {EXAMPLE}")
