"""Telling what a model thinks aloud from what it answers, also when both come in pieces."""

import re

_OPENER = re.compile(r"\s*<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENERS = tuple(f"<{name}>" for name in _NAMES)
_ORPHAN = re.compile(r"</(?:think|thinking|thought|reasoning)>\s*", re.IGNORECASE)


class ThinkingSplitter:
    """Takes text piece by piece and gives it back as (answer, reasoning).

    Only blocks that stand before the answer are reasoning; a tag inside the answer is text like any other. Blank space
    between a block and the answer belongs to neither. A block that is never closed is all reasoning.
    """

    def __init__(self) -> None:
        self._held = ""
        self._closer = ""
        self._has_begun = False
        self._had_block = False

    def feed(self, piece: str) -> tuple[str, str]:
        """The characters that are certain by now."""
        if self._has_begun:
            return piece, ""
        self._held += piece
        reasoning = ""
        while True:
            if self._closer:
                thought, is_closed = self._take_thought()
                reasoning += thought
                if not is_closed:
                    return "", reasoning
            opener = _OPENER.match(self._held)
            if opener is None:
                return self._take_text(), reasoning
            self._closer = f"</{opener[1].lower()}>"
            self._held = self._held[opener.end() :]

    def finish(self) -> tuple[str, str]:
        """What is still held back when the text ends."""
        held, self._held = self._held, ""
        if self._closer:
            return "", held
        return (held.lstrip() if self._had_block else held), ""

    def _take_thought(self) -> tuple[str, bool]:
        """Reasoning up to the closing tag, without what may be the tag's beginning."""
        place = self._held.lower().find(self._closer)
        if place >= 0:
            thought, self._held = self._held[:place], self._held[place + len(self._closer) :]
            self._closer, self._had_block = "", True
            return thought, True
        keep = _overlap(self._held.lower(), self._closer)
        cut = len(self._held) - keep
        thought, self._held = self._held[:cut], self._held[cut:]
        return thought, False

    def _take_text(self) -> str:
        """The answer's beginning, unless an opening tag may still come."""
        start = self._held.lstrip().lower()
        if not start or any(opener.startswith(start) for opener in _OPENERS):
            return ""
        self._has_begun = True
        text, self._held = self._held, ""
        return text.lstrip() if self._had_block else text


def split_thinking(text: str) -> tuple[str, str]:
    """A whole reply as (answer, reasoning).

    Also knows the replies of models whose prompt already opens the block, so that only its end is in the text.
    """
    splitter = ThinkingSplitter()
    first, last = splitter.feed(text), splitter.finish()
    answer, reasoning = first[0] + last[0], first[1] + last[1]
    if not reasoning and (orphan := _ORPHAN.search(answer)) and not _opens_before(answer, orphan.start()):
        return answer[orphan.end() :], answer[: orphan.start()].strip()
    return answer, reasoning.strip()


def _opens_before(text: str, place: int) -> bool:
    before = text[:place].lower()
    return any(opener in before for opener in _OPENERS)


def _overlap(text: str, tag: str) -> int:
    """How many characters at the text's end are the tag's beginning."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
