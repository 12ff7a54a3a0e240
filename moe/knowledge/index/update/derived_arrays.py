"""The arrays that follow from the others."""

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import IN_LOWER_CASE, IN_NAME
from moe.knowledge.index.format.inverse_frequency import compute_idf, sum_by_owner
from moe.knowledge.index.format.postings import Arrays, Postings, Rows, take_postings, transpose
from moe.knowledge.index.format.strings import build_id_table, take_strings

_MOST_LOOKED_AT = 1 << 22  # in one go: memory does not grow with the index


def derive_arrays(arrays: Arrays) -> Arrays:
    """All arrays of an index but its text, from those that a builder or a combination makes."""
    passages = len(arrays["passages.lengths"])
    terms = take_postings(arrays, "terms")
    idf = compute_idf(np.diff(terms.starts), passages)
    names_of = find_name_terms(terms, passages)
    owners = np.repeat(np.arange(passages), np.diff(names_of.starts))
    phrases_of = transpose(take_postings(arrays, "phrases"), passages)
    ids = build_id_table(take_strings(arrays, "documents.ids"))
    return {
        **arrays,
        "words.terms": terms.find_many(arrays["words.term_keys"]).astype(np.int32),
        "terms.idf": idf.astype(np.float32),
        "terms.lower_shares": measure_lower_shares(terms),
        "name_terms_of.starts": names_of.starts,
        "name_terms_of.rows": names_of.rows,
        "phrases_of.starts": phrases_of.starts,
        "phrases_of.rows": phrases_of.rows,
        "passages.name_idf": sum_by_owner(owners, idf[names_of.rows], passages),
        "documents.id_keys": ids.keys,
        "documents.id_numbers": ids.numbers,
        "total_length": np.array([arrays["passages.lengths"].sum(dtype=np.int64)], np.int64),
    }


def find_name_terms(terms: Postings, passages: int) -> Rows:
    """For each passage the rows of the terms in the name that it most surely goes by (`IN_NAME`), ascending."""
    members, rows = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for begin in range(0, len(terms.info), _MOST_LOOKED_AT):
        places = begin + np.flatnonzero(terms.info[begin : begin + _MOST_LOOKED_AT] & IN_NAME)
        rows.append(terms.starts.searchsorted(places, side="right") - 1)
        members.append(terms.members[places])
    passage = np.concatenate(members)
    starts = np.zeros(passages + 1, np.int64)
    np.cumsum(np.bincount(passage, minlength=passages), out=starts[1:])
    return Rows(starts=starts, rows=np.concatenate(rows)[passage.argsort(kind="stable")].astype(np.int32))


def measure_lower_shares(terms: Postings) -> NDArray[np.float32]:
    """For each term, of the passages that hold it, the share that writes it in lower case somewhere."""
    counts = np.zeros(len(terms), np.int64)
    for begin in range(0, len(terms.info), _MOST_LOOKED_AT):
        places = begin + np.flatnonzero(terms.info[begin : begin + _MOST_LOOKED_AT] & IN_LOWER_CASE)
        counts += np.bincount(terms.starts.searchsorted(places, side="right") - 1, minlength=len(terms))
    return (counts / np.maximum(np.diff(terms.starts), 1)).astype(np.float32)
