"""The same with a real model behind a real server; a tiny one, which knows nothing and fills any schema."""

from typing import Any

import pytest

from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio

QUESTION = "Who designed the lighthouse at Quillon Point?"
HANDFUL = ["fake-system-turn.txt", "fake-tool-call.txt", "plan-in-text.md", "fence-end.txt", "german.txt"]


@pytest.mark.parametrize("name", HANDFUL)
async def test_a_real_server_plans_and_calls_as_if_the_attack_were_not_there(
    make_bench: Any, tiny_server: Any, name: str
) -> None:
    bench = make_bench(**{"providers.providers": {"openai": {"base_url": tiny_server.url}}})
    attacked = await bench.run(name, QUESTION, provider="openai", model=tiny_server.model)
    plain = await bench.run(name, QUESTION, provider="openai", model=tiny_server.model, with_attack=False)
    assert attacked.result.status is Status.DONE
    planned = [instruction for place, _, instruction in attacked.tasks if place.count("/") > 1]
    assert planned
    assert QUESTION not in planned  # the model made the plan, not the fallback, which would repeat the question
    assert attacked == plain
    assert bench.server.seen == []
