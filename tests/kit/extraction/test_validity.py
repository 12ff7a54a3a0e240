"""From when what a text says holds."""

from collections.abc import Callable

import pytest

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.units import split_evidence
from moe_kit.extraction.validity import find_days, find_moment, find_validity, strip_file_name


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("From 1 May 2020 a plot costs 60 euros.", (2020, 5, 1)),
        ("Ab 1. Januar 2024 kostet der Eintritt 8 Euro.", (2024, 1, 1)),
        ("As of March 2021, a berth costs 9 euros.", (2021, 3, 0)),
        ("The tower was built in 1806.", None),
        ("The hall is closed from 3 May 2021 to 9 June 2021.", None),
    ],
)
def test_a_sentence_tells_from_when_it_holds(
    make_evidence: Callable[..., Evidence], text: str, day: tuple[int, int, int] | None
) -> None:
    (unit,) = split_evidence([make_evidence(text)])
    assert find_validity(unit) == day


def test_the_nearest_heading_counts_before_the_file_name(make_evidence: Callable[..., Evidence]) -> None:
    *_, unit = split_evidence([make_evidence("# Fees\n\n## Fees 2023\n\nA plot costs 75 euros.", name="fees-2020")])
    assert find_validity(unit) == (2023, 0, 0)


@pytest.mark.parametrize(
    ("question", "last", "is_before"),
    [
        ("How much was it in 2021?", (2021, 12, 31), False),
        ("How much was it before May 2022?", (2022, 5, 0), True),
        ("Was kostete es bis 2020?", (2020, 0, 0), True),
    ],
)
def test_a_question_names_a_time(question: str, last: tuple[int, int, int], is_before: bool) -> None:
    moment = find_moment(question)
    assert moment is not None
    assert (moment.last, moment.is_before) == (last, is_before)
    assert "20" not in moment.rest


def test_a_number_with_a_unit_is_no_year() -> None:
    assert list(find_days("It weighs 2000 kg and costs 1999 euros.")) == []


def test_a_file_name_without_a_date_has_no_series() -> None:
    assert strip_file_name("house/rules-2021-03.md") == "rules"
    assert strip_file_name("house/rules.md") == ""
