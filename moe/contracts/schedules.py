"""Questions that are asked again and again."""

import msgspec

from moe_core.contracts.wire import JsonObject


class RunSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and when it is asked; times as ISO 8601 with the offset of its time zone.

    Attributes:
        name: No other schedule has it.
        cron: When, as cron writes it.
        timezone: In which `cron` is read.
        question: What is asked.
        request: All of the `RunRequest`, but what is as usual.
        catches_up: What fell due while no worker was there is asked once one is.
        next_at: When it is due; "" when it never is again.
        last_at: When it was asked last; "" when it never was.
        last_run: That run's id; "" for none.
        missed: How often it was due and was not asked, of the last hundred times.
        missed_at: When that was the last time; "" for never.
    """

    name: str
    cron: str
    timezone: str
    question: str
    request: JsonObject
    catches_up: bool
    next_at: str
    last_at: str = ""
    last_run: str = ""
    missed: int = 0
    missed_at: str = ""
