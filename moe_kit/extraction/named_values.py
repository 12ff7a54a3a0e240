"""The one value that an instruction gives for a parameter such as `city`: behind that word, a name, or a place."""

import re
from collections.abc import Iterator, Sequence

from moe_core.text.tokens import STOP_WORDS, iterate_tokens
from moe_kit.extraction.query import TASK_WORDS, find_names

_WORDS_MAX = 5
# Words that a value may follow, those that nearly always mean it first.
_LEADS = (frozenset("in at near around".split()), frozenset("of for about on".split()))
_TIMES = frozenset(
    "today tomorrow yesterday tonight now morning afternoon evening night day days week weeks weekend month months"
    " year years hour hours minute minutes next last this coming"
    " monday tuesday wednesday thursday friday saturday sunday".split()
)
_BORDER = re.compile(r"[.,;:!?()\n]")


def find_named(key: str, said: str) -> str | None:
    """The value that the words give for the parameter; None when they give none, or several.

    Args:
        key: The parameter's name, as in `city` or `station_name`.
        said: The instruction.
    """
    behind = list(_list_runs(said, frozenset(word for word in key.lower().split("_") if word)))
    names = [_find_spelling(name, said) for name in find_names(said)]
    for found in (behind, names, *(list(_list_runs(said, leads)) for leads in _LEADS)):
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _find_spelling(name: Sequence[str], said: str) -> str:
    """A folded name as the instruction writes it."""
    tokens = list(iterate_tokens(said))
    for place in range(len(tokens)):
        run = tokens[place : place + len(name)]
        if [token.folded for token in run] == list(name):
            return said[run[0].start : run[-1].start + len(run[-1].text)]
    return " ".join(name)


def _list_runs(said: str, leads: frozenset[str]) -> Iterator[str]:
    """The words behind each lead, up to a small word, a number, a time or the end of the clause."""
    tokens = list(iterate_tokens(said))
    for place, token in enumerate(tokens):
        if token.folded not in leads:
            continue
        run: list[str] = []
        end = token.start + len(token.text)
        for follower in tokens[place + 1 : place + 1 + _WORDS_MAX]:
            gap = said[end : follower.start]
            is_border = _BORDER.search(gap.removeprefix(":") if not run else gap) is not None
            if is_border or follower.folded in STOP_WORDS | TASK_WORDS | _TIMES or follower.text[:1].isdigit():
                break
            run.append(follower.text)
            end = follower.start + len(follower.text)
        if run:
            yield " ".join(run)
