"""Filling any JSON Schema from evidence: what the text says, or nothing, and a list of what was left open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from moe_core.contracts.wire import JsonObject
from moe_core.text.tokens import STOP_WORDS, find_terms, iterate_tokens, stem
from moe_kit.extraction.query import TASK_WORDS
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.schemas import (
    DEPTH_MAX,
    allows_null,
    get_count,
    get_options,
    get_types,
    is_valid,
    make_least,
    resolve,
)
from moe_kit.extraction.statements import Extract
from moe_kit.extraction.values import find_dates, find_numbers

_PROSE = frozenset(
    ["summary", "answer", "commentary", "text", "content", "report", "conclusion", "overview", "analysis"]
)
_SOURCES = frozenset(["source", "sources", "citations", "references", "document", "documents", "evidence"])
_RATINGS = frozenset(["confidence", "relevance", "coverage"])
_QUESTIONS = frozenset(["question", "query", "topic"])
_ANY_NUMBER = frozenset(["value", "number", "amount", "result", "answer", "total", "count"])
# A word of the property counts about as much as a good share of the question.
_PROPERTY_WEIGHT = 0.8
_PROSE_SENTENCES = 3
_LIST_SENTENCES = 5
_READ_SENTENCES = 40
_YEAR_MIN, _YEAR_MAX = 1000, 2199  # numbers of four digits beyond are mostly none


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A value for a schema.

    Attributes:
        open_paths: Required places that the evidence says nothing about; they hold null or the least value.
    """

    value: Any
    open_paths: tuple[str, ...]


def fill_schema(schema: JsonObject, extract: Extract, *, root: JsonObject | None = None) -> Filled:
    """Fill a schema from what was extracted.

    Args:
        root: The whole schema, where references point into; the schema itself without it.
    """
    filler = _Filler(extract=extract, root=schema if root is None else root)
    value = filler.fill(schema, (), 0)
    return Filled(value=value, open_paths=tuple(filler.open_paths))


class _Nothing:
    """The evidence does not say."""


NOTHING = _Nothing()


class _Filler(msgspec.Struct, kw_only=True):
    extract: Extract
    root: JsonObject
    open_paths: list[str] = msgspec.field(default_factory=list)

    def fill(self, schema: object, path: tuple[str, ...], depth: int) -> Any:
        """A value for the schema; the place is noted when it had to stay open."""
        known = resolve(schema, self.root)
        value = self._find(known, path, depth)
        if not isinstance(value, _Nothing):
            return value
        self.open_paths.append(".".join(path) or "answer")
        return make_least(known, self.root)

    def _find(self, schema: JsonObject, path: tuple[str, ...], depth: int) -> Any:
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list | tuple):
            return self._find_enum(schema["enum"], schema, path)
        if depth > DEPTH_MAX:
            return NOTHING
        for option in get_options(schema, self.root):
            for name in get_types(option) or ["string"]:
                value = self._find_type(name, option, path, depth)
                if not isinstance(value, _Nothing) and is_valid(schema, value, self.root):
                    return value
        return NOTHING

    def _find_type(self, name: str, schema: JsonObject, path: tuple[str, ...], depth: int) -> Any:
        if name == "object":
            return self._fill_object(schema, path, depth)
        if name == "array":
            return self._find_array(schema, path, depth)
        if name in ("integer", "number"):
            return self._find_number(schema, path, is_whole=name == "integer")
        if name == "string":
            return next(
                (text for text in self._find_texts(schema, path) if text and is_valid(schema, text, self.root)), NOTHING
            )
        return NOTHING

    def _fill_object(self, schema: JsonObject, path: tuple[str, ...], depth: int) -> Any:
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        required = [key for key in schema.get("required", ()) if isinstance(key, str)]
        filled = {}
        for key in dict.fromkeys([*properties, *required]):
            part = resolve(properties.get(key), self.root)
            if key in required:
                filled[key] = self.fill(part, (*path, key), depth + 1)
                continue
            before = len(self.open_paths)
            value = self._find(part, (*path, key), depth + 1)
            del self.open_paths[before:]
            if not isinstance(value, _Nothing):
                filled[key] = value
        return filled

    def _find_array(self, schema: JsonObject, path: tuple[str, ...], depth: int) -> Any:
        items = resolve(schema.get("items"), self.root)
        least = get_count(schema, "minItems", 0)
        limit = min(get_count(schema, "maxItems", _LIST_SENTENCES), max(_LIST_SENTENCES, least))
        if path and path[-1].lower() in _SOURCES and "string" in get_types(items):
            values: Iterator[Any] = iter(self._find_sources())
        elif get_types(items) == ["object"]:
            values = self._find_objects(items, path, depth)
        elif set(get_types(items)) & {"integer", "number"}:
            values = self._list_numbers(items, path, is_whole="integer" in get_types(items))
        else:
            values = iter(self._find_enum_values(items) if "enum" in items else self._list_texts(path))
        found = list(islice(_unique(value for value in values if is_valid(items, value, self.root)), limit))
        if len(found) < least:
            return NOTHING
        return found if found or not least else NOTHING

    def _find_objects(self, items: JsonObject, path: tuple[str, ...], depth: int) -> Iterator[Any]:
        """An object for each of the best sentences, filled from that sentence alone."""
        for candidate in self._best(path)[:_LIST_SENTENCES]:
            alone = _narrow(self.extract, candidate)
            filler = _Filler(extract=alone, root=self.root)
            value = filler._fill_object(items, path, depth + 1)
            if len(filler.open_paths) < max(1, len(items.get("required", ()))):
                yield value

    def _find_enum(self, values: Sequence[Any], schema: JsonObject, path: tuple[str, ...]) -> Any:
        found = self._find_enum_values({"enum": values})
        if found:
            return found[0]
        return None if allows_null(schema, self.root) and path else NOTHING

    def _find_enum_values(self, schema: JsonObject) -> list[Any]:
        """The listed values that the best sentences speak of, most spoken of first."""
        votes: dict[int, float] = {}
        values = [value for value in schema["enum"] if isinstance(value, str)]
        for candidate in self._quoted(()):
            for place, value in enumerate(values):
                wanted = find_terms(value.replace("_", " "))
                if wanted and candidate.terms.issuperset(wanted):
                    votes[place] = votes.get(place, 0.0) + candidate.score
        return [values[place] for place in sorted(votes, key=lambda place: (-votes[place], place))]

    def _find_number(self, schema: JsonObject, path: tuple[str, ...], *, is_whole: bool) -> Any:
        rating = self._rate(schema, path)
        if rating is not None:
            return round(rating) if is_whole else rating
        numbers = self._list_numbers(schema, path, is_whole=is_whole)
        return next((value for value in numbers if is_valid(schema, value, self.root)), NOTHING)

    def _rate(self, schema: JsonObject, path: tuple[str, ...]) -> float | None:
        """A bounded rating of the evidence itself is the share of the question that it covers."""
        low, high = schema.get("minimum"), schema.get("maximum")
        words = set(_split_name(path[-1])) if path else set()
        if not words & _RATINGS or not isinstance(low, int | float) or not isinstance(high, int | float):
            return None
        return round(low + (high - low) * min(1.0, self.extract.coverage), 4)

    def _list_numbers(self, schema: JsonObject, path: tuple[str, ...], *, is_whole: bool) -> Iterator[float]:
        """Numbers by their nearness to the property's words, then the question's, best first."""
        own = self._property_terms(schema, path)
        wanted = {**dict.fromkeys(self.extract.query.weights, 0.4), **dict.fromkeys(own, 1.0)}
        names = set(_split_name(path[-1])) if path else set()
        is_year = "year" in names
        is_open = is_year or bool(names & _ANY_NUMBER)
        scored = []
        for place, candidate in enumerate(self._quoted(path)):
            words = [(stem(token.folded), token.start, token.end) for token in iterate_tokens(candidate.unit.text)]
            context = set(find_terms(candidate.unit.context))
            if not is_open and not own & (context | {word for word, _, _ in words}):
                continue
            for number in find_numbers(candidate.unit.text):
                if is_year and not _YEAR_MIN <= number.value <= _YEAR_MAX:
                    continue
                near = sum(
                    wanted[word] / (1 + min(abs(start - number.end), abs(number.start - end)) / 12)
                    for word, start, end in words
                    if word in wanted
                )
                is_asked = any(stem(word) in self.extract.query.numbers for word in [f"{number.value:g}"])
                scored.append((-near - candidate.score + 2 * is_asked, place, number.start, number.value))
        for _, _, _, value in sorted(scored):
            if not is_whole or value == int(value):
                yield int(value) if is_whole or value == int(value) else value

    def _find_texts(self, schema: JsonObject, path: tuple[str, ...]) -> Iterator[str]:
        """Wordings for a string, the likeliest first."""
        key = path[-1].lower() if path else ""
        best = self._best(path)
        texts = [candidate.unit.text for candidate in best[:_READ_SENTENCES]]
        if key in _QUESTIONS:
            yield self.extract.query.text
        if schema.get("format") in ("date", "date-time") or key == "date" or key.endswith("_date"):
            quoted = (candidate.unit.text for candidate in self._quoted(path))
            for found in (found for text in quoted for found in find_dates(text)):
                yield f"{found}T00:00:00Z" if schema.get("format") == "date-time" else found
            return
        if key in _SOURCES:
            yield from self._find_sources()
        if key == "title" and best:
            yield best[0].unit.evidence.title
        if isinstance(schema.get("pattern"), str):
            yield from _find_pattern(schema["pattern"], texts)
        if not path or set(_split_name(key)) & _PROSE:
            yield _cut(" ".join(quote.text for quote in self.extract.quotes[:_PROSE_SENTENCES]), schema)
        yield from (_cut(text, schema) for text in texts)

    def _list_texts(self, path: tuple[str, ...]) -> list[str]:
        own = self._property_terms({}, path)
        texts = [candidate.unit.text for candidate in self._best(path) if own & candidate.terms]
        return texts + [quote.text for quote in self.extract.quotes]

    def _find_sources(self) -> list[str]:
        quoted = {name for quote in self.extract.quotes for name in quote.evidence_ids}
        units = [c.unit for c in self.extract.ranking.candidates if c.unit.evidence.evidence_id in quoted]
        return list(dict.fromkeys(unit.evidence.document for unit in units))

    def _best(self, path: tuple[str, ...]) -> list[RankedUnit]:
        """Candidates that speak of the property or the question, best first; none where the evidence is thin."""
        if not self.extract.quotes:
            return []
        own = self._property_terms({}, path)
        scored = []
        for candidate in self.extract.ranking.candidates:
            spoken = candidate.terms.union(find_terms(candidate.unit.context)) if own else frozenset()
            scored.append((candidate.score + _PROPERTY_WEIGHT * len(own & spoken), candidate))
        return [candidate for score, candidate in sorted(scored, key=lambda pair: -pair[0]) if score > 0]

    def _quoted(self, path: tuple[str, ...]) -> list[RankedUnit]:
        """The best candidates that are quoted: a figure from anywhere else would be a guess."""
        texts = {quote.text for quote in self.extract.quotes}
        return [candidate for candidate in self._best(path) if candidate.unit.text in texts]

    def _property_terms(self, schema: JsonObject, path: tuple[str, ...]) -> frozenset[str]:
        words = [*_split_name(path[-1])] if path else []
        description = schema.get("description")
        words += [token.folded for token in iterate_tokens(description)] if isinstance(description, str) else []
        return frozenset(stem(word) for word in words if word not in STOP_WORDS and word not in TASK_WORDS)


def _split_name(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ")
    return [token.folded for token in iterate_tokens(spaced)]


def _narrow(extract: Extract, candidate: RankedUnit) -> Extract:
    ranking = extract.ranking
    quotes = tuple(quote for quote in extract.quotes if quote.text == candidate.unit.text) or extract.quotes[:1]
    narrowed = Ranking(candidates=(candidate,), weights=ranking.weights, passage_terms=ranking.passage_terms)
    return Extract(
        quotes=quotes,
        notes=extract.notes,
        ranking=narrowed,
        query=extract.query,
        coverage=ranking.weigh(candidate.covered),
    )


def _find_pattern(pattern: str, texts: Sequence[str]) -> Iterator[str]:
    try:
        compiled = re.compile(pattern.removeprefix("^").removesuffix("$"))
    except re.error:
        return
    for text in texts:
        yield from (match.group() for match in compiled.finditer(text[:2000]) if match.group())


def _cut(text: str, schema: JsonObject) -> str:
    """The text within maxLength, cut between words."""
    limit = schema.get("maxLength")
    if not isinstance(limit, int) or len(text) <= limit:
        return text
    return text[:limit].rsplit(None, 1)[0] if " " in text[:limit] else text[:limit]


def _unique(values: Iterator[Any]) -> Iterator[Any]:
    seen: list[Any] = []
    for value in values:
        if value not in seen:
            seen.append(value)
            yield value
