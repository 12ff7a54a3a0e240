"""The check of a scorer passes a good one, and names what is wrong with each bad one."""

import pytest

from moe_core import (
    Scorer,
)
from moe_core.testing import (
    ConformanceError,
    check_scorer,
)


class Brief(Scorer):
    name = "brief"
    summary = "For tests."

    async def score(self, subject):
        return 1 / (1 + len(subject.output))


class Boundless(Brief):
    async def score(self, subject):
        return float(len(subject.output))


class Undefined(Brief):
    async def score(self, subject):
        return float("nan")


class Wordy(Brief):
    async def score(self, subject):
        return "good"


class Moody(Brief):
    def __init__(self):
        self.calls = 0

    async def score(self, subject):
        self.calls += 1
        return 1 / self.calls


class Fragile(Brief):
    async def score(self, subject):
        return 1 / len(subject.output.split())


@pytest.mark.anyio
async def test_a_good_scorer_passes():
    await check_scorer(Brief)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        (Boundless, "outside 0 to 1"),
        (Undefined, "outside 0 to 1"),
        (Wordy, "no number"),
        (Moody, "differs"),
        (Fragile, "ZeroDivisionError"),
    ],
)
async def test_a_bad_scorer_is_told_what_is_wrong(scorer, words):
    with pytest.raises(ConformanceError, match=words):
        await check_scorer(scorer)
