"""Why an answer cites what it cites."""

import msgspec

from moe.contracts.experts import ExpertChoice
from moe.contracts.search import WordsVerdict
from moe.contracts.walks import WalkReport


class FindingSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search that found a passage.

    Attributes:
        query: What was looked for.
        agent: Who looked.
        tool: With what.
        task_id: In which task.
        rank: The passage's place among those found, from 1.
        found: How many were found.
        seeds: Passages that walks began at.
        walks: One a persona, with its path to this passage only.
        experts: Who was woken and why, where that was chosen for this search.
        verdict: Why nobody was.
    """

    query: str
    agent: str
    tool: str
    task_id: str
    rank: int
    found: int
    seeds: int
    walks: tuple[WalkReport, ...]
    experts: tuple[ExpertChoice, ...] = ()
    verdict: WordsVerdict | None = None


class CitedPassage(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that an answer cites.

    Attributes:
        passage_id: The passage.
        document: Its document.
        citations: Numbers of the citations, from 1.
        searches: Those that found it, the one that ranked it highest first, each query once; none for a passage that
            a tool gave without searching.
    """

    passage_id: str
    document: str
    citations: tuple[int, ...]
    searches: tuple[FindingSearch, ...]
