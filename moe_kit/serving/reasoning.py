"""Telling a model's reasoning from its answer by the marks that models put around it, whole or in pieces."""

import re
from collections.abc import Sequence
from enum import Enum

import msgspec

from moe_core.text.late_pattern import LatePattern

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "seed:think")
_CLOSERS = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[think]": "[/think]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi
    "<|channel>thought": "<channel|>",  # Gemma
}
# The harmony format of gpt-oss: each message names its channel, and only the channel "final" is the answer.
_HEADS, _HEAD_END, _ENDS = ("<|channel|>", "<|start|>"), "<|message|>", ("<|end|>", "<|return|>", "<|call|>")
_ASIDE = r"<\|channel\|>(?:analysis|commentary)"
_HEAD_MAX = 200  # characters; what goes on for longer without its end is text
_OPENERS = tuple(_CLOSERS)
_OPENING = "|".join([*map(re.escape, _OPENERS), rf"{_ASIDE}[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>"])
_MARK = LatePattern("|".join(map(re.escape, [*_OPENERS, *_CLOSERS.values()])), re.IGNORECASE)
_MARKS = (*_OPENERS, *_CLOSERS.values())

OBJECT_OR_BLOCK = re.compile(rf"\{{|{_OPENING}", re.IGNORECASE)
"""The next opening brace of a text, or the next opening mark of a block of reasoning before it."""


class SplitPiece(msgspec.Struct):
    """What a piece of text turned out to be.

    Attributes:
        answer: Characters of the answer.
        reasoning: Characters of the reasoning.
        restarts: The answer begins with this piece; whatever was answer before was reasoning.
    """

    answer: str = ""
    reasoning: str = ""
    restarts: bool = False


class _State(Enum):
    LEADING = "before a block or the answer"
    BLOCK = "inside a block"
    TEXT = "inside the answer"


class ReasoningSplitter:
    """Takes text piece by piece and gives it back as answer and reasoning; the same however it is cut into pieces.

    Blocks of reasoning stand before the answer; a mark inside the answer is text like any other, and a reply that
    begins with a brace is an object throughout. Blank space between a block and the answer belongs to neither. A block
    that is never closed is all reasoning. A closing mark without an opening one ends a block that the prompt began:
    everything before it was reasoning.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state = _State.LEADING
        self._closers: Sequence[str] = ()
        self._is_answer = False  # the open block is the answer: harmony's last message
        self._had_block = self._had_reasoning = False
        self._may_restart = True

    def feed(self, piece: str) -> SplitPiece:
        """The characters that are certain by now."""
        self._held += piece
        made = SplitPiece()
        steps = {_State.LEADING: self._lead, _State.BLOCK: self._read_block, _State.TEXT: self._read_text}
        while steps[self._state](made):
            pass
        return made

    def finish(self) -> SplitPiece:
        """What is still held back when the text ends."""
        held, self._held = self._held, ""
        if self._state is _State.BLOCK and not self._is_answer:
            return SplitPiece(reasoning=held)
        return SplitPiece(answer=held.lstrip() if self._state is _State.LEADING and self._had_block else held)

    def _lead(self, made: SplitPiece) -> bool:
        start = self._held.lstrip()
        lowered = start[:_HEAD_MAX].lower()
        if any(mark.startswith(lowered) for mark in (*_OPENERS, *_HEADS)):
            return False  # a mark may still come
        opener = next((mark for mark in _OPENERS if lowered.startswith(mark)), None)
        if opener is not None:
            return self._open((_CLOSERS[opener],), start[len(opener) :], made, is_answer=False)
        if lowered.startswith(_HEADS):
            head, end, rest = start.partition(_HEAD_END)
            if end:
                is_answer = re.search(_ASIDE, head) is None
                return self._open(_ENDS, rest, made, is_answer=is_answer)
            if len(start) < _HEAD_MAX:
                return False
        self._held = start if self._had_block else self._held
        self._may_restart = not self._had_block and not start.startswith("{")
        self._state = _State.TEXT
        return True

    def _open(self, closers: Sequence[str], rest: str, made: SplitPiece, *, is_answer: bool) -> bool:
        self._closers, self._held, self._is_answer, self._state = closers, rest, is_answer, _State.BLOCK
        made.reasoning += "\n" if self._had_reasoning and not is_answer else ""
        self._had_reasoning = self._had_reasoning or not is_answer
        self._had_block = True
        return True

    def _read_block(self, made: SplitPiece) -> bool:
        closing = re.search("|".join(map(re.escape, self._closers)), self._held, re.IGNORECASE)
        cut = closing.start() if closing else len(self._held) - _overlap(self._held, self._closers)
        text, self._held = self._held[:cut], self._held[closing.end() if closing else cut :]
        if self._is_answer:
            made.answer += text
        else:
            made.reasoning += text
        if closing:
            self._state = _State.LEADING
        return closing is not None

    def _read_text(self, made: SplitPiece) -> bool:
        mark = _MARK.regex.search(self._held) if self._may_restart else None
        if mark is not None and mark[0].lower() not in _OPENERS:
            made.reasoning, made.answer = made.reasoning + made.answer + self._held[: mark.start()], ""
            made.restarts = self._had_block = self._had_reasoning = True
            self._held, self._state, self._may_restart = self._held[mark.end() :], _State.LEADING, False
            return True
        if mark is not None:
            self._may_restart = False  # it speaks of marks
        cut = len(self._held) - (_overlap(self._held, _MARKS) if self._may_restart else 0)
        made.answer += self._held[:cut]
        self._held = self._held[cut:]
        return False


def split_reasoning(text: str) -> tuple[str, str]:
    """A whole reply as (answer, reasoning)."""
    splitter = ReasoningSplitter()
    first, last = splitter.feed(text), splitter.finish()
    return first.answer + last.answer, (first.reasoning + last.reasoning).strip()


def find_block_end(text: str, opening: re.Match[str]) -> int:
    """Where a block ends whose opening mark `OBJECT_OR_BLOCK` found; one that is never closed takes the rest."""
    closer = _CLOSERS.get(opening[0].lower())
    closers = _ENDS if closer is None else (closer,)
    closing = re.compile("|".join(map(re.escape, closers)), re.IGNORECASE).search(text, opening.end())
    return closing.end() if closing else len(text)


def _overlap(text: str, marks: Sequence[str]) -> int:
    """How many characters at the text's end may be the beginning of a mark."""
    longest = min(len(text), max(map(len, marks)) - 1)
    tails = (text[-size:].lower() for size in range(longest, 0, -1))
    return next((len(tail) for tail in tails if any(mark.startswith(tail) for mark in marks)), 0)
