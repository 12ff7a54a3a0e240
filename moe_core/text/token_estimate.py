"""Tokens of a text, estimated without a tokenizer."""

from functools import lru_cache

import msgspec

from moe_core.text.late_pattern import LatePattern

# What tokenizers cut at, whatever their vocabulary: runs of letters, groups of digits, breaks, runs of punctuation.
_PIECE = LatePattern(r"[^\W\d_]+|\d{1,3}|[^\S\n]*\n+|[^\S\n]{2,}|[^\w\s]+|_+")
_DENSE = LatePattern(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff]")
_LATIN = LatePattern(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")

# Tokens a piece, by its letters; chosen by hand after the vocabularies that `estimate_tokens` names.
_WORD, _WORD_LETTERS, _PER_FURTHER_LETTER = 0.9, 6, 0.34
_PER_LATIN_LETTER, _PER_LETTER, _PER_DENSE_LETTER = 0.5, 0.4, 0.95
_PUNCTUATION = 0.65

# Longer pieces are rare, and not worth remembering.
_SHORT = 32

# A sample from a request this small says more about the chat template than about the text.
_SAMPLE_MIN = 20
_RATIO_MIN, _RATIO_MAX = 0.5, 2.5
# Servers that count only what was not cached give shares of the truth; they must not be learnt from.
_SHARE_MIN = 0.4
_NEWEST_WEIGHT_MIN = 0.2


def estimate_tokens(text: str) -> float:
    """About how many tokens a text has for today's tokenizers, in any language.

    The weights follow the vocabularies of 100,000 tokens and more that most models have; smaller ones need more, which
    a `TokenRatio` learns.
    """
    return sum(map(_weigh, _PIECE.regex.findall(text)), 0.0)


class TokenRatio(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's own counts are to the estimates, learnt from its replies.

    Attributes:
        value: Tokens counted per token estimated, in [0.5, 2.5].
        samples: Counts it was learnt from.
    """

    value: float = 1.0
    samples: int = 0

    def learn(self, *, counted: float, estimated: float) -> "TokenRatio":
        """The ratio after one more count: the mean of the first five, then mostly what came last.

        Counts that cannot be the whole request's are left out.
        """
        if estimated < _SAMPLE_MIN or counted < _SHARE_MIN * estimated:
            return self
        found = min(_RATIO_MAX, max(_RATIO_MIN, counted / estimated))
        weight = max(_NEWEST_WEIGHT_MIN, 1 / (self.samples + 1))
        return TokenRatio(value=self.value + weight * (found - self.value), samples=self.samples + 1)


def _weigh(piece: str) -> float:
    return _weigh_short(piece) if len(piece) <= _SHORT else _weigh_piece(piece)


@lru_cache(1 << 15)
def _weigh_short(piece: str) -> float:
    return _weigh_piece(piece)


def _weigh_piece(piece: str) -> float:
    """Tokens of a run of characters of one kind."""
    length = len(piece)
    if piece.isalpha():
        if piece.isascii():
            return _WORD + _PER_FURTHER_LETTER * max(0, length - _WORD_LETTERS)
        return _weigh_letters(piece)
    if piece.isspace() or piece[0].isalnum():
        return 1.0
    return _PUNCTUATION * (1 + (length - 1) / 3)


def _weigh_letters(piece: str) -> float:
    dense = len(_DENSE.regex.findall(piece))
    latin = len(_LATIN.regex.findall(piece))
    return _PER_DENSE_LETTER * dense + _PER_LATIN_LETTER * latin + _PER_LETTER * (len(piece) - dense - latin)
