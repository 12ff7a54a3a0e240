"""Budgets as a person writes them: "tokens=20000,requests=40,cost=0.5,seconds=60"."""

import math
import re

from moe.contracts.budget import Budgets
from moe_core.contracts.errors import RequestError

EXAMPLE = "tokens=20000,requests=40,cost=0.5,seconds=60"

_LIMITS = ("tokens", "requests", "seconds", "cost")
_WHOLE = ("tokens", "requests")
_LAYERS = ("camina", "belter", "drummer")
_NUMBER = re.compile(r"(\d+(?:[._]\d+)*)([kKmM]?)")
_SCALES = {"": 1.0, "k": 1e3, "m": 1e6}


def parse_budgets(text: str) -> Budgets:
    """Read budgets: limits joined by commas, each for the run, or with "camina.", "belter." or "drummer." before it.

    Numbers are above 0 and may end in k (thousands) or m (millions): "tokens=20k,drummer.tokens=12k".

    Raises:
        RequestError: A part is none of these, or a limit is given twice; which, and an example.
    """
    found: dict[str, dict[str, float]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        layer, _, limit = name.rpartition(".")
        if not sign:
            raise _unfit(part, "has no number")
        if layer and layer not in _LAYERS:
            raise _unfit(part, f"{layer!r} is no layer: {', '.join(_LAYERS)}")
        if limit not in _LIMITS:
            raise _unfit(part, f"{limit!r} is no limit: {', '.join(_LIMITS)}")
        limits = found.setdefault(layer or "run", {})
        if f"max_{limit}" in limits:
            raise _unfit(part, f"{name} is given twice")
        limits[f"max_{limit}"] = _parse_number(part, limit, value)
    if not found:
        raise _unfit(text, "it holds no limit")
    return Budgets.model_validate(found)


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
    return int(number) if limit in _WHOLE else number


def _unfit(part: str, why: str) -> RequestError:
    return RequestError(f"budget {part!r}: {why}", hint=f"write it like {EXAMPLE}")
