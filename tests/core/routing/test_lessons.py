from pathlib import Path

import numpy as np
import pytest

from moe_core.routing.learning import learn_lessons, write_lessons
from moe_core.routing.lessons import SHIPPED, find_key, read_lessons, recall_lessons
from moe_core.routing.profile import Profile

BOATS = Profile(name="boats", examples=("how do I moor a boat", "moor the boat at night", "paint a boat"))
BREAD = Profile(name="bread", examples=("how do I bake bread", "bake the bread at night", "slice a loaf"))


def test_lessons_survive_a_file(tmp_path: Path) -> None:
    lessons = learn_lessons([BOATS, BREAD])
    write_lessons(lessons, tmp_path / "lessons.npz")
    again = read_lessons(tmp_path / "lessons.npz")
    assert (again.key, again.words, again.frequent) == (lessons.key, lessons.words, lessons.frequent)
    assert (again.vocabularies.owners, again.spelt) == (lessons.vocabularies.owners, lessons.spelt)
    assert again.shares == pytest.approx(lessons.shares)
    assert again.classifier.features == lessons.classifier.features
    assert again.classifier.weights == lessons.classifier.weights


def test_a_changed_example_changes_the_key() -> None:
    other = Profile(name="bread", examples=(*BREAD.examples[:2], "slice the loaf"))
    assert find_key([BOATS, BREAD]) != find_key([BOATS, other])


def test_profiles_that_nothing_ships_for_are_learned_from() -> None:
    lessons = recall_lessons([BOATS, BREAD])
    assert lessons.key == find_key([BOATS, BREAD])
    logits = dict(
        zip(lessons.classifier.classes, lessons.classifier.find_logits({"word:boat", "word:moor"}), strict=True)
    )
    assert logits["boats"] > logits["bread"]


def test_the_shipped_lessons_are_read_and_written_to_the_last_bit(tmp_path: Path) -> None:
    write_lessons(read_lessons(SHIPPED), tmp_path / "lessons.npz")
    assert (tmp_path / "lessons.npz").read_bytes() == SHIPPED.read_bytes()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("words", lambda array: array.astype(np.int64), "words is no array"),
        ("weights", lambda array: array.astype(np.float32), "weights is no array"),
        ("weights", lambda array: array[:-1], "do not fit"),
        ("shares", lambda array: array[:-1], "shorter"),
    ],
)
def test_a_file_with_other_numbers_is_refused(tmp_path: Path, name: str, change, words: str) -> None:
    write_lessons(learn_lessons([BOATS, BREAD]), tmp_path / "lessons.npz")
    arrays = dict(np.load(tmp_path / "lessons.npz"))
    np.savez(tmp_path / "wrong.npz", **(arrays | {name: change(arrays[name])}))
    with pytest.raises(ValueError, match=words):
        read_lessons(tmp_path / "wrong.npz")
