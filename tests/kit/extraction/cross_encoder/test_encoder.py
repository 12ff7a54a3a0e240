"""The shipped model: it knows other words for a thing, and it says the same each time."""

import math

import numpy as np
import pytest

from moe_core.contracts.errors import ConfigError
from moe_kit.extraction.cross_encoder import encoder
from moe_kit.extraction.cross_encoder.encoder import load_cross_encoder
from moe_kit.extraction.cross_encoder.pairs import PlacedUnit

HOUSE = [
    "Pets are not admitted.",
    "The deposit is 50 euros and is given back on the last day.",
    "Breakfast is served from 8 to 10.",
    "Mona Reed sees to the garden.",
    "The wine cellar was built by the Marsh family in 1902.",
]


def place(texts):
    return tuple(
        PlacedUnit(text, "", texts[at - 1] if at else "", texts[at + 1] if at + 1 < len(texts) else "")
        for at, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [("can i bring my dog", 0), ("when can i eat in the morning", 2), ("who looks after the plants?", 3)],
)
def test_what_answers_in_other_words_is_rated_highest(question, answer):
    rated = load_cross_encoder().rate(question, place(HOUSE))
    assert rated.index(max(rated)) == answer


def test_what_nothing_answers_is_rated_below_what_something_does():
    asked, unknown = (
        max(load_cross_encoder().rate(question, place(HOUSE)))
        for question in ("when is breakfast", "what is the password of the wifi")
    )
    assert unknown < 0 < asked


def test_a_unit_is_rated_the_same_whoever_is_rated_with_it():
    units = place(HOUSE)
    together = load_cross_encoder().rate("what is the deposit", units)
    alone = [load_cross_encoder().rate("what is the deposit", (unit,))[0] for unit in units]
    assert np.allclose(together, alone, atol=1e-3)


def test_an_empty_unit_and_a_question_without_letters_are_rated(make_evidence):
    rated = load_cross_encoder().rate("???", (PlacedUnit("", "", "", ""), PlacedUnit("…", "", "", "")))
    assert len(rated) == 2
    assert all(map(math.isfinite, rated))


def test_a_damaged_file_is_told_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "cross_encoder.npz").write_bytes(b"PK")
    monkeypatch.setattr(encoder, "WEIGHTS_FILE", tmp_path / "cross_encoder.npz")
    load_cross_encoder.cache_clear()
    try:
        with pytest.raises(ConfigError) as told:
            load_cross_encoder()
    finally:
        load_cross_encoder.cache_clear()
    assert "cannot be read" in told.value.message
    assert told.value.hint == "install moe again"
