"""A few seconds of fuzzing; `make fuzz` goes on for ten minutes."""

import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from bundled_reading import load_bundled
from doors import DOORS, Recorded, make_attempt
from fuzz import fuzz
from mutations import spoil_bytes, spoil_text, spoil_value
from seeds import SEEDS

RECORDED = Recorded(recording=b'{"kind": "chat"}\n', database=b"SQLite format 3")


def test_nothing_that_is_tried_in_some_seconds_crashes(capfd: pytest.CaptureFixture[str]) -> None:
    problems = fuzz(seconds=12.0, seed=7, workers=1)
    assert problems == 0, capfd.readouterr().out


@pytest.mark.parametrize("number", range(2 * len(DOORS)))
def test_an_attempt_follows_from_its_seed_and_number(number: int) -> None:
    assert make_attempt(3, number, RECORDED) == make_attempt(3, number, RECORDED)


@pytest.mark.parametrize("suffix", list(SEEDS))
def test_a_seed_is_the_same_whenever_it_is_made_and_can_be_read(suffix: str, tmp_path: Path) -> None:
    data = SEEDS[suffix]()
    assert SEEDS[suffix]() == data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {1980}
    (tmp_path / f"a{suffix}").write_bytes(data)
    (document, *_) = load_bundled(tmp_path / f"a{suffix}", f"a{suffix}").documents
    assert "mill" in document.text


def test_every_door_is_tried_in_turn() -> None:
    assert [make_attempt(1, number, RECORDED).door for number in range(len(DOORS))] == list(DOORS)


def test_what_is_spoiled_is_no_longer_the_same() -> None:
    data, value = b"FROM mistral\nROLE drummer\nTOOL calculator\n", {"a": [1, {"b": "c"}]}
    for spoil, sound in ((spoil_bytes, data), (spoil_text, data), (spoil_value, value)):
        spoiled = [spoil(Random(number), sound) for number in range(50)]
        assert sum(made != sound for made in spoiled) > 25, spoil.__name__
