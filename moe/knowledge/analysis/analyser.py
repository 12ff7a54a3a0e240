"""Passages read for the index."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.columns import EntryColumns, Keys, PassageColumns, build_entries
from moe.knowledge.analysis.entries import COUNT_MASK, IN_LEAD, IN_LOWER_CASE, IN_NAME, weigh_names
from moe.knowledge.analysis.gaps import IS_INITIAL_STOP, IS_SPACE, GapKinds
from moe.knowledge.analysis.keys import make_name_keys
from moe.knowledge.analysis.marks import FOLLOWS_SPACE, IS_LOWER, STARTS_SENTENCE
from moe.knowledge.analysis.names import find_names
from moe.knowledge.analysis.phrases import find_phrases
from moe.knowledge.analysis.sentences import find_borders, find_lead, list_begins
from moe.knowledge.analysis.text_columns import TextColumns, read_columns
from moe.knowledge.analysis.vocabulary import IS_LETTER, MARK, Vocabulary
from moe_core.contracts.evidence import Passage
from moe_core.text.sentences import split_sentences


class PassageAnalyser:
    """Reads passages, many at a time, which is quicker; knows the words that it has read."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._gap_kinds = GapKinds()

    def read(self, passages: Sequence[tuple[Passage, bool]]) -> PassageColumns:
        """Read passages; what comes back depends on nothing that was read before.

        Args:
            passages: Each with its title and section, and whether its document begins with it; the title names the
                others less surely.
        """
        self._vocabulary.limit()
        parts = _PassageParts()
        for owner, (passage, is_first) in enumerate(passages):
            parts.add(owner, passage, is_first=is_first)
        text = read_columns(parts.texts, self._vocabulary, self._gap_kinds)
        table, words = self._vocabulary.gather(text.numbers)
        owners = np.repeat(np.array(parts.owners, np.int32), np.diff(text.first_words))
        borders = find_borders(text, parts.spans)
        is_lead = find_lead(text, borders, parts.owners)
        is_term = table.term_keys[words] > 0
        term_flags = is_lead * np.uint8(IN_LEAD) | ((text.traits & IS_LOWER) > 0) * np.uint8(IN_LOWER_CASE)
        return PassageColumns(
            strings=table.strings,
            word_keys=table.keys,
            word_term_keys=table.term_keys,
            words=words,
            marks=_make_marks(text, list_begins(text, borders)),
            sizes=np.bincount(owners, minlength=len(passages)).astype(np.int32),
            lengths=np.bincount(owners[is_term], minlength=len(passages)).astype(np.int32),
            terms=_count_terms(owners[is_term], table.term_keys[words[is_term]], term_flags[is_term], parts),
            names=_build_names(parts.names),
            phrases=_build_phrases(text, table.keys[words], owners, is_lead, parts),
        )


class _PassageParts(msgspec.Struct):
    """Title, section and text of passages, where they are there, one after another.

    Attributes:
        texts: What they say.
        owners: Whose they are.
        spans: The sentences of each.
        is_joining: Whether phrases in it join passages; headings stand above every passage of a document.
        names: For each passage the keys of its names, with their weights.
        name_terms: Passages, and the keys of terms in the name that each most surely goes by.
    """

    texts: list[str] = msgspec.field(default_factory=list)
    owners: list[int] = msgspec.field(default_factory=list)
    spans: list[Sequence[tuple[int, int]]] = msgspec.field(default_factory=list)
    is_joining: list[bool] = msgspec.field(default_factory=list)
    names: list[Mapping[int, int]] = msgspec.field(default_factory=list)
    name_terms: list[tuple[int, int]] = msgspec.field(default_factory=list)

    def add(self, owner: int, passage: Passage, *, is_first: bool) -> None:
        """Take a passage."""
        body = split_sentences(passage.text)
        section = f"{passage.section} > ".removeprefix(f"{passage.title} > ").strip(" >")
        for heading in (passage.title, section):
            if heading:
                self._add(owner, heading, [(0, len(heading))], is_joining=is_first)
        self._add(owner, passage.text, body, is_joining=True)
        names = find_names(passage, body, is_first=is_first)
        self.names.append(weigh_names(names))
        self.name_terms += [(owner, word.term_key) for name in names[:1] for word in name.words]

    def _add(self, owner: int, text: str, spans: Sequence[tuple[int, int]], *, is_joining: bool) -> None:
        self.texts.append(text)
        self.owners.append(owner)
        self.spans.append(spans)
        self.is_joining.append(is_joining)


def _make_marks(text: TextColumns, begins: Sequence[int]) -> NDArray[np.uint8]:
    """How words are written, whether each follows the one before closely, and whether a sentence begins with it."""
    marks = (text.traits & MARK).astype(np.uint8)
    is_behind_letter = np.append([False], (text.traits[:-1] & IS_LETTER) > 0)[: len(text)]
    follows = ((text.gaps & IS_SPACE) > 0) | (((text.gaps & IS_INITIAL_STOP) > 0) & is_behind_letter)
    marks[follows] |= FOLLOWS_SPACE
    marks[begins] |= STARTS_SENTENCE
    return marks


def _count_terms(owners: NDArray[np.int32], keys: Keys, flags: NDArray[np.uint8], parts: _PassageParts) -> EntryColumns:
    """Terms with counts and flags; those of the surest name are rows that do not count."""
    named = parts.name_terms
    rows = np.append(owners, np.array([owner for owner, _ in named], np.int32))
    different, places = np.unique(np.append(keys, np.array([key for _, key in named], np.uint64)), return_inverse=True)
    flags = np.append(flags, np.full(len(named), IN_NAME, np.uint8))
    is_counted = np.arange(len(rows)) < len(owners)
    table, counts = build_entries(len(parts.names), rows, different, places, flags, is_counted)
    return EntryColumns(table.sizes, table.keys, table.info | np.minimum(counts, COUNT_MASK).astype(np.uint8))


def _build_names(names: Sequence[Mapping[int, int]]) -> EntryColumns:
    return EntryColumns(
        np.array([len(own) for own in names], np.int32),
        np.array([key for own in names for key in own], np.uint64),
        np.array([weight for own in names for weight in own.values()], np.uint8),
    )


def _build_phrases(
    text: TextColumns, keys: Keys, owners: NDArray[np.int32], is_lead: NDArray[np.bool_], parts: _PassageParts
) -> EntryColumns:
    firsts, stops = find_phrases(text)
    is_joining = np.repeat(np.array(parts.is_joining, np.bool_), np.diff(text.first_words))[firsts]
    firsts, stops = firsts[is_joining], stops[is_joining]
    different, places = np.unique(make_name_keys(keys, firsts, stops), return_inverse=True)
    return build_entries(len(parts.names), owners[firsts], different, places, is_lead[firsts].astype(np.uint8))[0]
