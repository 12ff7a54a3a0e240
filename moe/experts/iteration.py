"""Going on from what was found: further rounds, as long as each adds evidence that the question asks for."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moe.contracts.experts import ExpertFinding, ExpertRound, ExpertWalk
from moe.contracts.search import FIRST_PASSAGES
from moe_core.contracts.errors import MoeError
from moe_core.contracts.evidence import Passage
from moe_core.text.tokens import find_terms, iterate_tokens
from moe_kit.extraction.query import find_names

_NAMES_MAX = 8  # chosen: names that it asks about; more of them drown the question's own words
_BELIEVED = 0.5  # chosen: rating from which a walk vouches for a passage
_ADDED_MAX = 3  # chosen: as many as others may add, so that a task still reads what led

Name = tuple[str, ...]


class OnwardQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a round looks for.

    Attributes:
        question: Names that a passage brought, and the words of the question that it leaves open.
        names: As folded words.
        open_terms: Of the question.
        closed: All other terms of the question, and those of the names: nothing to go on to from there.
    """

    question: str
    names: tuple[Name, ...]
    open_terms: frozenset[str]
    closed: frozenset[str]


def iteration_phase(
    question: str, lead: ExpertFinding, walk: ExpertWalk, *, known: Mapping[str, Passage], max_iterations: int
) -> tuple[ExpertRound, ...]:
    """Let the leading expert walk on from the passages found, best first, a passage a round.

    The first round that adds nothing or fails ends it; where the question's own words decide, there is none.

    Args:
        question: What was asked.
        lead: What the leading expert found.
        walk: Lets a persona look for a question of its own.
        known: By node, the passages that were found, best first.
        max_iterations: Rounds at most, the first one, which is over, among them.
    """
    rounds: list[ExpertRound] = []
    found = dict(known)
    ahead = [(node_id, frozenset[str]()) for node_id in list(found)[:FIRST_PASSAGES]]
    while len(rounds) < max_iterations - 1 and ahead and not lead.is_decided:
        node_id, closed = ahead.pop(0)
        onward = write_onward_question(question, found[node_id], closed=closed)
        if onward is None:
            continue
        done = ExpertRound(persona=lead.persona, question=onward.question)
        try:
            finding = walk(lead.persona, onward.question)
        except MoeError as error:
            rounds.append(replace(done, failure=error.message))
            break
        supported = tuple(find_supported(onward, finding, found))
        rounds.append(replace(done, supported=supported))
        if not supported:
            break
        found |= {node_id: finding.read(node_id) for node_id, _ in supported}
        ahead = [*((node_id, onward.closed) for node_id, _ in supported), *ahead]
    return tuple(rounds)


def write_onward_question(
    question: str, passage: Passage, *, closed: frozenset[str] = frozenset()
) -> OnwardQuestion | None:
    """What a passage leads on to: the names in it that the question lacks, with the words that it leaves open.

    Args:
        question: What was asked.
        passage: To go on from.
        closed: Terms that those before it on the way have settled.

    Returns:
        None where it names nothing new, or leaves nothing open.
    """
    asked, text = frozenset(find_terms(question)), f"{passage.title}\n{passage.text}"
    open_terms = asked - frozenset(find_terms(text)) - closed
    names = tuple(_list_new_names(text, asked | closed))[:_NAMES_MAX]
    if not names or not open_terms:
        return None
    words = [token.text for token in iterate_tokens(question) if set(find_terms(token.text)) & open_terms]
    closed = closed | (asked - open_terms) | {term for name in names for term in find_terms(" ".join(name))}
    told = ", ".join(" ".join(word.capitalize() for word in name) for name in names)
    return OnwardQuestion(
        question=f"{' '.join(dict.fromkeys(words))} {told}", names=names, open_terms=open_terms, closed=closed
    )


def find_supported(
    onward: OnwardQuestion, finding: ExpertFinding, known: Mapping[str, object]
) -> Iterator[tuple[str, float]]:
    """What a round adds: passages that are new and vouched for, with one of the names and a word that was open."""
    left = _ADDED_MAX
    for node_id, rating in zip(finding.node_ids[:FIRST_PASSAGES], finding.ratings[:FIRST_PASSAGES], strict=True):
        if left and node_id not in known and rating >= _BELIEVED:
            passage = finding.read(node_id)
            text = f"{passage.title}\n{passage.text}"
            if onward.open_terms & set(find_terms(text)) and _holds_any(text, onward.names):
                left -= 1
                yield node_id, rating


def _list_new_names(text: str, settled: frozenset[str]) -> Iterator[Name]:
    for name in find_names(text):
        terms = set(find_terms(" ".join(name)))
        if terms and not terms <= settled:
            yield name


def _holds_any(text: str, names: Sequence[Name]) -> bool:
    words = f" {' '.join(token.folded for token in iterate_tokens(text))} "
    return any(f" {' '.join(name)} " in words for name in names)
