"""How well the sentences that answers cite meet the sentences known to support them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from moe.evaluation.questions import GoldQuestion
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.text.sentences import split_sentences

Sentence = tuple[str, int]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCount:
    """Sentences of one answer: those cited, those that support it, and those that are both."""

    cited: int
    supporting: int
    both: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReport:
    """Means over the questions, in percent."""

    precision: float
    recall: float
    f1: float
    questions: int


class SentenceBook:
    """Where the sentences of a corpus begin and end: as its lines say in "sentences", else by moe's own rules."""

    def __init__(self, corpus: Path) -> None:
        """Read the corpus's own sentences.

        Raises:
            DocumentError: The file cannot be read.
        """
        self._given: dict[str, list[str]] = {}
        try:
            with corpus.open(encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line) if '"sentences"' in line else {}
                    if isinstance(row.get("sentences"), list):
                        self._given[str(row["id"])] = [str(sentence) for sentence in row["sentences"]]
        except (OSError, ValueError) as error:
            raise DocumentError(
                f"the corpus {corpus} cannot be read", path=str(corpus), hint="give a corpus, a JSON object a line"
            ) from error

    def find_spans(self, document: Document) -> list[Span]:
        """The characters [start, end) of each sentence, in order."""
        given = self._given.get(document.document_id)
        if given is None:
            return split_sentences(document.text)
        spans, place = [], 0
        for sentence in given:
            bare = sentence.strip()
            start = max(document.text.find(bare, place), place)
            place = start + len(bare)
            spans.append((start, place))
        return spans


def count_evidence(
    question: GoldQuestion, cited: Iterable[tuple[Document, int, int]], book: SentenceBook
) -> EvidenceCount:
    """Compare citations with a question's support.

    Args:
        question: With support.
        cited: Documents with the characters [start, end) that are cited of them.
        book: Numbers the documents' sentences.
    """
    sentences = {
        (document.document_id, number)
        for document, start, end in cited
        for number, (first, stop) in enumerate(book.find_spans(document))
        if first < end and start < stop
    }
    support = set(question.support)
    return EvidenceCount(cited=len(sentences), supporting=len(support), both=len(sentences & support))


def summarise_evidence(counts: Sequence[EvidenceCount]) -> EvidenceReport:
    """Precision, recall and F1, each the mean over the questions; an answer without citations counts as 0."""
    total = max(1, len(counts))
    precisions = [count.both / count.cited if count.cited else 0.0 for count in counts]
    recalls = [count.both / count.supporting if count.supporting else 0.0 for count in counts]
    pairs = zip(precisions, recalls, strict=True)
    f1s = [2 * precision * recall / (precision + recall) if precision + recall else 0.0 for precision, recall in pairs]
    return EvidenceReport(
        precision=100 * sum(precisions) / total,
        recall=100 * sum(recalls) / total,
        f1=100 * sum(f1s) / total,
        questions=len(counts),
    )
