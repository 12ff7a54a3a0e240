"""Which of a server's models stands in for one that it lacks."""

import math
import re
from collections.abc import Iterable, Sequence

USUAL_BILLIONS = 8.0
"""What a name without a size counts as: the size that models without a tag mostly have."""

_SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")
_FAMILY = re.compile(r"[a-z]+")
_NOT_FOR_TALK = re.compile(
    r"embed|minilm|bge|rerank|paraphrase|\be5\b|\bgte\b|whisper|\btts\b|dall-e|stable-diffusion|moderation"
)


def has_model(model: str, models: Iterable[str]) -> bool:
    """Whether a listing holds a model; a name without a tag means the tag "latest"."""
    return _untag(model) in map(_untag, models)


def find_stand_in(model: str, models: Sequence[str]) -> str | None:
    """The model nearest in size, as far as names tell it: 22b, 8x7b, 500m; a name without a size counts as 8b.

    Among equals one of the same family comes first ("mistral-small:22b" is of "mistral"), then the listing's order.
    Models that make vectors, pictures or sound are no candidates.

    Returns:
        None when no model is left.
    """
    candidates = [name for name in models if not _NOT_FOR_TALK.search(name.lower())]
    wanted, family = read_billions(model), _find_family(model)
    return min(
        candidates,
        key=lambda name: (round(abs(math.log(read_billions(name) / wanted)), 6), _find_family(name) != family),
        default=None,
    )


def read_billions(model: str) -> float:
    """How many parameters a model's name tells, in billions."""
    found = _SIZE.search(model.lower().replace("_", "-"))
    if found is None or not float(found[2]):
        return USUAL_BILLIONS
    return float(found[2]) * int(found[1] or 1) / (1000.0 if found[3] == "m" else 1.0)


def _find_family(model: str) -> str:
    found = _FAMILY.match(model.lower().rsplit("/", 1)[-1])
    return found[0] if found else ""


def _untag(model: str) -> str:
    return model.removesuffix(":latest")
