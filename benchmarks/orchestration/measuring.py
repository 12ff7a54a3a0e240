"""How every framework is measured: the same loop, the same model behind it, and no import but the standard library's.

Each file in peers/ is a program: run.py starts it in that framework's own environment as `python -P peers/NAME.py`
with this folder on PYTHONPATH (-P, because a file may have the name of the package it imports). It prints one JSON
object.

A chain is a lead who hands work to 4 workers, each of whom hands work to 4 hands. Without joins that is 1 + 4 + 16 = 21
model calls; with joins each worker and the lead call the model once more to join what came back: 26.
"""

import argparse
import asyncio
import json
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol

WORKERS = 4
HANDS = 4
WITHOUT_JOINS = 1 + WORKERS + WORKERS * HANDS
WITH_JOINS = WITHOUT_JOINS + WORKERS + 1
FAN_OUT = 200
FAN_OUT_SECONDS = 0.05


class Model:
    """Answers at once, or after a while; counts its calls."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.calls = 0

    async def answer(self, prompt: str) -> str:
        """Two letters, whatever was asked."""
        self.calls += 1
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "ok"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to run a framework.

    Attributes:
        name: As the table has it.
        recording: What is kept of a chain, and where; "" when nothing is.
        chains: Runs one chain, by the number of its model calls.
        fan_out: Makes FAN_OUT calls at once.
        fan_out_calls: How many model calls it makes, those before and after the fan-out included.
        count_calls: Model calls so far.
        set_seconds: Makes every call of `fan_out` take that long.
        close: Called at the end; what it returns goes into the report.
    """

    name: str
    recording: str
    chains: Mapping[int, Callable[[], Awaitable[object]]]
    fan_out: Callable[[], Awaitable[object]]
    fan_out_calls: int = FAN_OUT
    count_calls: Callable[[], int]
    set_seconds: Callable[[float], None]
    close: Callable[[], Mapping[str, object]] = field(default=dict)


class Crew(Protocol):
    """Agents of a framework, as its peer writes them."""

    def run_chain(self, *, joins: bool) -> Awaitable[object]:
        """Run a chain, with the calls that join or without."""
        ...

    def run_fan_out(self) -> Awaitable[object]:
        """Make FAN_OUT calls at once."""
        ...


def make_way(name: str, recording: str, model: "Model", crew: Crew) -> Way:
    """The way of a crew whose calls the model counts."""
    return Way(
        name=name,
        recording=recording,
        chains={
            WITHOUT_JOINS: lambda: crew.run_chain(joins=False),
            WITH_JOINS: lambda: crew.run_chain(joins=True),
        },
        fan_out=crew.run_fan_out,
        count_calls=lambda: model.calls,
        set_seconds=lambda seconds: setattr(model, "seconds", seconds),
    )


def measure_and_print(package: str, ways: Callable[[], Sequence[Way]]) -> None:
    """Measure a framework's ways one after the other; print the milliseconds of every chain and fan-out."""
    parser = argparse.ArgumentParser(description=f"Measure {package or 'bare asyncio'} and print JSON")
    parser.add_argument("--chains", type=int, default=60)
    parser.add_argument("--warm-up", type=int, default=10)
    parser.add_argument("--fan-outs", type=int, default=5)
    wanted = parser.parse_args()
    report = {
        "package": f"{package} {version(package)}" if package else "",
        "python": platform.python_version(),
        "ways": asyncio.run(_measure(ways, wanted)),
    }
    json.dump(report, sys.stdout)


async def _measure(ways: Callable[[], Sequence[Way]], wanted: argparse.Namespace) -> list[dict[str, object]]:
    found = []
    for way in ways():
        chains = {calls: await _time_chain(way, calls, wanted) for calls in way.chains}
        fan_outs = await _time_fan_out(way, wanted.fan_outs)
        found.append(
            {
                "name": way.name,
                "recording": way.recording,
                "cpu_ms": chains,
                "fan_out_ms": fan_outs,
                **way.close(),
            }
        )
    return found


async def _time_chain(way: Way, calls: int, wanted: argparse.Namespace) -> list[float]:
    spent = []
    for number in range(wanted.warm_up + wanted.chains):
        before, started = way.count_calls(), time.process_time()
        await way.chains[calls]()
        seconds = time.process_time() - started
        _check(way, way.count_calls() - before, calls)
        if number >= wanted.warm_up:
            spent.append(1000 * seconds)
    return spent


async def _time_fan_out(way: Way, times: int) -> list[float]:
    spent = []
    way.set_seconds(FAN_OUT_SECONDS)
    for number in range(times + 2):
        before, started = way.count_calls(), time.perf_counter()
        await way.fan_out()
        seconds = time.perf_counter() - started
        _check(way, way.count_calls() - before, way.fan_out_calls)
        if number >= 2:
            spent.append(1000 * seconds)
    way.set_seconds(0.0)
    return spent


def _check(way: Way, made: int, wanted: int) -> None:
    if made != wanted:
        raise SystemExit(f"{way.name} made {made} model calls in place of {wanted}")
