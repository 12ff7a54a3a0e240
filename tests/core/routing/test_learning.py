"""Lessons hold what examples have, and where it was found."""

from pathlib import Path

import numpy as np

from moe_core.routing.learning import FREQUENT_REQUESTS, learn_lessons, write_lessons
from moe_core.routing.profile import Profile

BOATS = Profile(name="boats", examples=("how do I moor a boat", "moor the boat at night", "paint a boat"))
BREAD = Profile(name="bread", examples=("how do I bake bread", "bake the bread at night", "slice a loaf"))


def test_a_stem_has_its_share_of_the_candidate_that_uses_it_most() -> None:
    shares = learn_lessons([BOATS, BREAD]).shares
    assert shares["boat"] == 1.0
    assert shares["night"] == np.float32(1 / 3)  # as a file keeps it


def test_stems_of_many_examples_are_frequent() -> None:
    many = Profile(name="many", examples=tuple(f"what about number {word}" for word in "abcdefghijklmnopqrst"))
    assert len(many.examples) == FREQUENT_REQUESTS
    frequent = learn_lessons([many, BREAD]).frequent
    assert "number" in frequent
    assert "bread" not in frequent


def test_the_same_lessons_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        write_lessons(learn_lessons([BOATS, BREAD]), tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
