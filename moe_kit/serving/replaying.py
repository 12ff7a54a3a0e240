"""Finding the recorded answer to a request, or what keeps it from being found."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec

from moe_core.contracts.errors import (
    ContextOverflowError,
    InvalidOutputError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_core.contracts.wire import JsonObject
from moe_core.files.regular import read_regular
from moe_kit.serving.recording import Exchange, ExchangeKind, RecordedError, digest_request, read_line

MAX_BYTES = 256 << 20  # a run with a model records a few MB
GUIDE = "docs/how-to/record-and-replay.md"
_PLAIN_ERRORS = (
    ModelTimeoutError,
    ModelUnavailableError,
    ModelMissingError,
    ModelRefusedError,
    InvalidOutputError,
)
_SHOWN = 40
_PATHS_MAX = 3
_COMPARED = 20_000
_ABSENT = object()


class Numbered(msgspec.Struct, frozen=True):
    """An exchange and the number of its line, from 1."""

    line: int
    exchange: Exchange


@dataclass(slots=True)
class Replay:
    """A recording that is being answered from: each request's replies in order, the last one for ever.

    Attributes:
        path: The file, for messages.
    """

    path: Path
    exchanges: Sequence[Numbered] = field(repr=False)
    _by_key: Mapping[str, list[Exchange]] = field(init=False, repr=False)
    _taken: Counter[str] = field(init=False, repr=False, default_factory=Counter)

    def __post_init__(self) -> None:
        by_key: dict[str, list[Exchange]] = defaultdict(list)
        for numbered in self.exchanges:
            by_key[numbered.exchange.key].append(numbered.exchange)
        self._by_key = dict(by_key)

    def find(self, kind: ExchangeKind, request: JsonObject) -> Exchange | None:
        """The next answer to a request, or None when it was never asked."""
        key = digest_request(kind, request)
        found = self._by_key.get(key)
        if found is None:
            return None
        place = min(self._taken[key], len(found) - 1)
        self._taken[key] += 1
        return found[place]

    def models(self) -> list[str]:
        """Names of the models that answered, in order."""
        return list(dict.fromkeys(str(numbered.exchange.request.get("model", "")) for numbered in self.exchanges))

    def explain(self, kind: ExchangeKind, request: JsonObject, *, purpose: str = "") -> ModelRefusedError:
        """The error for a request that was never asked: what differs from the nearest that was."""
        model = str(request.get("model", ""))
        lacks = f"the recording {self.path} has no answer to this request"
        nearest = max(
            (numbered for numbered in self.exchanges if numbered.exchange.kind == kind),
            key=lambda numbered: _measure_likeness(numbered.exchange, request, purpose),
            default=None,
        )
        what = f"{lacks}: it holds none of its kind" if nearest is None else f"{lacks}; {_compare(nearest, request)}"
        return ModelRefusedError(
            what,
            provider="replay",
            model=model,
            hint=f"undo what changed, or record anew: remove the file, then run with the provider record ({GUIDE})",
        )


def load_replay(path: Path) -> Replay:
    """Read a recording. A line that was cut off in the middle is left out.

    Raises:
        ModelRefusedError: There is none, or a line of it cannot be read.
    """
    try:
        lines = read_regular(path, max_bytes=MAX_BYTES).split(b"\n")
    except OSError as error:
        raise ModelRefusedError(
            f"the recording {path} cannot be read: {error.strerror or error}",
            provider="replay",
            hint=f"make one with the provider record ({GUIDE}), or set options.path",
        ) from error
    exchanges = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            exchanges.append(Numbered(number, read_line(line)))
        except ValueError as error:
            if line.startswith(b'{"recording"') and not line.endswith(b"}"):
                continue  # whoever wrote it was stopped in the middle
            raise ModelRefusedError(
                f"{path}:{number} is unfit: {error}", provider="replay", hint="mend the line, or remove it"
            ) from error
    return Replay(path, exchanges)


def make_error(recorded: RecordedError, *, provider: str, model: str) -> ModelError:
    """The error as it was raised."""
    if recorded.code == ContextOverflowError.code:
        return ContextOverflowError(
            recorded.message,
            provider=provider,
            model=model,
            prompt_tokens=recorded.prompt_tokens,
            context_tokens=recorded.context_tokens,
            hint=recorded.hint,
        )
    kind = next((kind for kind in _PLAIN_ERRORS if kind.code == recorded.code), ModelError)
    return kind(recorded.message, provider=provider, model=model, retry_after=recorded.retry_after, hint=recorded.hint)


def find_differences(recorded: Any, asked: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ: the path, and both values there."""
    if isinstance(recorded, Mapping) and isinstance(asked, Mapping):
        for name in dict.fromkeys([*recorded, *asked]):
            below = f"{path}.{name}" if path else str(name)
            yield from find_differences(recorded.get(name, _ABSENT), asked.get(name, _ABSENT), below)
    elif isinstance(recorded, list | tuple) and isinstance(asked, list | tuple):
        for place in range(max(len(recorded), len(asked))):
            ours, theirs = (items[place] if place < len(items) else _ABSENT for items in (recorded, asked))
            yield from find_differences(ours, theirs, f"{path}[{place}]")
    elif recorded is _ABSENT or recorded != asked:
        yield path, recorded, asked


def _measure_likeness(exchange: Exchange, request: JsonObject, purpose: str) -> float:
    """The purpose counts most, then the messages' words, then everything else."""
    recorded = exchange.request
    same = sum(recorded.get(name) == request.get(name) for name in ("model", "parameters", "schema"))
    ratio = SequenceMatcher(None, _join_texts(recorded), _join_texts(request), autojunk=False).quick_ratio()
    return float(4 * (exchange.purpose == purpose) + 4 * ratio + 0.25 * same)


def _join_texts(request: JsonObject) -> str:
    parts = request.get("messages") or request.get("texts") or ()
    texts = [str(part.get("content", "")) if isinstance(part, Mapping) else str(part) for part in parts]
    return "\n".join(texts)[-_COMPARED:]


def _compare(nearest: Numbered, request: JsonObject) -> str:
    differences = list(find_differences(nearest.exchange.request, request))
    purpose = f", {nearest.exchange.purpose}" if nearest.exchange.purpose else ""
    where = f"the nearest (line {nearest.line}{purpose})"
    if not differences:
        return f"{where} differs in something that was not recorded because it is secret"
    path, recorded, asked = differences[0]
    others = [name for name, _, _ in differences[1:_PATHS_MAX]]
    more = f"; also in {' and '.join(others)}" if others else ""
    more += f" and {len(differences) - _PATHS_MAX} more" if len(differences) > _PATHS_MAX else ""
    return f"{where} differs in {path}{_describe_difference(recorded, asked)}{more}"


def _describe_difference(recorded: Any, asked: Any) -> str:
    if isinstance(recorded, str) and isinstance(asked, str):
        place = next(
            (place for place, pair in enumerate(zip(recorded, asked, strict=False)) if pair[0] != pair[1]),
            min(len(recorded), len(asked)),
        )
        start = max(0, place - _SHOWN // 2)
        at = f" at character {place + 1}" if place else ""
        recorded, asked = recorded[start : place + _SHOWN // 2], asked[start : place + _SHOWN // 2]
        return f"{at}: recorded {recorded!r}, asked {asked!r}"
    return f": recorded {_show(recorded)}, asked {_show(asked)}"


def _show(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
