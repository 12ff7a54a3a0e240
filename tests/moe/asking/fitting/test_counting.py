"""Counting tokens of requests: by the server where it matters, by an estimate that learns elsewhere."""

from collections.abc import Sequence

import pytest

from moe.asking.fitting.counting import RESERVE, TokenCounter
from moe.asking.servers.facts import ModelKnowledge
from moe_core.contracts.errors import ModelUnavailableError
from moe_core.contracts.messages import Message
from moe_core.testing.doubles import ScriptedModel

TEXT = "The lighthouse was built in 1871 and stands on the rock at the mouth of the harbour. " * 10


class CountingModel(ScriptedModel):
    """Counts words, or fails to."""

    def __init__(self, failure: Exception | None = None, *, has_counts: bool = True) -> None:
        super().__init__()
        self.failure = failure
        self.has_counts = has_counts
        self.counted = 0

    async def count_tokens(self, messages: Sequence[Message], *, model: str) -> int | None:
        self.counted += 1
        if self.failure is not None:
            raise self.failure
        return sum(len(message.content.split()) for message in messages) if self.has_counts else None


def make_messages(text: str = TEXT) -> tuple[Message, ...]:
    return (Message(role="system", content="Be brief."), Message(role="user", content=text))


@pytest.mark.anyio
async def test_far_below_the_limit_nobody_is_asked() -> None:
    model = CountingModel()
    counter = TokenCounter(model, model="m")
    assert await counter.count(make_messages(), tokens_max=10_000) == counter.estimate(make_messages())
    assert model.counted == 0


@pytest.mark.anyio
async def test_near_the_limit_the_server_counts_equal_messages_once() -> None:
    model = CountingModel()
    counter = TokenCounter(model, model="m")
    for _ in range(3):
        assert await counter.count(make_messages(), tokens_max=200) == 172
    assert model.counted == 1
    await counter.count(make_messages(TEXT + "more"), tokens_max=200)
    assert model.counted == 2


@pytest.mark.anyio
async def test_what_the_server_counts_is_learnt() -> None:
    counter = TokenCounter(CountingModel(), model="m")
    before = counter.estimate(make_messages())
    counted = await counter.count(make_messages(), tokens_max=200)
    assert counter.learner.ratio.samples == 1
    assert counter.estimate(make_messages()) == pytest.approx(counted * (1 + RESERVE))
    assert counter.estimate(make_messages()) < before


@pytest.mark.anyio
async def test_a_server_that_has_no_count_is_asked_once() -> None:
    model = CountingModel(has_counts=False)
    counter = TokenCounter(model, model="m")
    for text in ("a", "b"):
        assert await counter.count(make_messages(TEXT + text), tokens_max=10) > 10
    assert model.counted == 1


@pytest.mark.anyio
@pytest.mark.parametrize("failure", [ModelUnavailableError("gone"), ZeroDivisionError("a plugin's own fault")])
async def test_a_count_that_fails_leaves_the_estimate(failure: Exception) -> None:
    counter = TokenCounter(CountingModel(failure), model="m")
    assert await counter.count(make_messages(), tokens_max=10) == counter.estimate(make_messages())


def test_usage_of_replies_teaches_the_estimate() -> None:
    counter = TokenCounter(ScriptedModel(), model="m")
    plain = counter.estimate(make_messages())
    counter.learn(make_messages(), prompt_tokens=round(plain / (1 + RESERVE) * 1.4))
    assert counter.estimate(make_messages()) == pytest.approx(plain * 1.4, rel=0.01)
    assert counter.estimate_text(TEXT) > 0


def test_the_next_run_begins_with_what_one_has_learnt() -> None:
    knowledge = ModelKnowledge()
    first, next_one = (knowledge.open_counter(ScriptedModel(), "m") for _ in range(2))
    plain = next_one.estimate(make_messages())
    for _ in range(20):
        first.learn(make_messages(), prompt_tokens=round(plain / (1 + RESERVE) * 1.4))
    assert next_one.estimate(make_messages()) == pytest.approx(plain * 1.4, rel=0.01)
    assert knowledge.open_counter(ScriptedModel(), "other").estimate(make_messages()) == plain
