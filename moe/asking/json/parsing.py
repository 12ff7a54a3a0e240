"""From a model's reply to the one JSON object in it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pkgutil import resolve_name
from typing import Any

import msgspec

from moe.asking.json.candidates import ObjectCandidate, find_candidates
from moe.asking.json.problems import ReplyError
from moe.asking.json.reading import read_value
from moe.contracts.models import OutputProblem
from moe_kit.serving.reasoning import split_reasoning

TEXT_MAX = 2_000_000  # no reply that fits a context is as long; bounds what an endless one costs
_REPAIRS_MAX = 3  # chosen: the likeliest candidates
_REPAIR = "moe.asking.json.repairing:repair_value"  # by name: few replies need it, and json-repair is large


class ParsedObject(msgspec.Struct, frozen=True, kw_only=True):
    """The object in a reply.

    Attributes:
        value: Plain JSON types only, every number finite, every text encodable.
        was_repaired: It was no JSON as it stood.
    """

    value: dict[str, Any]
    was_repaired: bool = False


def parse_object(text: str, *, keys: Collection[str] = ()) -> ParsedObject:
    """Read the one JSON object of a reply: without thoughts, fences and prose, mended when it must be.

    Of several objects the one with most of the wanted keys is taken, of equals the last; broken ones only when no
    sound one has a wanted key. An object that ends inside one of its values is never completed: that would invent.

    Args:
        keys: Keys that the object should have.

    Raises:
        ReplyError: There is none; its message is for the model.
    """
    if len(text) > TEXT_MAX:
        raise ReplyError(OutputProblem.TOO_BIG, f"the reply has {len(text)} characters, more than {TEXT_MAX}")
    if text.lstrip()[:1] in ("{", "["):
        try:
            return ParsedObject(value=_require_object(read_value(text)))
        except ReplyError as error:
            if error.problem is not OutputProblem.UNREADABLE:
                raise
    answer, reasoning = split_reasoning(text)
    if not answer.strip():
        told = "the reply is reasoning only; no answer came after it" if reasoning else "the reply is empty"
        raise ReplyError(OutputProblem.EMPTY, told)
    value, was_repaired = _choose(answer, frozenset(keys))
    return ParsedObject(value=value, was_repaired=was_repaired)


def _choose(answer: str, keys: frozenset[str]) -> tuple[dict[str, Any], bool]:
    candidates = list(find_candidates(answer))
    sound = _find_best((candidate.value for candidate in candidates if candidate.value is not None), keys)
    if sound is not None and (not keys or sound.keys() & keys):
        return sound, False
    broken = [candidate for candidate in candidates if candidate.value is None]
    mended = _find_best(_repair(broken), keys)
    if mended is not None and (sound is None or mended.keys() & keys):
        return mended, True
    if sound is None:
        raise _explain(broken)
    return sound, False


def _find_best(values: Iterable[dict[str, Any]], keys: frozenset[str]) -> dict[str, Any] | None:
    best: dict[str, Any] | None = None
    for value in values:
        if best is None or len(value.keys() & keys) >= len(best.keys() & keys):
            best = value
    return best


def _repair(broken: Sequence[ObjectCandidate]) -> Iterator[dict[str, Any]]:
    longest = sorted(broken, key=lambda candidate: -len(candidate.text))[:_REPAIRS_MAX]
    for candidate in broken:
        if candidate not in longest or candidate.is_cut:
            continue
        value = _mend(candidate)
        if isinstance(value, dict) and value:
            yield value


def _mend(candidate: ObjectCandidate) -> Any:
    """With the brackets that are missing, if that is all, else as its writer may have meant it; None for neither."""
    with suppress(ReplyError):
        return read_value(candidate.text + candidate.closers)
    with suppress(ReplyError):
        return resolve_name(_REPAIR)(candidate.text)
    return None


def _require_object(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ReplyError(OutputProblem.NO_OBJECT, "the reply is a list, not one JSON object")


def _explain(broken: Sequence[ObjectCandidate]) -> ReplyError:
    if any(candidate.is_cut for candidate in broken):
        return ReplyError(OutputProblem.CUT_OFF, "the reply ends before its JSON object does")
    if broken:
        return ReplyError(OutputProblem.UNREADABLE, f"the reply is no sound JSON: {broken[0].complaint}")
    return ReplyError(OutputProblem.NO_OBJECT, "the reply holds no JSON object")
