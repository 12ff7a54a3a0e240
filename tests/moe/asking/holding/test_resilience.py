"""Calls that come through: with a model by script, and with real servers that misbehave."""

import time
from functools import partial

import anyio
import pytest

from moe.asking.holding.breaker import BreakerState
from moe.asking.holding.guard import GuardedCall
from moe.asking.holding.resilience import Resilience
from moe.asking.settings import ModelSettings, ProviderEntry, ProvidersSettings, ResilienceSettings
from moe.configuration import Config, SystemSettings
from moe_core.contracts.errors import (
    BudgetSpentError,
    ContextOverflowError,
    DeadlineError,
    InvalidOutputError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_core.contracts.event import EventKind
from moe_core.contracts.model import ProviderSettings
from moe_core.testing.doubles import ScriptedModel
from moe_core.testing.values import make_request
from moe_kit.serving.openai_protocol import OpenAIProtocolProvider


class FakeClock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Setting:
    """A Resilience whose waits take no time, with a clock that moves as they would."""

    def __init__(self, *, entry=None, model=None, sleep=None, **resilience):
        self.clock = FakeClock()
        self.waits: list[float] = []
        self.told: list[tuple[EventKind, dict]] = []
        self.record = GuardedCall()
        config = Config(
            system=SystemSettings(resilience=ResilienceSettings(**resilience)),
            providers=ProvidersSettings(providers={"scripted": entry or ProviderEntry()}),
            models={"m": model or ModelSettings()},
        )
        self.resilience = Resilience(config, clock=self.clock, sleep=sleep or self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.now += seconds

    async def call(self, provider, ask=None, *, model="m", **options):
        request = make_request("Who built the mill?", model=model)
        self.record.deadline, self.record.admit = options.get("deadline"), options.get("admit")
        self.record.tell = lambda kind, **data: self.told.append((kind.kind, data))
        guard = self.resilience.guard(provider, model)
        return await guard.call(ask or partial(provider.generate, request), self.record)

    def kinds(self):
        return [kind for kind, _ in self.told]


def unavailable(retry_after=None):
    return ModelUnavailableError("scripted is overloaded", retry_after=retry_after)


@pytest.fixture
async def open_openai():
    opened = []

    class Server(OpenAIProtocolProvider):
        name = "served"
        summary = "for tests"

    def open_one(url, *, timeout_seconds=20.0):
        opened.append(Server(ProviderSettings(base_url=url, timeout_seconds=timeout_seconds)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.close()


# Retries.


@pytest.mark.anyio
async def test_a_failure_that_passes_is_asked_again():
    setting = Setting()
    model = ScriptedModel([unavailable(), unavailable(), "an answer"])
    assert (await setting.call(model)).text == "an answer"
    assert (setting.record.requests, setting.record.retries) == (3, 2)
    assert setting.kinds() == [EventKind.MODEL_RETRIED] * 2
    assert [data["error"] for _, data in setting.told] == ["model_unavailable", "model_unavailable"]
    assert [data["wait_seconds"] for _, data in setting.told] == setting.waits
    assert setting.record.waited_seconds == pytest.approx(sum(setting.waits))


@pytest.mark.anyio
async def test_waits_are_random_below_a_bound_that_doubles():
    firsts, seconds, thirds = [], [], []
    for _ in range(60):
        setting = Setting(attempts_max=4, wait_first_seconds=2.0, wait_max_seconds=5.0, breaker_failures=99)
        with pytest.raises(ModelUnavailableError):
            await setting.call(ScriptedModel(unavailable()))
        for waits, wait in zip((firsts, seconds, thirds), setting.waits, strict=True):
            waits.append(wait)
    for waits, bound in ((firsts, 2.0), (seconds, 4.0), (thirds, 5.0)):
        assert 0 <= min(waits) < bound / 3
        assert bound * 2 / 3 < max(waits) <= bound


@pytest.mark.anyio
async def test_the_last_failure_is_told_when_all_attempts_fail():
    setting = Setting(attempts_max=2)
    model = ScriptedModel([unavailable(), ModelTimeoutError("too slow"), "never asked"])
    with pytest.raises(ModelTimeoutError, match="too slow"):
        await setting.call(model)
    assert setting.record.requests == len(model.requests) == 2


@pytest.mark.anyio
@pytest.mark.parametrize(
    "error",
    [
        ModelRefusedError("m"),
        ModelMissingError("m"),
        ContextOverflowError("m"),
        InvalidOutputError("m"),
        ValueError("a bug"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_asking_again_does_not_mend_is_raised_at_once(error):
    setting = Setting()
    with pytest.raises(type(error)) as caught:
        await setting.call(ScriptedModel(error))
    assert caught.value is error
    assert setting.record.requests == 1
    assert not setting.waits


@pytest.mark.anyio
async def test_the_server_is_left_alone_as_long_as_it_asks():
    setting = Setting(wait_first_seconds=0.5)
    await setting.call(ScriptedModel([unavailable(retry_after=7.0), "an answer"]))
    assert 7.0 <= setting.waits[0] <= 7.5


@pytest.mark.anyio
async def test_a_wait_beyond_the_deadline_is_not_begun():
    setting = Setting()
    error = unavailable(retry_after=60.0)
    with pytest.raises(ModelUnavailableError) as caught:
        await setting.call(ScriptedModel(error), deadline=time.time() + 30)
    assert caught.value is error
    assert not setting.waits


@pytest.mark.anyio
async def test_a_budget_that_is_spent_ends_the_retries():
    setting = Setting()

    def refuse():
        raise BudgetSpentError("the run's budget of 1 requests is not enough")

    with pytest.raises(BudgetSpentError):
        await setting.call(ScriptedModel(unavailable()), admit=refuse)
    assert setting.record.requests == 1


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_cancellation_passes_through_at_once():
    setting = Setting(local_max_concurrent=1, entry=ProviderEntry(max_concurrent=1))
    model = ScriptedModel("never", delay_seconds=3600)
    with anyio.move_on_after(0.02) as scope:
        await setting.call(model)
    assert scope.cancelled_caught
    assert len(model.requests) == 1
    assert (await setting.call(ScriptedModel("the place is free again"))).text == "the place is free again"


# The breaker.


@pytest.mark.anyio
async def test_a_server_that_keeps_failing_is_left_alone_and_then_tried():
    setting = Setting(attempts_max=1, breaker_failures=3, breaker_rest_seconds=30)
    model = ScriptedModel([*[unavailable()] * 3, "well again", "still well"])
    for _ in range(3):
        with pytest.raises(ModelUnavailableError):
            await setting.call(model)
    with pytest.raises(ModelUnavailableError) as caught:
        await setting.call(model)
    error = caught.value
    assert (
        error.message
        == "scripted failed too often in a row and is asked again in 30 s; the last time: scripted is overloaded"
    )
    assert not error.retryable
    assert len(model.requests) == 3
    setting.clock.now += 30
    assert (await setting.call(model)).text == "well again"
    assert (await setting.call(model)).text == "still well"
    assert setting.kinds() == [EventKind.BREAKER_OPENED, EventKind.BREAKER_CLOSED]


@pytest.mark.anyio
async def test_a_server_that_asks_to_be_left_alone_for_long_is():
    setting = Setting(attempts_max=1, breaker_failures=1, breaker_rest_seconds=10)
    with pytest.raises(ModelUnavailableError):
        await setting.call(ScriptedModel(unavailable(retry_after=90)))
    setting.clock.now += 89
    with pytest.raises(ModelUnavailableError, match="asked again in 1 s"):
        await setting.call(ScriptedModel("too early"))


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_nobody_queues_for_a_server_that_is_left_alone():
    setting = Setting(attempts_max=1, breaker_failures=1, entry=ProviderEntry(max_concurrent=2))
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(setting.call, ScriptedModel("slow", delay_seconds=3600))
        await anyio.wait_all_tasks_blocked()
        breaker = setting.resilience.guard(ScriptedModel("any"), "m").breaker
        breaker.record_failure(breaker.admit())
        with anyio.fail_after(60), pytest.raises(ModelUnavailableError, match="asked again in"):
            await setting.call(ScriptedModel("an answer"))
        group.cancel_scope.cancel()


@pytest.mark.anyio
async def test_what_one_run_learns_of_a_server_all_runs_know():
    setting = Setting(attempts_max=1, breaker_failures=1)
    with pytest.raises(ModelUnavailableError):
        await setting.call(ScriptedModel(unavailable()))
    other_run = ScriptedModel("an answer")
    with pytest.raises(ModelUnavailableError, match="asked again in"):
        await setting.call(other_run, model="another model of the server")
    elsewhere = ScriptedModel("from elsewhere", ProviderSettings(base_url="http://127.0.0.1:2"))
    assert (await setting.call(elsewhere)).text == "from elsewhere"
    assert not other_run.requests


@pytest.mark.anyio
async def test_retries_end_when_the_server_is_to_be_left_alone():
    setting = Setting(attempts_max=9, breaker_failures=2, breaker_rest_seconds=1000)
    with pytest.raises(ModelUnavailableError) as caught:
        await setting.call(ScriptedModel(unavailable()))
    assert caught.value.message == "scripted is overloaded"
    assert setting.record.requests == 2


@pytest.mark.anyio
async def test_a_refusal_shows_that_the_server_lives():
    setting = Setting(attempts_max=1, breaker_failures=2)
    model = ScriptedModel([unavailable(), ModelMissingError("no such model"), unavailable(), "an answer"])
    for _ in range(3):
        with pytest.raises((ModelUnavailableError, ModelMissingError)):
            await setting.call(model)
    assert (await setting.call(model)).text == "an answer"


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_cancelled_trial_leaves_the_trial_to_the_next():
    setting = Setting(attempts_max=1, breaker_failures=1, breaker_rest_seconds=10)
    with pytest.raises(ModelUnavailableError):
        await setting.call(ScriptedModel(unavailable()))
    setting.clock.now += 10
    with anyio.move_on_after(0.02):
        await setting.call(ScriptedModel("never", delay_seconds=3600))
    assert (await setting.call(ScriptedModel("the next"))).text == "the next"


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_deadline_too_short_to_tell_does_not_count_against_the_server():
    setting = Setting(attempts_max=1, breaker_failures=1)
    with pytest.raises(DeadlineError):
        await setting.call(ScriptedModel("late", delay_seconds=3600), deadline=time.time() + 0.02)
    breaker = setting.resilience.guard(ScriptedModel("any"), "m").breaker
    assert breaker.state is BreakerState.CLOSED


# Time.


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_provider_that_goes_on_when_it_is_cancelled_is_cancelled_again():
    heard = []

    async def retry_whatever_comes():
        while True:
            try:
                await anyio.sleep(3600)
            except BaseException:
                heard.append(anyio.current_time())
                if len(heard) > 2:
                    raise

    started = anyio.current_time()
    setting = Setting(attempts_max=1)
    model = ScriptedModel("late", ProviderSettings(timeout_seconds=5.0))
    with pytest.raises(ModelTimeoutError, match="did not answer within 5 s"):
        await setting.call(model, retry_whatever_comes)
    assert [round(at - started) for at in heard] == [5, 6, 7]


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_provider_that_keeps_no_time_is_held_to_its_timeout():
    setting = Setting(attempts_max=2)
    model = ScriptedModel("late", ProviderSettings(timeout_seconds=0.02), delay_seconds=3600)
    with pytest.raises(ModelTimeoutError, match=r"scripted did not answer within 0.02 s"):
        await setting.call(model)
    assert setting.record.requests == 1, "the same words would take the same time"


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_the_deadline_ends_a_call_for_good():
    setting = Setting()
    model = ScriptedModel("late", delay_seconds=3600)
    with pytest.raises(DeadlineError, match="had not answered when the time was over"):
        await setting.call(model, deadline=time.time() + 0.03)
    with pytest.raises(DeadlineError):
        await setting.call(model, deadline=time.time() - 1)
    assert setting.record.requests == len(model.requests) == 1


@pytest.mark.anyio
async def test_a_timeout_of_the_providers_own_is_a_model_timeout():
    setting = Setting(attempts_max=1)

    async def ask():
        raise TimeoutError

    with pytest.raises(ModelTimeoutError):
        await setting.call(ScriptedModel(), ask)


# Turns.


class Crowd:
    """Counts who is inside at the same time."""

    def __init__(self):
        self.inside = self.most = 0

    async def visit(self):
        self.inside += 1
        self.most = max(self.most, self.inside)
        await anyio.sleep(0.001)
        self.inside -= 1

    async def gather(self, call, times: int):
        async with anyio.create_task_group() as group:
            for _ in range(times):
                group.start_soon(call)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"entry": ProviderEntry(max_concurrent=3)}, 3),
        ({"model": ModelSettings(max_concurrent=2)}, 2),
        ({"entry": ProviderEntry(max_concurrent=2), "model": ModelSettings(max_concurrent=5)}, 2),
        ({}, 12),
    ],
)
async def test_calls_take_turns_as_configured(limits, most):
    setting, crowd, provider = Setting(**limits), Crowd(), ScriptedModel()
    await crowd.gather(lambda: setting.call(provider, crowd.visit), 12)
    assert crowd.most == most
    assert (setting.record.waited_seconds > 0) == (most < 12)


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["given up", "cancelled", "not begun"])
@pytest.mark.virtual_time
async def test_a_call_that_does_not_get_all_its_turns_keeps_none(how):
    setting = Setting(model=ModelSettings(max_concurrent=2), entry=ProviderEntry(max_concurrent=1))
    slow = ScriptedModel("slow", delay_seconds=3600)
    async with anyio.create_task_group() as group:
        group.start_soon(partial(setting.call, slow, model="other"))
        await anyio.wait_all_tasks_blocked()
        for _ in range(3):
            if how == "cancelled":
                with anyio.move_on_after(0.01):
                    await setting.call(slow)
            else:
                with pytest.raises(DeadlineError):
                    await setting.call(slow, deadline=time.time() + (0.01 if how == "given up" else -1))
        group.cancel_scope.cancel()
    crowd = Crowd()
    with anyio.fail_after(60):
        await crowd.gather(lambda: setting.call(slow, crowd.visit), 3)
    assert len(slow.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "limits", [{"entry": ProviderEntry(max_concurrent=2)}, {"model": ModelSettings(max_concurrent=2)}]
)
@pytest.mark.virtual_time
async def test_instances_of_a_provider_take_turns_together(limits):
    setting, crowd = Setting(**limits), Crowd()
    runs = [ScriptedModel(settings=ProviderSettings(timeout_seconds=seconds)) for seconds in (10, 20)]
    await crowd.gather(lambda: setting.call(runs.pop() if runs else ScriptedModel(), crowd.visit), 8)
    assert crowd.most == 2


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_instances_of_a_provider_keep_each_its_own_time():
    setting = Setting(attempts_max=1)
    await setting.call(ScriptedModel(settings=ProviderSettings(timeout_seconds=60)))
    hasty = ScriptedModel("late", settings=ProviderSettings(timeout_seconds=0.05), delay_seconds=3600)
    with anyio.fail_after(20), pytest.raises(ModelTimeoutError, match=r"within 0\.05 s"):
        await setting.call(hasty)


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_who_waits_for_a_model_keeps_nobody_from_its_server():
    setting = Setting(model=ModelSettings(max_concurrent=1), entry=ProviderEntry(max_concurrent=2))
    slow = ScriptedModel("slow", delay_seconds=3600)
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(setting.call, slow)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(60):
            assert (await setting.call(ScriptedModel("at once"), model="other")).text == "at once"
        group.cancel_scope.cancel()


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_call_that_waits_until_its_deadline_has_no_time_left():
    setting = Setting(entry=ProviderEntry(max_concurrent=1))
    provider = ScriptedModel("late", delay_seconds=3600)
    deadline = time.time() + 0.05

    async def run_late(errors):
        try:
            await setting.call(provider, deadline=deadline)
        except DeadlineError as error:
            errors.append(error)

    errors = []
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(run_late, errors)
    assert len(errors) == 3
    assert len(provider.requests) == 1


@pytest.mark.anyio
async def test_a_server_on_this_machine_has_a_limit_unless_told_otherwise(open_openai):
    provider, crowd = open_openai("http://127.0.0.1:9/v1"), Crowd()
    setting = Setting()
    await crowd.gather(lambda: setting.call(provider, crowd.visit), 12)
    assert crowd.most == 4
    setting, crowd = Setting(local_max_concurrent=None), Crowd()
    await crowd.gather(lambda: setting.call(provider, crowd.visit), 12)
    assert crowd.most == 12


@pytest.mark.anyio
async def test_a_wait_between_attempts_keeps_no_place():
    inside = []

    async def sleep(seconds):
        guard = setting.resilience.guard(provider, "m")
        reply = await guard.call(partial(provider.generate, make_request("?", model="m")), GuardedCall())
        inside.append(reply.text)

    setting = Setting(entry=ProviderEntry(max_concurrent=1), sleep=sleep)
    provider = ScriptedModel([unavailable(), "the other's answer", "an answer"])
    assert (await setting.call(provider)).text == "an answer"
    assert inside == ["the other's answer"]


@pytest.mark.anyio
async def test_a_call_whose_turn_cannot_come_in_time_says_so_at_once():
    setting = Setting(model=ModelSettings(requests_per_minute=2))
    provider = ScriptedModel("an answer")
    for _ in range(2):
        await setting.call(provider)
    with pytest.raises(ModelUnavailableError, match="not be this call's turn at scripted before the time") as caught:
        await setting.call(provider, deadline=time.time() + 30)
    assert not caught.value.retryable
    assert "requests_per_minute" in caught.value.hint
    assert len(provider.requests) == 2


# Real servers that misbehave.


@pytest.mark.anyio
async def test_a_busy_server_is_asked_again_after_the_time_it_names(faulty_server, open_openai):
    faulty_server.plan("too_many_requests", times=2, retry_after=3)
    setting = Setting()
    reply = await setting.call(open_openai(faulty_server.url))
    assert reply.text
    assert len(faulty_server.questions()) == setting.record.requests == 3
    assert all(wait >= 3 for wait in setting.waits)


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["server_error", "hang_up", "reset", "truncated", "malformed_json"])
async def test_what_passes_is_overcome(faulty_server, open_openai, fault):
    faulty_server.plan(fault)
    setting = Setting()
    assert (await setting.call(open_openai(faulty_server.url))).text
    assert setting.record.retries == 1


@pytest.mark.anyio
async def test_a_key_that_is_refused_is_not_tried_again(faulty_server, open_openai):
    faulty_server.plan("unauthorized", times=None)
    setting = Setting()
    with pytest.raises(ModelRefusedError):
        await setting.call(open_openai(faulty_server.url))
    assert len(faulty_server.questions()) == 1


@pytest.mark.anyio
async def test_a_server_that_is_gone_is_left_alone_after_some_calls(dead_url, open_openai):
    setting = Setting(attempts_max=3, breaker_failures=5)
    provider = open_openai(dead_url)
    for _ in range(2):
        with pytest.raises(ModelUnavailableError, match="cannot be reached"):
            await setting.call(provider)
    with pytest.raises(ModelUnavailableError, match="is asked again in"):
        await setting.call(provider)
    assert setting.record.requests == 5


def test_a_server_s_limits_are_shared_by_those_who_ask_it():
    providers = ProvidersSettings(providers={"scripted": ProviderEntry(max_concurrent=8)})
    resilience = Resilience(Config(providers=providers, models={"m": ModelSettings(max_concurrent=6)}))
    guard = resilience.guard(ScriptedModel(), "m")
    resilience.share(2, 1)
    assert "0 of 3 in" in repr(guard._limiters[0])
    assert "0 of 4 in" in repr(guard._limiters[1])
    later = resilience.guard(ScriptedModel(), "other")  # one that is asked first after that
    assert "0 of 4 in" in repr(later._limiters[0])
    resilience.share(1, 1)
    assert "0 of 6 in" in repr(guard._limiters[0])
