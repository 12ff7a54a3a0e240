from pathlib import Path

import pytest

from moe_core.routing.lessons import find_key, learn_lessons, read_lessons, recall_lessons, write_lessons
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
    assert (again.classifier.weights == lessons.classifier.weights).all()


def test_the_same_lessons_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        write_lessons(learn_lessons([BOATS, BREAD]), tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


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
