"""What resilience, budgets and the response cache cost a call when nothing goes wrong.

    python benchmarks/resilience.py [--rounds 15]

CPU is user + system time of the process (time.process_time). Each round makes 2,000 calls of an instant model each way,
in turns, and the median of the rounds is printed in µs a call beyond the bare await, which is the first line.
The second table makes 200 calls of 50 ms at once, in wall time; its ratio is to the same with bare awaits.
    guard         breaker, deadline, retries: `CallGuard.call`
    guard, turns  the same with limits of 1,000 at once for the server and for the model
    budget        `BudgetLedger.reserve` and `settle`, a limit of each kind for the run and for the layer
    all           guard by its name, turns, budget and price: what every call pays at most without the cache
    cache key     `make_key` of a request with 6 kB of messages
    cache hit     the key, and reading an answer of 1 kB from disk
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio

from moe.asking.holding.guard import GuardedCall
from moe.asking.holding.resilience import Resilience
from moe.asking.servers.cache import ResponseCache, make_key
from moe.asking.settings import ModelSettings, PriceSettings, ProviderEntry, ProvidersSettings
from moe.asking.spending.budget import BudgetLedger
from moe.asking.spending.prices import PriceList
from moe.configuration import Config
from moe.contracts.budget import Budget, Budgets
from moe.storage.workspace import open_workspace
from moe_core.contracts.agent import Role
from moe_core.contracts.messages import Grounding, Message, ModelReply, ModelRequest, Purpose, Usage
from moe_core.testing.doubles import ScriptedModel

CALLS = 2_000
FAN_OUT = 200
FAN_OUT_SECONDS = 0.05
REQUEST = ModelRequest(
    model="m",
    messages=(Message(role="system", content="s" * 2_000), Message(role="user", content="u" * 4_000)),
    grounding=Grounding(purpose=Purpose.EXECUTE, question="q"),
    parameters={"seed": 0, "temperature": 0.2},
)
REPLY = ModelReply(text="t" * 1_000, usage=Usage(prompt_tokens=1_500, completion_tokens=250, requests=1))
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
ESTIMATE = Usage(prompt_tokens=1_500, completion_tokens=400, requests=1, cost=0.01)
PLENTY = Budget(max_tokens=10**12, max_requests=10**9, max_seconds=1e9, max_cost=1e9)

Way = Callable[[], Awaitable[object]]


async def answer() -> ModelReply:
    return REPLY


async def answer_slowly() -> ModelReply:
    await anyio.sleep(FAN_OUT_SECONDS)
    return REPLY


def build_ways(cache: ResponseCache, ask: Callable[[], Awaitable[ModelReply]]) -> dict[str, Way]:
    provider = ScriptedModel()
    limits = ModelSettings(max_concurrent=1_000, prices=PriceSettings(prompt_per_million=1, completion_per_million=2))
    entry = ProviderEntry(max_concurrent=1_000)
    config = Config(models={"m": limits}, providers=ProvidersSettings(providers={"scripted": entry}))
    free, turns = Resilience(Config()).guard(provider, "m"), Resilience(config)
    turned = turns.guard(provider, "m")
    prices = PriceList(config.models)
    ledger = BudgetLedger(Budgets(run=PLENTY, drummer=PLENTY))

    async def call(guard) -> ModelReply:
        return await guard.call(ask, GuardedCall(deadline=time.time() + 60))

    async def budget() -> None:
        with ledger.reserve(ESTIMATE, role=Role.DRUMMER) as reservation:
            reply = await ask()
            reservation.settle(reply.usage)

    async def everything() -> None:
        with ledger.reserve(ESTIMATE, role=Role.DRUMMER) as reservation:
            reply = await turns.guard(provider, "m").call(
                ask, GuardedCall(deadline=time.time() + 60, admit=reservation.extend)
            )
            reservation.settle(prices.price(reply.usage, "m"))

    async def key() -> None:
        make_key(REQUEST, provider="p", address="http://127.0.0.1:1", schema=SCHEMA)

    async def hit() -> None:
        cache.find(make_key(REQUEST, provider="p", address="http://127.0.0.1:1", schema=SCHEMA))

    return {
        "bare": ask,
        "guard": lambda: call(free),
        "guard, turns": lambda: call(turned),
        "budget": budget,
        "all": everything,
        "cache key": key,
        "cache hit": hit,
    }


async def measure(way: Way) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        await way()
    return (time.process_time() - started) / CALLS * 1e6


async def fan_out(way: Way) -> float:
    started = time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(FAN_OUT):
            group.start_soon(way)
    return (time.perf_counter() - started) * 1e3


async def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = ResponseCache(open_workspace(Path(folder)), max_bytes=1 << 20)
        await cache.keep(make_key(REQUEST, provider="p", address="http://127.0.0.1:1", schema=SCHEMA), REPLY)
        ways = build_ways(cache, answer)
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                taken[name].append(await measure(way))
        median = {name: statistics.median(times) for name, times in taken.items()}
        print(f"{'CPU, one call after the other':30}{'µs beyond bare':>16}")
        print(f"{'bare await':30}{median['bare']:16.2f}")
        for name in list(median)[1:]:
            print(f"{name:30}{median[name] - median['bare']:16.2f}")
        slow = build_ways(cache, answer_slowly)
        walls = {name: statistics.median([await fan_out(slow[name]) for _ in range(7)]) for name in ("bare", "all")}
        print(f"\n{f'{FAN_OUT} calls of 50 ms at once':30}{'ms':>16}")
        print(f"{'bare':30}{walls['bare']:16.1f}")
        print(f"{'all':30}{walls['all']:16.1f}   {walls['all'] / walls['bare']:.2f} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    anyio.run(main, parser.parse_args().rounds)
