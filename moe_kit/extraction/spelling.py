"""A question with words that nobody writes so put as the documents write them."""

from collections.abc import Iterator, Sequence

from moe_core.text.tokens import STOP_WORDS, Token, iterate_tokens, stem
from moe_kit.extraction.likeness import FUNCTION_WORDS, TermSet
from moe_kit.extraction.query import TASK_WORDS, WEAK_WORDS
from moe_kit.extraction.relations import find_level, is_known
from moe_kit.extraction.units import Unit

READ_AS_NOTE = "read as: {question}"
_LETTERS_MIN = 5  # of a word that may be misspelt: shorter ones are one slip from many


def mend_spelling(question: str, units: Sequence[Unit]) -> str:
    """The question, each word that is neither known nor said there put as the one word there that is a slip away.

    A name stays as it is written: another one may be a letter away.
    """
    suspects = list(_find_suspects(question))
    if not suspects:
        return question
    words = {token.folded for unit in units for token in iterate_tokens(f"{unit.context} {unit.text}")}
    there = TermSet([stem(word) for word in words])
    for token in reversed(suspects):
        if find_level(stem(token.folded), there):
            continue
        meant = {stem(word): word for word in words if len(word) >= _LETTERS_MIN and is_one_slip(token.folded, word)}
        if len(meant) == 1:
            question = question[: token.start] + next(iter(meant.values())) + question[token.end :]
    return question


def is_one_slip(one: str, other: str) -> bool:
    """Whether two words of the same first letter differ by a letter that is left out, or by two that are exchanged.

    One letter in the place of another is no slip: "nitrite" and "nitrate" are two things.
    """
    if one[:1] != other[:1] or one == other:
        return False
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    place = next((at for at in range(len(shorter)) if longer[at] != shorter[at]), len(shorter))
    if len(longer) == len(shorter) + 1:
        return longer[place + 1 :] == shorter[place:]
    is_swapped = longer[place : place + 2][::-1] == shorter[place : place + 2]
    return len(longer) == len(shorter) and is_swapped and longer[place + 2 :] == shorter[place + 2 :]


def _find_suspects(question: str) -> Iterator[Token]:
    """The words that no list of words has, in a question that writes them small."""
    for token in iterate_tokens(question):
        word = token.folded
        if (
            len(word) >= _LETTERS_MIN
            and word.isalpha()
            and token.text.islower()
            and word not in STOP_WORDS | TASK_WORDS | WEAK_WORDS
            and stem(word) not in FUNCTION_WORDS
            and not is_known(stem(word))
        ):
            yield token
