"""moe: its own runs, router, prompts, Camina and Belters, over a model plugin that answers at once.

Camina plans, four Belters decompose and merge, and Camina writes the answer, so 16 Drummer tasks are 26 model calls;
with 11 Drummer tasks they are 21. Drummers without tools bring one note each. Two Belters are given, as the peers'
graphs are fixed (with one, no plan would be asked for); in the way "routed" the router chooses and explains its choice
before that. The project is in ../project.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from measuring import FAN_OUT, WITH_JOINS, WITHOUT_JOINS, Way, measure_and_print

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.environment import RunEnvironment
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe_core.contracts.agent import Role
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status

PROJECT = Path(__file__).parents[1] / "project"
HANDS = {WITHOUT_JOINS: (3, 3, 3, 2), WITH_JOINS: (4, 4, 4, 4)}
QUESTION = "Research what the harbour's archive says about the mill, and who rebuilt it"
BELTERS = ("research", "analysis")
FIXED = Route(route=BELTERS[0], belters=BELTERS, scores={}, runner_up="", why="both are asked for")


class FixedRoute(RunEnvironment):
    """An environment in which every request goes to the same Belters."""

    def route(self, request: RunRequest, *, has_documents: bool) -> Route:
        """The Belters of the benchmark."""
        return FIXED


class RoutedToBoth(RunEnvironment):
    """An environment in which the router has its say, and two Belters work whatever it says."""

    def route(self, request: RunRequest, *, has_documents: bool) -> Route:
        """What the router says, with the Belters of the benchmark."""
        return replace(super().route(request, has_documents=has_documents), belters=BELTERS)


class Runner:
    """Runs one project's engines, and counts the model calls that their results tell."""

    def __init__(self, app: App, *, is_recorded: bool, is_routed: bool) -> None:
        self._app = app
        self._kind = RoutedToBoth if is_routed else FixedRoute
        self._store = RunStore(app.workspace) if is_recorded else None
        self._run_ids: dict[str, str] = {}
        self.seconds = 0.0
        self.calls = 0

    def make_chain(
        self, name: str, hands: tuple[int, ...], *, top: Role = Role.CAMINA
    ) -> Callable[[], Awaitable[None]]:
        """A run whose plans have these sizes; made when it first runs, with the delay that holds then."""
        request = RunRequest(question=QUESTION, top=top, belter=BELTERS[0] if top is Role.BELTER else None)
        environment: RunEnvironment | None = None

        async def run() -> None:
            nonlocal environment
            if environment is None:
                environment = self._build_environment(hands=list(hands), seconds=self.seconds)
            result = await Run(environment, request).finish()
            if result.status is not Status.DONE or result.degraded:
                raise SystemExit(f"moe did not do its work: {result.error or result.observer}")
            self.calls += result.usage.requests
            self._run_ids[name] = result.run_id

        return run

    def close(self) -> Mapping[str, object]:
        """What the record holds of the last run of each chain: its events, and among them the model's calls."""
        if self._store is None:
            return {}
        kinds = {
            name: Counter(str(event.kind) for event in self._store.get_run(run_id).events)
            for name, run_id in self._run_ids.items()
        }
        self._store.close()
        return {
            "events": {name: counts.total() for name, counts in kinds.items()},
            "model_calls_recorded": {name: counts["model.called"] for name, counts in kinds.items()},
        }

    def _build_environment(self, **options: object) -> RunEnvironment:
        overrides = {"providers.providers": {"instant": {"options": options}}}
        config = App.open(self._app.project, overrides=overrides, environ={"MOE_TRUST": "/"}).config
        return self._kind.build(self._app.registry, config, store=self._store, index=self._app.index.store)


def make_way(app: App, name: str, recording: str, *, is_routed: bool = False) -> Way:
    runner = Runner(app, is_recorded=bool(recording), is_routed=is_routed)
    fan_out = runner.make_chain("fan-out", (FAN_OUT,), top=Role.BELTER)
    return Way(
        name=name,
        recording=recording,
        chains={calls: runner.make_chain(str(calls), hands) for calls, hands in HANDS.items()},
        fan_out=fan_out,
        fan_out_calls=FAN_OUT + 2,  # the Belter's plan and its merging, which take no time
        count_calls=lambda: runner.calls,
        set_seconds=lambda seconds: setattr(runner, "seconds", seconds),
        close=runner.close,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = App.open(Path(shutil.copytree(PROJECT, Path(folder) / "project")), environ={"MOE_TRUST": "/"})
        kept = "every event, on disk"
        measure_and_print(
            "moe-core",
            lambda: [
                make_way(app, "moe", ""),
                make_way(app, "moe, recorded", kept),
                make_way(app, "moe, recorded, routed", kept, is_routed=True),
            ],
        )


if __name__ == "__main__":
    main()
