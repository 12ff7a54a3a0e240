"""What the Observer sees over many runs."""

from collections.abc import Mapping

import msgspec


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a workspace's runs that somebody should know.

    Attributes:
        rule: What was looked at: "routing", "failing", "tasks", "models", "nothing_found", "budget", "experts".
        text: In one sentence, with its figures.
        hint: What to do about it.
        numbers: The figures.
    """

    rule: str
    text: str
    hint: str
    numbers: Mapping[str, float] = {}


class Oversight(msgspec.Struct, frozen=True, kw_only=True):
    """Runs looked at together.

    Attributes:
        runs: How many there are.
        routes: By Belter, or "general", how many of those that were routed by what they ask.
        remarks: Most important first; none where nothing stands out, or where too few runs say so.
    """

    runs: int
    routes: Mapping[str, int]
    remarks: tuple[Remark, ...]
