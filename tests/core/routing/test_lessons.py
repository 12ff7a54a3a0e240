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
    assert again.shares == lessons.shares
    assert again.classifier.features == lessons.classifier.features
    assert again.classifier.weights == lessons.classifier.weights


def test_a_changed_example_changes_the_key() -> None:
    other = Profile(name="bread", examples=(*BREAD.examples[:2], "slice the loaf"))
    assert find_key([BOATS, BREAD]) != find_key([BOATS, other])


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many profiles were learned from, each time."""
    counts: list[int] = []

    def learn(profiles):
        counts.append(len(profiles))
        return learn_lessons(profiles)

    monkeypatch.setattr("moe_core.routing.learning.learn_lessons", learn)
    return counts


def test_what_was_learned_is_kept_until_a_profile_changes(cache: Path, learned: list[int]) -> None:
    first, second = recall_lessons([BOATS, BREAD]), recall_lessons([BOATS, BREAD])
    assert learned == [2]
    assert second.classifier.weights == first.classifier.weights
    assert second.shares == first.shares
    other = Profile(name="bread", examples=(*BREAD.examples[:2], "slice the loaf"))
    assert "loaf" in recall_lessons([BOATS, other]).words
    assert learned == [2, 2]
    assert len(list(cache.glob("*"))) == 2


@pytest.mark.parametrize("damage", [lambda data: data[:200], lambda data: b"", lambda data: b"\0" * len(data)])
def test_damaged_lessons_are_learned_anew(cache: Path, learned: list[int], damage) -> None:
    recall_lessons([BOATS, BREAD])
    (file,) = cache.glob("*")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert recall_lessons([BOATS, BREAD]).key == find_key([BOATS, BREAD])
    assert learned == [2, 2]
    assert file.read_bytes() == whole


def test_any_changed_byte_is_noticed_or_changes_nothing(cache: Path) -> None:
    first = recall_lessons([BOATS, BREAD])
    (file,) = cache.glob("*")
    whole = file.read_bytes()
    for place in range(0, len(whole), 41):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        again = recall_lessons([BOATS, BREAD])
        assert (again.classifier.weights, again.shares) == (first.classifier.weights, first.shares)


def test_another_profiles_lessons_under_its_name_do_not_count(cache: Path) -> None:
    recall_lessons([BOATS, BREAD])
    (file,) = cache.glob("*")
    other = Profile(name="bread", examples=(*BREAD.examples[:2], "slice the loaf"))
    write_lessons(learn_lessons([BOATS, other]), file)
    assert recall_lessons([BOATS, BREAD]).key == find_key([BOATS, BREAD])


def test_where_nothing_can_be_kept_it_learns_each_time(cache: Path, learned: list[int]) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("no folder")
    for _ in range(2):
        assert recall_lessons([BOATS, BREAD]).key == find_key([BOATS, BREAD])
    assert learned == [2, 2]


def test_only_the_newest_lessons_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moe_core.routing.learning.KEPT_MAX", 2)
    for number in range(4):
        recall_lessons([BOATS, Profile(name="bread", examples=(*BREAD.examples, f"oven {number}"))])
    assert len(list(cache.glob("*"))) == 2


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
