"""What leads from passages to others: names of them in the text, and rare phrases that both write."""

from collections.abc import Iterable
from itertools import islice

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.question.texts import PassageTexts
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import spread_ranges

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MENTIONS = "mentions"
SHARES = "shares"


class Links(msgspec.Struct, frozen=True, eq=False):
    """Links out of some passages. Columns have shape (links,).

    Attributes:
        texts: The passages that they lead out of; each is an owner there.
        sources: Owners among the texts.
        targets: Numbers of passages.
        is_mention: Whether a name joins them; else a phrase.
        weights: How surely the name means the target, or how rare the phrase is; in (0, 1].
        firsts: The first word of the name or phrase.
        stops: The word after its last.
        in_lead: Whether it stands in the source's lead.
        in_target_lead: Whether the phrase stands in the target's lead; false for names.
        spreads: log(1 + passages that write the name or phrase).
        fans: log(1 + targets of the source by names).
        is_small: Whether the name is written small.
    """

    texts: PassageTexts
    sources: Integers
    targets: Integers
    is_mention: Flags
    weights: Floats
    firsts: Integers
    stops: Integers
    in_lead: Flags
    in_target_lead: Flags
    spreads: Floats
    fans: Floats
    is_small: Flags

    def __len__(self) -> int:
        return len(self.sources)

    def read_names(self, index: PassageIndex) -> list[str]:
        """What joins the ends, as the source writes it, folded."""
        spans = list(zip(self.firsts.tolist(), self.stops.tolist(), strict=True))
        places = list(dict.fromkeys(spans))
        counts = np.array([stop - first for first, stop in places], dtype=np.int64)
        at = spread_ranges(np.array([first for first, _ in places], dtype=np.int64), counts)
        strings = iter(index.words.read_strings(self.texts.tokens.words[at]))
        names = {(first, stop): " ".join(islice(strings, stop - first)) for first, stop in places}
        return [names[span] for span in spans]


def make_no_links(texts: PassageTexts) -> Links:
    """Nothing that leads out of these passages."""
    whole, share, flag = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool)
    return Links(texts, whole, whole, flag, share, whole, whole, flag, flag, share, share, flag)


def join_links(parts: Iterable[Links]) -> Links:
    """Links of several kinds out of the same texts, one source after another."""
    given = list(parts)
    columns = [np.concatenate([getattr(part, name) for part in given]) for name in Links.__struct_fields__[1:]]
    order = np.argsort(columns[0], kind="stable")
    return Links(given[0].texts, *(column[order] for column in columns))
