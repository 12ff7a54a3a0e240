"""Which tools to call, by rule: only what the words of the instruction call for, with parameters they give."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moe_core.contracts.messages import Choice, Grounding
from moe_core.text.tokens import STOP_WORDS, find_terms, iterate_tokens
from moe_kit.extraction.query import TASK_WORDS
from moe_kit.extraction.schemas import is_valid, resolve
from moe_kit.extraction.tool_params import describe_words, fill_from_words, has_param

# What a bare sum is made of: figures, signs, and the words that ask for one.
_SUM = re.compile(
    r"\d[\d.,]*%?|\b(?:what(?:'s|s)?|is|are|calculate|compute|work out|how much|per cent|percent|of|times|plus|minus"
    r"|divided by|sqrt|log|ln|abs|round|min|max|sum|mean|median|please|equals?|the result)\b",
    re.IGNORECASE,
)

SEARCH_PASSAGES = 8  # as max_evidence by default
CALLS_MAX = 6
_READ_CHARACTERS = 2000

_ATOM = r"(?:sqrt|log|ln|abs|round|min|max|sum|mean|median)?\(*\s*\d[\d,]*(?:\.\d+)?\s*(?:%|\bper cent\b)?\s*\)*"
_OPERATOR = (
    r"(?:[+*×÷^]|\*\*|(?<=\s)[-−/](?=\s)|(?<=[\d)%])/(?=[\d(])|\bof\b|\btimes\b|\bplus\b|\bminus\b|\bdivided by\b)"
)
# "24/25" is a season, a size or a ratio as well as a quotient.
_BARE_QUOTIENT = re.compile(r"\d+/\d+")
_EXPRESSION = re.compile(rf"{_ATOM}(?:\s*{_OPERATOR}\s*{_ATOM})+", re.IGNORECASE)
_SPOKEN = (("per cent", "%"), ("times", "*"), ("plus", "+"), ("minus", "-"), ("divided by", "/"))
# What describing every column answers; a figure over some rows is table_answer's.
_DESCRIBED = re.compile(r"\b(?:statistics?|describe the (?:table|data)|distribution)\b", re.IGNORECASE)
_OUTLINE = re.compile(r"\b(?:outlines?|structure|table of contents|headings|sections)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]}]+[^\s<>\"'`)\]}.,;:!?]")
_FILE = re.compile(r"[\w./\\-]*\w\.(?:csv|tsv|jsonl?|md|txt|html?|pdf|docx|epub|xlsx?)\b", re.IGNORECASE)
_TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json")

_NEWS = frozenset("news headline headlines latest rss feed".split())
_PAPERS = frozenset("academic paper papers journal literature arxiv doi scholar scholarly preprint preprints".split())
_WEB = frozenset("web internet online latest website websites".split())
# What a tool that leaves the machine is about -> words that ask for it.
_INTERNET = {
    "news": _NEWS,
    "rss": _NEWS,
    "feed": _NEWS,
    "academic": _PAPERS,
    "papers": _PAPERS,
    "web": _WEB,
    "internet": _WEB,
    "online": _WEB,
}
_ADDRESSED = frozenset(["http", "https", "url", "rest"])
_RETRIEVES = frozenset(["document_search", "retrieval"])


def choose_tools(grounding: Grounding) -> list[dict[str, object]]:
    """Calls that the instruction asks for; each one's parameters satisfy the tool's schema."""
    instruction = grounding.instruction or grounding.question
    documents = _find_documents(grounding, instruction)
    calls: list[dict[str, object]] = []
    own = [choice.name for choice in grounding.choices if not _reads_documents(choice)]
    for choice in grounding.choices:
        params = _find_params(choice, instruction, documents, is_only=own == [choice.name])
        if params is not None and is_valid(choice.schema, params, choice.schema):
            calls.append({"tool": choice.name, "params": params})
    return calls[:CALLS_MAX]


def is_chosen_by_rule(choice: Choice) -> bool:
    """Whether the words of an instruction say all that there is to a tool's call: a search, a table's, an outline."""
    words = describe_words(choice)
    is_outline = has_param(choice, "document") and "outline" in words
    return _is_document_search(choice) or is_outline or "table_question" in words


def find_expression(text: str) -> str | None:
    """The first arithmetic expression of a text; dates, ranges and plain numbers are none.

    A bare quotient is one only where nothing else is asked: "24/25" is a season too.
    """
    for match in _EXPRESSION.finditer(" ".join(text[:_READ_CHARACTERS].split())):
        found = match.group().strip()
        if _BARE_QUOTIENT.fullmatch(found) and find_terms(_SUM.sub(" ", text)):
            continue
        for spoken, sign in _SPOKEN:
            found = re.sub(rf"\b{spoken}\b", sign, found, flags=re.IGNORECASE)
        if re.search(r"\bof\b", found) and "%" not in found:
            continue
        # A bracket of the sentence around it is no part of it.
        extra = found.count("(") - found.count(")")
        if extra == 1:
            found = found.removeprefix("(")
        elif extra == -1:
            found = found.removesuffix(")")
        if found.count("(") == found.count(")"):
            return found.strip()
    return None


def is_bare_sum(text: str) -> bool:
    """Whether a text asks for the result of an expression and for nothing else."""
    return find_expression(text) is not None and not find_terms(_SUM.sub(" ", text))


def _find_params(choice: Choice, instruction: str, documents: Sequence[str], *, is_only: bool) -> dict[str, Any] | None:
    words = describe_words(choice)
    on_document = has_param(choice, "document")
    rules: tuple[tuple[bool, Callable[[], dict[str, Any] | None]], ...] = (
        (bool(words & _ADDRESSED) or has_param(choice, "url"), lambda: _call_address(choice, instruction)),
        (_is_internet(words), lambda: _ask_internet(choice, words, instruction)),
        (_is_document_search(choice), lambda: _search(choice, instruction)),
        ("table_question" in words, lambda: _ask_tables(choice, instruction)),
        (choice.name == "calculator" or "arithmetic" in words, lambda: _calculate(choice, instruction)),
        (on_document and "statistics" in words, lambda: _analyse(choice, instruction, documents)),
        (on_document and "outline" in words, lambda: _outline(choice, instruction, documents)),
    )
    for is_meant, make in rules:
        if is_meant:
            return make()
    return fill_from_words(choice, instruction, is_only=is_only)


def _is_internet(words: frozenset[str]) -> bool:
    return bool(words & _INTERNET.keys())


def _is_document_search(choice: Choice) -> bool:
    return choice.name == "document_search" or bool(_RETRIEVES & set(choice.capabilities))


def _reads_documents(choice: Choice) -> bool:
    return _is_document_search(choice) or has_param(choice, "document")


def _search(choice: Choice, instruction: str) -> dict[str, Any] | None:
    if is_bare_sum(instruction):
        return None
    return _add_known(choice, {"query": instruction, "k": SEARCH_PASSAGES})


def _ask_tables(choice: Choice, instruction: str) -> dict[str, Any] | None:
    """Every question that is no bare sum: whether a table answers, its columns and cells tell."""
    return None if is_bare_sum(instruction) else _add_known(choice, {"question": instruction})


def _calculate(choice: Choice, instruction: str) -> dict[str, Any] | None:
    expression = find_expression(instruction)
    return None if expression is None else _add_known(choice, {"expression": expression})


def _analyse(choice: Choice, instruction: str, documents: Sequence[str]) -> dict[str, Any] | None:
    tables = [name for name in documents if name.lower().endswith(_TABLE_SUFFIXES)]
    if not tables or not _DESCRIBED.search(instruction):
        return None
    return _add_known(choice, {"operation": "describe", "document": tables[0]})


def _outline(choice: Choice, instruction: str, documents: Sequence[str]) -> dict[str, Any] | None:
    if not _OUTLINE.search(instruction):
        return None
    named = [match.group() for match in _FILE.finditer(instruction)]
    described = " ".join(
        token.text
        for token in iterate_tokens(_OUTLINE.sub(" ", instruction))
        if token.folded not in STOP_WORDS and token.folded not in TASK_WORDS
    )
    wanted = named[0] if named else described or (documents[0] if documents else "")
    return _add_known(choice, {"document": wanted} if wanted else {})


def _ask_internet(choice: Choice, words: frozenset[str], instruction: str) -> dict[str, Any] | None:
    said = {token.folded for token in iterate_tokens(instruction)}
    asked = any(said & triggers for kind, triggers in _INTERNET.items() if kind in words)
    return _add_known(choice, {"query": instruction}) if asked else None


def _call_address(choice: Choice, instruction: str) -> dict[str, Any] | None:
    address = _ADDRESS.search(instruction)
    return None if address is None else _add_known(choice, {"url": address.group()})


def _add_known(choice: Choice, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that the tool has; its one required string takes the first when the names differ."""
    properties = choice.schema.get("properties")
    if not isinstance(properties, Mapping):
        return dict(params)
    fitting = {}
    for key, value in params.items():
        schema = resolve(properties.get(key), choice.schema)
        limit = schema.get("maxLength")
        if key in properties:
            fitting[key] = value[:limit] if isinstance(value, str) and isinstance(limit, int) else value
            if isinstance(value, int) and not is_valid(schema, value, choice.schema):
                del fitting[key]
    missing = [key for key in choice.schema.get("required", ()) if key not in fitting]
    main = next(iter(params.values()), None)
    if len(missing) == 1 and not fitting.keys() & {next(iter(params), "")} and isinstance(main, str):
        fitting[missing[0]] = main
    return fitting


def _find_documents(grounding: Grounding, instruction: str) -> list[str]:
    """Files that the instruction names, then those of the evidence, then those that the choices list."""
    named = [match.group() for match in _FILE.finditer(_ADDRESS.sub(" ", instruction[:_READ_CHARACTERS]))]
    listed = [
        match.group() for choice in grounding.choices for match in _FILE.finditer(choice.summary[:_READ_CHARACTERS])
    ]
    return list(dict.fromkeys([*named, *(item.document for item in grounding.evidence), *listed]))
