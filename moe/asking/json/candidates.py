"""Where JSON objects stand in a text, sound or broken."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from moe.asking.json.problems import ReplyError
from moe.asking.json.reading import read_prefix
from moe.contracts.models import OutputProblem
from moe_kit.serving.reasoning import OBJECT_OR_BLOCK, find_block_end

_PART = re.compile(r'"(?:[^"\\]++|\\.)*+"|["{}\[\],:]', re.DOTALL)


class ObjectCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text that begins like an object.

    Attributes:
        text: All of it.
        value: The object; None when it is broken.
        is_cut: The text ends inside one of its values.
        closers: Brackets that are missing at its end.
        complaint: What the JSON decoder said, for a broken one.
    """

    text: str
    value: dict[str, Any] | None = None
    is_cut: bool = False
    closers: str = ""
    complaint: str = ""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """Where an object that begins somewhere ends.

    Attributes:
        end: One past its last character; the text's end for an object that is never closed.
        is_closed: Its last bracket is there.
        is_cut: The text ends inside one of its values, not just before its last brackets.
        closers: The brackets that are missing.
    """

    end: int
    is_closed: bool
    is_cut: bool = False
    closers: str = ""


def find_candidates(text: str) -> Iterator[ObjectCandidate]:
    """The outermost objects in order of their places; prose and blocks of reasoning between them do not matter.

    Raises:
        ReplyError: One is sound JSON that must not be used.
    """
    place = 0
    while mark := OBJECT_OR_BLOCK.search(text, place):
        if mark[0] != "{":
            place = find_block_end(text, mark)
            continue
        place = mark.start()
        try:
            value, end = read_prefix(text, place)
            yield ObjectCandidate(text=text[place:end], value=value)
        except ReplyError as error:
            if error.problem is not OutputProblem.UNREADABLE:
                raise
            extent = find_extent(text, place)
            end = extent.end
            found = text[place:end] if extent.is_closed else strip_fence(text[place:end])
            yield ObjectCandidate(text=found, is_cut=extent.is_cut, closers=extent.closers, complaint=str(error))
        place = end


def find_extent(text: str, start: int) -> Extent:
    """Where the object that begins at `start` ends, by its brackets, those in strings apart."""
    brackets: list[str] = []
    mark = ""
    is_key = False
    for match in _PART.finditer(text, start):
        part = match.group()
        if part in ("{", "["):
            brackets.append(part)
        elif part in ("}", "]"):
            brackets.pop()
            if not brackets:
                return Extent(end=match.end(), is_closed=True)
        elif part == '"':
            return Extent(end=len(text), is_closed=False, is_cut=not strip_fence(text).endswith("}"))
        if len(part) > 1:
            is_key = brackets[-1] == "{" and mark in ("{", ",")
        else:
            mark = part
    tail = strip_fence(text)
    is_cut = not tail.endswith(("}", "]", '"')) or (tail.endswith('"') and is_key)
    closers = "".join(reversed(brackets)).translate({ord("{"): "}", ord("["): "]"})
    return Extent(end=len(text), is_closed=False, is_cut=is_cut, closers=closers)


def strip_fence(text: str) -> str:
    """The text without a code fence at its end."""
    return text.rstrip().removesuffix("```").rstrip()
