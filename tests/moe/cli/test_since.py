"""A moment of the past, as it is typed."""

import time
from datetime import datetime

import click
import pytest

from moe.cli.since import read_since

CONTEXT, PARAMETER = click.Context(click.Command("x")), click.Option(["--since"])


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("24h", 86400), ("7d", 604800), (" 2W ", 1209600)])
def test_a_length_of_time_goes_back_from_now(text: str, seconds: int) -> None:
    before = time.time()
    moment = read_since(CONTEXT, PARAMETER, text)
    assert before - seconds <= moment <= time.time() - seconds


@pytest.mark.parametrize("text", ["2024-02-29", "2024-02-29T08:30", "2024-02-29 08:30:05"])
def test_a_date_is_one_of_this_machines_time_zone(text: str) -> None:
    assert datetime.fromtimestamp(read_since(CONTEXT, PARAMETER, text)) == datetime.fromisoformat(text)  # noqa: DTZ006


def test_a_date_may_tell_its_own_time_zone_and_lie_before_all_runs() -> None:
    assert read_since(CONTEXT, PARAMETER, "1970-01-02T00:00+00:00") == 86400
    assert read_since(CONTEXT, PARAMETER, "1900-01-01") == 0
    assert read_since(CONTEXT, PARAMETER, "999999w") == 0
    assert read_since(CONTEXT, PARAMETER, None) is None


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "1.5d", "7 days", "2024-02-30", "9999999d", "٣d x", "７d", "٣d"])
def test_anything_else_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 7d"):
        read_since(CONTEXT, PARAMETER, text)
