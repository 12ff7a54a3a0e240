"""Steps of a plan: order, needs, and what a failure does."""

from collections.abc import Callable, Mapping, Sequence

import anyio
import pytest

from moe.running.dag import Step, drop_impossible_needs, run_steps

pytestmark = pytest.mark.anyio


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def make_step(told: list[str]) -> Callable[..., Step[str]]:
    def make(step_id: str, needs: Sequence[str] = (), *, waits: bool = True) -> Step[str]:
        async def run(before: Mapping[str, str]) -> str:
            told.append(f"+{step_id}")
            if waits:
                await anyio.lowlevel.checkpoint()
            told.append(f"-{step_id}")
            return f"{step_id}({','.join(before.values())})"

        return Step(step_id, needs, run)

    return make


async def test_no_steps_have_no_results():
    assert await run_steps([]) == {}


async def test_free_steps_start_in_plan_order_before_any_of_them_ends(make_step, told):
    results = await run_steps([make_step("a"), make_step("b"), make_step("c")])
    assert results == {"a": "a()", "b": "b()", "c": "c()"}
    assert told == ["+a", "+b", "+c", "-a", "-b", "-c"]


async def test_a_step_starts_when_all_it_needs_has_ended(make_step, told):
    results = await run_steps([make_step("a"), make_step("b"), make_step("c", ["a", "b"]), make_step("d", ["c"])])
    assert list(results.values()) == ["a()", "b()", "c(a(),b())", "d(c(a(),b()))"]
    assert told.index("+c") > told.index("-b")
    assert told.index("+d") > told.index("-c")


async def test_a_first_step_may_need_a_later_one(make_step, told):
    results = await run_steps([make_step("a", ["b"]), make_step("b")])
    assert list(results) == ["a", "b"]
    assert told == ["+b", "-b", "+a", "-a"]


@pytest.mark.parametrize("failing", [0, 1])
async def test_a_step_that_raises_ends_the_others(make_step, told, failing):
    async def fail(before: Mapping[str, str]) -> str:
        raise ValueError("no")

    async def wait(before: Mapping[str, str]) -> str:
        await anyio.sleep_forever()
        raise AssertionError

    steps = [Step("waiting", [], wait)]
    steps.insert(failing, Step("failing", [], fail))
    with anyio.fail_after(5), pytest.raises(ExceptionGroup) as caught:
        await run_steps(steps)
    assert caught.group_contains(ValueError, match="no")


async def test_a_step_that_needs_an_unknown_one_is_refused(make_step):
    with pytest.raises(ExceptionGroup) as caught:
        await run_steps([make_step("a", ["nobody"])])
    assert caught.group_contains(KeyError)


async def test_needs_that_name_no_earlier_step_are_dropped():
    assert drop_impossible_needs({"a": ["b"], "b": ["a", "a", "x"], "c": ["c", "b"]}) == {
        "a": (),
        "b": ("a",),
        "c": ("b",),
    }
