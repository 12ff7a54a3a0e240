"""The phrases of a passage that others write too. Everything named is made up."""

import numpy as np

from moe.knowledge.graph.links.phrase_places import AT, MOST_PHRASES, find_rarest
from moe.knowledge.graph.links.written import WrittenReader

ONSETS, ENDS = "bdfgklmnprst", ("alo", "eru", "imo", "oka", "usi")
NAMES = [f"{onset.upper()}{end} Tarn" for onset in ONSETS for end in ENDS]


def read(index, number: int):
    return WrittenReader(index).read([number])[0].phrases


def test_of_a_long_passage_only_the_rarest_phrases_join_it_to_others(make_index):
    """The first few are written by three passages, all others by two."""
    common = NAMES[:10]
    texts = {
        "-long": " ".join(f"We saw {name} again." for name in NAMES),
        "-other": " ".join(f"They saw {name} too." for name in NAMES),
        "-third": " ".join(f"Nobody saw {name} there." for name in common),
    }
    index = make_index(texts)
    assert len(NAMES) > MOST_PHRASES + len(common)
    long, third = read(index, 0), read(index, 2)
    assert len(long.terms) == len(long.table) == MOST_PHRASES
    assert set(long.table[:, AT["spread"]].tolist()) == {2}
    assert len(third.terms) == len(common)
    assert set(third.table[:, AT["spread"]].tolist()) == {3}


def test_each_phrase_stands_where_it_is_written_first_and_in_the_lead_if_ever(make_index):
    index = make_index(
        {
            "-a": "Rain fell. Snow fell. It hailed near Balo Tarn. It froze past Balo Tarn. It snowed by Deru Tarn.",
            "-b": "It rained on Balo Tarn. Snow fell. Ice fell on Deru Tarn.",
        }
    )
    places = {}
    for number in (0, 1):
        phrases = read(index, number)
        words = index.read_tokens([number]).words
        for row in phrases.table.tolist():
            span = words[row[AT["first"]] : row[AT["stop"]]]
            places[number, " ".join(index.words.read_strings(span))] = (row[AT["first"]], row[AT["in_lead"]])
    assert {place: told for place, told in places.items() if "tarn" in place[1]} == {
        (0, "balo tarn"): (7, 0),
        (0, "deru tarn"): (17, 0),
        (1, "balo tarn"): (3, 1),
        (1, "deru tarn"): (10, 0),
    }


def test_the_rarest_lines_of_each_owner_are_kept_in_their_order():
    owners, sizes = np.array([0, 0, 0, 1, 1, 3]), np.array([9, 2, 2, 5, 4, 7])
    assert find_rarest(owners, sizes, most=2).tolist() == [1, 2, 3, 4, 5]
    assert find_rarest(owners, sizes, most=1).tolist() == [1, 4, 5]
    assert find_rarest(owners, sizes, most=3).tolist() == [0, 1, 2, 3, 4, 5]
    assert find_rarest(owners[:0], sizes[:0], most=3).tolist() == []
