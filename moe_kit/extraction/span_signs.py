"""What speaks for a run of words as the answer to a question, or against it: signs, each a name."""

import re
from collections.abc import Iterator, Mapping

from moe_core.text.tokens import stem
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers
from moe_kit.extraction.span_candidates import ReadSentence, SpanCandidate, SpanWord
from moe_kit.extraction.span_question import SpanQuestion

_KINDS = {
    "when": AskedKind(AnswerKind.WHEN),
    "money": AskedKind(AnswerKind.MONEY),
    "count": AskedKind(AnswerKind.COUNT),
}
_ARTICLES = frozenset("the a an der die das den dem ein eine einen einem".split())
_TAILS = "ing ed ly tion ment ity er al ic ous ive ung ten lich isch en s".split()
_NO_TIMES = frozenset(("where", "who"))
_NO_COUNTS = frozenset(("one", "ein", "eine"))  # a pronoun or an article, most times
_DENIALS = frozenset("not never nicht kein keine keinen keiner nie without ohne".split())
_DENIED_BEHIND = 3  # words
_NOUN_REACH = 5  # words
_SOMEBODY = re.compile(
    r"(?:(?:[Mm]y|[Oo]ur|[Tt]he|[Aa]n?|[Dd]er|[Dd]ie|[Dd]as|[Ee]ine?) )?(?:[a-zäöü]+(?: [a-zäöü]+)?"
    r"|[\w.,'’&/-]*[A-ZÄÖÜ][\w.,'’&/-]*(?:,?\s(?:(?:of|and|the|de|der|van|von|und|&)\s)*[A-ZÄÖÜ\d][\w.,'’&/-]*)*)"
)
_GAPS = ((4, 0), (7, 4), (12, 5))  # how far is far: below the first number, the gap itself or the second one


def names_somebody(text: str) -> bool:
    """Whether words may be who did something: a name without a verb in it, or "the scouts", "my aunt"."""
    return _SOMEBODY.fullmatch(text) is not None


class SpanSigns:
    """The signs of the candidates of one sentence."""

    def __init__(self, question: SpanQuestion, sentence: ReadSentence) -> None:
        """Find what all candidates of the sentence share."""
        self._sort, self._sentence = question.sort, sentence
        kinds = [kind for kind in question.asked if kind.kind is not AnswerKind.NAME]
        self._is_typed = bool(kinds)
        self._is_exact = any(kind.kind in (AnswerKind.MONEY, None) for kind in kinds)
        spans = {name: frozenset(find_answers(sentence.text, kind)) for name, kind in _KINDS.items()}
        spans["asked"] = frozenset(span for kind in kinds for span in find_answers(sentence.text, kind))
        self._typed: Mapping[str, frozenset[tuple[int, int]]] = spans
        self._language = "de" if sentence.is_german else "en"
        self._borders = [_name_border(word) for word in sentence.words]
        self._has_nouns = bool(question.nouns)
        self._named = [stem(word.folded) in question.nouns for word in sentence.words]

    def can_answer(self, candidate: SpanCandidate) -> bool:
        """Whether it holds, uncut and not denied, an answer of the kind asked for; a measure must be no more."""
        span, asked = (candidate.start, candidate.end), self._typed["asked"]
        if self._is_exact and span not in asked:
            return False
        if self._is_typed and not any(span[0] <= start and end <= span[1] for start, end in asked):
            return False
        if self._sort in _NO_TIMES and any(start < span[1] and span[0] < end for start, end in self._typed["when"]):
            return False
        if self._sort == "who" and not names_somebody(candidate.text):
            return False
        near = self._sentence.words[max(0, candidate.first - _DENIED_BEHIND) : candidate.last]
        if candidate.text.lower() in _NO_COUNTS or any(word.folded in _DENIALS for word in near):
            return False
        return not any(
            start < span[0] < end or start < span[1] < end for spans in self._typed.values() for start, end in spans
        )

    def list_signs(self, candidate: SpanCandidate) -> list[str]:
        """The signs of a candidate of the sentence."""
        return [
            *self._find_shape(candidate),
            *self._find_kinds(candidate),
            *self._find_repeated(candidate),
            *self._find_borders(candidate),
            *self._find_noun(candidate),
            *self._find_nearness(candidate),
        ]

    def _find_shape(self, candidate: SpanCandidate) -> Iterator[str]:
        words = self._sentence.words[candidate.first : candidate.last + 1]
        size = len(words)
        capitals = sum(word.text[0].isupper() for word in words)
        shape = "caps" if capitals >= sum(not word.is_small for word in words) else "some" if capitals else "low"
        before, after = self._get(candidate.first - 1), self._get(candidate.last + 1)
        is_cut = before is not None and before.text[0].isupper() and candidate.first > 1
        is_whole = not is_cut and not (after is not None and after.text[0].isupper())
        yield f"size{size}"
        yield f"{self._language}-{shape}-{is_whole}"
        yield f"{self._language}-{shape}-{min(size, 4)}"
        if candidate.first == 0:
            yield f"first-{shape}"
        yield from {f"in-{word.folded}" for word in words[1:-1] if word.is_small}
        yield f"tail-{_find_tail(words[-1])}"
        yield f"head-{_find_tail(words[0])}"

    def _find_kinds(self, candidate: SpanCandidate) -> Iterator[str]:
        text = candidate.text
        if any(char.isdigit() for char in text):
            yield "digit"
        if text.replace(",", "").replace(".", "").isdigit():
            yield "figure"
        begin, stop = candidate.start, candidate.end
        for name, spans in self._typed.items():
            if (begin, stop) in spans:
                yield f"is-{name}"
                if len(spans) == 1:
                    yield f"only-{name}"
            elif any(start < stop and begin < end for start, end in spans):
                yield f"{'holds' if any(begin <= start and end <= stop for start, end in spans) else 'cuts'}-{name}"

    def _find_repeated(self, candidate: SpanCandidate) -> Iterator[str]:
        words = self._sentence.words[candidate.first : candidate.last + 1]
        met = sum(word.level > 0 for word in words)
        if met:
            yield f"repeats{min(met, 2)}-{2 * met > sum(not word.is_small for word in words)}"
        if words[-1].level:
            yield "ends-met"
        if words[0].level:
            yield "begins-met"

    def _find_borders(self, candidate: SpanCandidate) -> Iterator[str]:
        left = self._borders[candidate.first - 1] if candidate.first else "BEGIN"
        right = self._borders[candidate.last + 1] if candidate.last + 1 < len(self._borders) else "END"
        yield f"left-{left}"
        yield f"right-{right}"
        if candidate.first > 1 and left in _ARTICLES:
            yield f"left2-{self._borders[candidate.first - 2]}"
        yield f"clean-{not left.startswith('~') and not right.startswith('~')}"

    def _find_noun(self, candidate: SpanCandidate) -> Iterator[str]:
        if not self._has_nouns:
            return
        first, last, named = candidate.first, candidate.last, self._named
        if any(named[first : last + 1]):
            yield "holds-noun"
        if named[last]:
            yield "ends-noun"
        before, behind = named[max(0, first - _NOUN_REACH) : first], named[last + 1 : last + 1 + _NOUN_REACH]
        if any(before):
            yield "noun-before" if before[-1] else "noun-near-before"
        if any(behind):
            yield "noun-behind" if behind[0] else "noun-near-behind"

    def _find_nearness(self, candidate: SpanCandidate) -> Iterator[str]:
        sentence, first, last = self._sentence, candidate.first, candidate.last
        yield f"cover{int(4 * min(0.99, sentence.covered))}"
        yield f"order{min(sentence.order, 3)}"
        left = max((place for place in sentence.met if place < first), default=None)
        right = min((place for place in sentence.met if place > last), default=None)
        yield from self._find_side("left", left, first - left if left is not None else 0)
        yield from self._find_side("right", right, right - last if right is not None else 0)
        near = sum(1 / (1 + min(abs(place - first), abs(place - last))) for place in sentence.met)
        yield f"near{min(7, int(4 * near))}"
        if left is not None and any(word.text in ",;" for word in sentence.words[left:first]):
            yield "behind-comma"

    def _find_side(self, side: str, place: int | None, gap: int) -> Iterator[str]:
        """How far the next word of the question is, and from which third of the question it comes."""
        if place is None:
            yield f"{side}-none"
            return
        third = int(3 * min(0.99, max(0.0, self._sentence.words[place].place)))
        size = next((number or gap for below, number in _GAPS if gap < below), 6)
        yield f"{side}-gap{size}"
        yield f"{side}-from{third}"
        yield f"{side}-gap{size}-{third}"

    def _get(self, place: int) -> SpanWord | None:
        return self._sentence.words[place] if 0 <= place < len(self._sentence.words) else None


def _name_border(word: SpanWord) -> str:
    """A small word or mark itself; of any other its kind."""
    if word.is_small:
        return word.folded
    return f"~{'met' if word.level else 'cap' if word.text[0].isupper() else _find_tail(word)}"


def _find_tail(word: SpanWord) -> str:
    """A guess at the word's part of speech, by its end."""
    if word.text[0].isdigit():
        return "digit"
    return next((tail for tail in _TAILS if word.folded.endswith(tail)), "other")
