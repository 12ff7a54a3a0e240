"""A few seconds of fuzzing; `make fuzz` goes on for ten minutes."""

from random import Random

import pytest

from doors import DOORS, make_attempt
from fuzz import fuzz
from mutations import spoil_bytes, spoil_text, spoil_value

RECORDING = b'{"kind": "chat"}\n'


def test_nothing_that_is_tried_in_some_seconds_crashes(capfd: pytest.CaptureFixture[str]) -> None:
    problems = fuzz(seconds=12.0, seed=7, workers=1)
    assert problems == 0, capfd.readouterr().out


@pytest.mark.parametrize("number", range(2 * len(DOORS)))
def test_an_attempt_follows_from_its_seed_and_number(number: int) -> None:
    assert make_attempt(3, number, RECORDING) == make_attempt(3, number, RECORDING)


def test_every_door_is_tried_in_turn() -> None:
    assert [make_attempt(1, number, RECORDING).door for number in range(len(DOORS))] == list(DOORS)


def test_what_is_spoiled_is_no_longer_the_same() -> None:
    data, value = b"FROM mistral\nROLE drummer\nTOOL calculator\n", {"a": [1, {"b": "c"}]}
    for spoil, sound in ((spoil_bytes, data), (spoil_text, data), (spoil_value, value)):
        spoiled = [spoil(Random(number), sound) for number in range(50)]
        assert sum(made != sound for made in spoiled) > 25, spoil.__name__
