"""Reads the best passages for a question: the likeliest spans, and how sure it is that an answer is there at all."""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.read_spans import PassageReading, ReadSpan
from moe_kit.reading.options import ReaderOptions
from moe_kit.reading.reader_folder import FILES, ReaderFolder, find_missing_file
from moe_kit.reading.span_search import WindowSpan, find_span
from moe_kit.reading.windows import Window

_WINDOWS_AT_ONCE = 4  # a choice: more are hardly quicker on a processor, and need more memory
_REMEMBERED = 4096  # passages with their question: every layer of a run reads the same ones


class PassageReader:
    """Asks a model about passages; what it said of one is remembered."""

    def __init__(self, model: ReaderFolder, options: ReaderOptions) -> None:
        self._model = model
        self._options = options
        self._lock = threading.Lock()  # the tokenizer is set up anew for each question
        self._said: dict[tuple[str, str], WindowSpan | None] = {}

    def read(
        self, question: str, evidence: Sequence[Evidence], *, deadline: float | None = None
    ) -> PassageReading | None:
        """What the best passages say.

        Args:
            question: In words.
            evidence: Any number of passages.
            deadline: Unix time, seconds.

        Returns:
            None when time was over before all were read.

        Raises:
            ModelError: The model fails.
        """
        best = sorted(evidence, key=lambda item: -item.score)[: self._options.passages]
        said: dict[str, WindowSpan | None] = {}
        for text in dict.fromkeys(item.text for item in best):
            if (question, text) not in self._said and deadline is not None and time.time() >= deadline:
                return None
            with self._lock:
                said[text] = self._recall(question, text)
        return self._weigh([(item, span) for item in best if (span := said[item.text]) is not None])

    def _recall(self, question: str, text: str) -> WindowSpan | None:
        """The best span of a text, over all its windows."""
        key = (question, text)
        if key not in self._said:
            found = self._read_windows(self._model.cutter.cut(question, text), text)
            span = max(found, key=lambda one: one.margin, default=None)
            while len(self._said) >= _REMEMBERED:
                self._said.pop(next(iter(self._said)))
            self._said[key] = span
        return self._said[key]

    def _read_windows(self, windows: Sequence[Window], text: str) -> Iterator[WindowSpan]:
        for first in range(0, len(windows), _WINDOWS_AT_ONCE):
            batch = windows[first : first + _WINDOWS_AT_ONCE]
            starts, ends = self._model.score(batch)
            for row, window in enumerate(batch):
                span = find_span(window, text, starts[row], ends[row])
                if span is not None:
                    yield span

    def _weigh(self, found: Sequence[tuple[Evidence, WindowSpan]]) -> PassageReading:
        """Each answer's share beside the others and beside "not there", which has the weight 1.

        The same words of several passages are one answer.
        """
        odds: dict[str, float] = {}
        for item, span in found:
            words = _fold(item.text[span.start : span.end])
            odds[words] = max(odds.get(words, 0.0), self._find_odds(span))
        total = 1.0 + sum(odds.values())
        spans = [
            ReadSpan(
                document=item.document,
                start=item.start + span.start,
                end=item.start + span.end,
                text=item.text[span.start : span.end],
                confidence=odds[_fold(item.text[span.start : span.end])] / total,
            )
            for item, span in sorted(found, key=lambda pair: -pair[1].margin)
        ]
        best = max(odds.values(), default=0.0)
        return PassageReading(spans=tuple(spans), presence=best / (1.0 + best), presence_min=self._options.presence_min)

    def _find_odds(self, span: WindowSpan) -> float:
        return math.exp(max(-50.0, min(50.0, span.margin / self._options.temperature)))


def open_reader(folder: Path, options: ReaderOptions) -> PassageReader:
    """The reader for a model; loaded once, and anew when its files have changed.

    Raises:
        ModelMissingError: A package or a file is missing, damaged, or no such model.
    """
    find_missing_file(folder, raises=True)
    stamps = tuple((folder / name).stat().st_mtime_ns for name in FILES)
    return _open_stamped(folder, options, stamps)


@lru_cache(maxsize=1)
def _open_stamped(folder: Path, options: ReaderOptions, _stamps: tuple[int, ...]) -> PassageReader:
    return PassageReader(ReaderFolder(folder, threads=options.threads, stride=options.stride), options)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
