"""Times of a schedule."""

from datetime import UTC, datetime
from itertools import islice

import pytest

pytest.importorskip("croniter", reason="moe-core[durable] is not installed")

from moe_core.contracts.errors import RequestError
from moe_kit.durable.cron import check_cron, check_timezone, find_times


@pytest.mark.parametrize("cron", ["0 7 * * mon-fri", "*/30 * * * *", "15 0 7 * * *", "@daily", "0 0 29 2 *"])
def test_a_time_is_taken(cron):
    check_cron(cron)


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("61 7 * * *", "'61' is no minute (0-59)"),
        ("0 7 * * mon-fry", "'mon-fry' is no day of the week (0-7)"),
        ("70 0 7 * * *", "'70' is no second (0-59)"),
        ("0 7 * *", "it has 4 fields"),
        ("", "it has 0 fields"),
        ("0 0 31 2 *", "never comes"),
        ("@often", "is no time for a schedule"),
    ],
)
def test_what_is_none_is_told_by_its_field_with_an_example(cron, told):
    with pytest.raises(RequestError) as error:
        check_cron(cron)
    assert told in error.value.message
    assert "\n" not in error.value.message
    assert '"0 7 * * mon-fri"' in str(error.value.hint)


def test_a_time_zone_that_is_none_names_the_nearest():
    check_timezone("Europe/Berlin")
    with pytest.raises(RequestError, match="Europe/Berln") as error:
        check_timezone("Europe/Berln")
    assert "Europe/Berlin" in str(error.value.hint)


def test_seven_in_the_morning_stays_seven_when_clocks_change():
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    times = [at.isoformat() for at in islice(find_times("0 7 * * *", "Europe/Berlin", start), 2)]
    assert times == ["2026-03-29T07:00:00+02:00", "2026-03-30T07:00:00+02:00"]
    before = next(find_times("0 7 * * *", "Europe/Berlin", start, backwards=True))
    assert before.isoformat() == "2026-03-28T07:00:00+01:00"
