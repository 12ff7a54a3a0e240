"""Which lines of a document are headings, told by the size and weight of their letters."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from moe_kit.documents.pdf.columns import Line

_LARGER = 1.12
_LENGTH_MAX = 120
_LETTERS_MIN = 3
_BOLD_SHARE_MAX = 0.3  # a document set in bold has no headings by it
_LEVELS_MAX = 6


class HeadingFinder:
    """Tells headings from text, by what most of the document's letters look like."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        """Look at all lines.

        Args:
            pages: The lines of each page.
        """
        sizes: Counter[float] = Counter()
        bold = total = 0
        for line in (line for page in pages for line in page):
            sizes[_round(line.size)] += len(line.text)
            total += len(line.text)
            bold += len(line.text) * line.is_bold
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0
        self._has_bold = bold < _BOLD_SHARE_MAX * total
        steps = [one.baseline - other.baseline for page in pages for one, other in pairwise(page)]
        self.step = median([step for step in steps if step > 0] or [0.0])
        found = {_round(line.size) for line in self._find(pages)}
        self._levels = {size: number for number, size in enumerate(sorted(found, reverse=True), start=1)}

    def _find(self, pages: Sequence[Sequence[Line]]) -> Iterable[Line]:
        for page in pages:
            for before, line in zip([None, *page], page, strict=False):
                if self.is_heading(line, before):
                    yield line

    def is_heading(self, line: Line, before: Line | None) -> bool:
        """Whether a line is a heading, or a part of one.

        Args:
            line: It.
            before: The line above it on its page.
        """
        text = line.text
        if line.is_cells or len(text) > _LENGTH_MAX or sum(map(str.isalpha, text)) < _LETTERS_MIN:
            return False
        if line.size >= _LARGER * self.body:
            return True
        gap = before.baseline - line.baseline if before is not None else self.step * 2
        is_apart = gap > 1.25 * self.step or gap < 0
        is_bold = self._has_bold and line.is_bold and line.size >= 0.95 * self.body
        return is_bold and is_apart and text[-1] not in ".,;" and len(text) <= _LENGTH_MAX // 2

    def get_level(self, line: Line) -> int:
        """How deep a heading stands, from 1."""
        return min(self._levels.get(_round(line.size), _LEVELS_MAX), _LEVELS_MAX)


def _round(size: float) -> float:
    return round(size * 2) / 2
