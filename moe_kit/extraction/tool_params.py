"""Parameters for a tool that nobody made a rule for, read from the instruction."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from moe_core.contracts.messages import Choice
from moe_core.contracts.wire import JsonObject
from moe_core.text.tokens import STOP_WORDS, find_terms, iterate_tokens, stem
from moe_kit.extraction.named_values import find_named
from moe_kit.extraction.query import TASK_WORDS, WEAK_WORDS
from moe_kit.extraction.schemas import get_options, get_types, is_valid, resolve
from moe_kit.extraction.values import FoundNumber, find_numbers

# Names under which a parameter takes the text that the task is about.
_TEXTS = frozenset("query question text prompt message content input sentence phrase words instruction".split())
# What a tool without declared parameters is given: it says nowhere which name it reads.
_TEXT_NAMES = ("text", "query")
_NUMBER_NAME = "number"
_NEAR_CHARACTERS = 40
_DESCRIPTION_SHARE_MIN = 2
_QUOTED = re.compile(
    r"[\"“„«](?P<double>[^\"“”„«»]{1,4000})[\"”“»]|(?<!\w)['‘](?P<single>.{1,4000}?)['’](?!\w)", re.DOTALL
)


class _Task(msgspec.Struct, frozen=True, kw_only=True):
    """An instruction, taken apart.

    Attributes:
        said: Its own words, without what it quotes.
        text: What it is about: the longest quotation, else all of it.
        is_quoted: The text is a quotation.
        numbers: Those in its own words.
    """

    said: str
    text: str
    is_quoted: bool
    numbers: tuple[FoundNumber, ...]


def fill_from_words(choice: Choice, instruction: str, *, is_only: bool) -> dict[str, Any] | None:
    """Parameters for a tool that the instruction speaks of, when it gives all that are required.

    Args:
        is_only: The agent has no other tool for such a task, so that the instruction need not speak of it.

    Returns:
        None when the tool is not meant, or something that it requires is not said. A tool that declares no
        parameters gets the text as `text` and `query`, and the instruction's number, if it has one, as `number`.
    """
    task = _read_task(instruction)
    if not is_only and not _is_meant(choice, task.said):
        return None
    schema = resolve(choice.schema, choice.schema)
    if "properties" not in schema and get_options(schema, choice.schema) == [schema]:
        return _fill_open(task)
    for option in get_options(schema, choice.schema):
        found = dict(_read_params(option, choice.schema, task))
        if all(key in found for key in option.get("required", ())) and is_valid(choice.schema, found, choice.schema):
            return found
    return None


def describe_words(choice: Choice) -> frozenset[str]:
    """The words of a tool's name and capabilities, whole and taken apart."""
    names = [choice.name, *choice.capabilities]
    return frozenset(word for name in names for word in [name.lower(), *name.lower().replace("-", "_").split("_")])


def has_param(choice: Choice, name: str) -> bool:
    """Whether a tool declares a parameter of that name."""
    properties = choice.schema.get("properties")
    return isinstance(properties, Mapping) and name in properties


def _read_task(instruction: str) -> _Task:
    quoted = [match["double"] or match["single"] for match in _QUOTED.finditer(instruction)]
    said = _QUOTED.sub(" ", instruction) if quoted else instruction
    text = max(quoted, key=len, default=instruction)
    return _Task(said=said, text=text, is_quoted=bool(quoted), numbers=tuple(find_numbers(said)))


def _is_meant(choice: Choice, said: str) -> bool:
    """Whether words of the tool's name or capabilities are said, or several of its description's."""
    terms = set(find_terms(said))
    if terms & _find_stems(describe_words(choice)):
        return True
    described = _find_stems(token.folded for token in iterate_tokens(choice.summary))
    return not has_param(choice, "document") and len(terms & described) >= _DESCRIPTION_SHARE_MIN


def _find_stems(words: Any) -> set[str]:
    return {stem(word) for word in words if word not in STOP_WORDS | TASK_WORDS | WEAK_WORDS}


def _fill_open(task: _Task) -> dict[str, Any]:
    params: dict[str, Any] = dict.fromkeys(_TEXT_NAMES, task.text)
    if task.numbers:
        params[_NUMBER_NAME] = _make_plain(task.numbers[0])
    return params


def _read_params(option: JsonObject, root: JsonObject, task: _Task) -> Iterator[tuple[str, Any]]:
    """Parameters that the instruction gives: a listed word, the number nearest to the name, the text it is about."""
    declared = option.get("properties")
    properties = {key: resolve(raw, root) for key, raw in declared.items()} if isinstance(declared, Mapping) else {}
    required = option.get("required", ())
    main_text = _find_main(properties, required, {"string"}, _TEXTS)
    main_number = _find_main(properties, required, {"number", "integer"}, {_NUMBER_NAME})
    terms = set(find_terms(task.said))
    numbers = list(task.numbers)
    for key, schema in properties.items():
        listed = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(listed, list | tuple):
            said = (v for v in listed if isinstance(v, str) and set(find_terms(v.replace("_", " "))) <= terms)
            yield from ((key, value) for value in [next(said, None)] if value)
        elif set(get_types(schema)) & {"number", "integer"} or "anyOf" in schema:
            number = _find_nearest(key, task.said, numbers)
            if number is None and key == main_number and len(task.numbers) == 1:
                number = task.numbers[0]
            if number is not None and is_valid(schema, _make_plain(number), root):
                numbers.remove(number)
                yield key, _make_plain(number)
        elif key == main_text:
            text = task.text if task.is_quoted or key in _TEXTS else find_named(key, task.said)
            limit = schema.get("maxLength")
            if text is not None:
                yield key, text[:limit] if isinstance(limit, int) else text


def _find_main(
    properties: Mapping[str, JsonObject], required: Sequence[str], types: set[str], names: frozenset[str] | set[str]
) -> str | None:
    """The parameter that takes the instruction's text or only number: required and alone, or named for it."""
    fitting = [key for key, schema in properties.items() if set(get_types(schema)) & types and "enum" not in schema]
    needed = [key for key in fitting if key in required]
    named = [key for key in needed or fitting if key in names]
    return named[0] if named else needed[0] if len(needed) == 1 else None


def _find_nearest(key: str, said: str, numbers: Sequence[FoundNumber]) -> FoundNumber | None:
    """The number that stands nearest to a word of the parameter's name, no further than a few words."""
    words = {stem(word) for word in key.lower().split("_") if word}
    places = [token.start for token in iterate_tokens(said) if stem(token.folded) in words]
    near = [(abs(number.start - place), number.start, number) for number in numbers for place in places]
    distance, _, number = min(near, default=(_NEAR_CHARACTERS, 0, None), key=lambda item: item[:2])
    return number if distance < _NEAR_CHARACTERS else None


def _make_plain(number: FoundNumber) -> int | float:
    return int(number.value) if number.value.is_integer() else number.value
