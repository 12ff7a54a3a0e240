"""What leads from passages to others: names of them in the text, and rare phrases that both write."""

from collections.abc import Sequence
from itertools import islice

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import spread_ranges

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MENTIONS = "mentions"
SHARES = "shares"

LINK_COLUMNS = (
    "source",  # place among the passages that the links lead out of
    "target",  # number of a passage
    "mention",  # 1 where a name joins them; 0 for a phrase
    "weight",  # how surely the name means the target, or how rare the phrase is; in (0, 1]
    "first",  # the first word of the name or phrase, counted within the source
    "stop",  # the word after its last
    "in_lead",  # 1 where it stands in the source's lead
    "in_target_lead",  # 1 where the phrase stands in the target's lead; 0 for names
    "spread",  # log(1 + passages that write the name or phrase)
    "fan",  # log(1 + targets of the source by names)
    "small",  # 1 where the name is written small
    "asked",  # of the rarity of the name or phrase, the share that the question has too
)
AT = {name: place for place, name in enumerate(LINK_COLUMNS)}


class Links(msgspec.Struct, frozen=True, eq=False):
    """Links out of some passages, one source after another.

    Attributes:
        passages: The numbers of those that they lead out of.
        table: Shape (links, `LINK_COLUMNS`).
    """

    passages: Sequence[int]
    table: Floats

    def __len__(self) -> int:
        return len(self.table)

    @property
    def sources(self) -> Integers:
        """Places among the passages that they lead out of."""
        return self.table[:, AT["source"]].astype(np.int64)

    @property
    def targets(self) -> Integers:
        """Numbers of passages."""
        return self.table[:, AT["target"]].astype(np.int64)

    @property
    def is_mention(self) -> Flags:
        """Whether a name joins the ends; else a phrase."""
        return np.asarray(self.table[:, AT["mention"]] > 0)

    def read_names(self, index: PassageIndex) -> list[str]:
        """What joins the ends, as the source writes it, folded."""
        spans = [tuple(span) for span in self.table[:, [AT["source"], AT["first"], AT["stop"]]].astype(int).tolist()]
        places = list(dict.fromkeys(spans))
        tokens = index.read_tokens(self.passages)
        begins = np.array([tokens.starts[source] + first for source, first, _ in places], dtype=np.int64)
        counts = np.array([stop - first for _, first, stop in places], dtype=np.int64)
        strings = iter(index.words.read_strings(tokens.words[spread_ranges(begins, counts)]))
        names = {span: " ".join(islice(strings, count)) for span, count in zip(places, counts.tolist(), strict=True)}
        return [names[span] for span in spans]


def join_links(by_name: Links, by_phrase: Links) -> Links:
    """Links of both kinds out of the same passages, for each those by name first."""
    table = np.concatenate([by_name.table, by_phrase.table])
    return Links(by_name.passages, table[np.argsort(table[:, AT["source"]], kind="stable")])
