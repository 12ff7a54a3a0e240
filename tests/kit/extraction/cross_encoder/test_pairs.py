"""Rows of a question and a unit."""

from itertools import groupby

from moe_kit.extraction.cross_encoder.encoder import WEIGHTS_FILE
from moe_kit.extraction.cross_encoder.pairs import PlacedUnit, make_row, place_units
from moe_kit.extraction.cross_encoder.weights_file import read_weights
from moe_kit.extraction.cross_encoder.word_pieces import WordPieces
from moe_kit.extraction.units import split_evidence

VOCABULARY = read_weights(WEIGHTS_FILE).vocabulary
PIECES = WordPieces(VOCABULARY)


def spell(row):
    """Each part of a row, as its kind and its pieces."""
    parts = groupby(zip(row.kinds, row.pieces, strict=True), key=lambda pair: pair[0])
    return [(kind, " ".join(VOCABULARY[piece] for _, piece in pairs)) for kind, pairs in parts]


def test_a_row_has_the_question_the_context_and_the_unit_between_its_neighbours():
    row = make_row(PIECES, "Who runs it?", PlacedUnit("Mona runs it.", "Stall\nHours", "It is old.", "Ann left."))
    assert spell(row) == [
        (0, "[CLS] who runs it ? [SEP]"),
        (2, "stall | hours [SEP]"),
        (3, "it is old ."),
        (1, "mona runs it ."),
        (3, "ann left . [SEP]"),
    ]
    own = [VOCABULARY[piece] for piece, is_own in zip(row.pieces, row.is_unit, strict=True) if is_own]
    assert own == "mona runs it .".split()


def test_a_long_row_stays_within_what_the_model_reads():
    long = "the mill by the river " * 200
    row = make_row(PIECES, long, PlacedUnit(long, long, f"{long} end", long))
    assert len(row.pieces) == len(row.kinds) == 184
    assert "end" in spell(row)[2][1].split()  # of what stands before, its end


def test_a_unit_is_placed_between_its_own_neighbours(make_evidence):
    units = split_evidence(
        [make_evidence("One came. Two stayed. Three left."), make_evidence("Four sang. Five slept.", name="e2")]
    )
    placed = place_units(units, [units[1], units[3]])
    assert [(one.before, one.text, one.after) for one in placed] == [
        ("One came.", "Two stayed.", "Three left."),
        ("", "Four sang.", "Five slept."),
    ]
