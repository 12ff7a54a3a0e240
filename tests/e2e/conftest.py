"""A chain one of whose layers asks a faulty server, while the others ask a well one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from chain_server import ChainServer
from fault_policy import ATTEMPTS_MAX, BREAKER_FAILURES, PLACES, POLICIES, Ending
from faults import STALLS
from moe.app import App
from moe.asking.settings import ModelSettings, ProviderEntry, ProvidersSettings, ResilienceSettings
from moe.configuration import Config
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.knowledge.library import DocumentLibrary
from moe.running.environment import RunEnvironment
from moe.running.live import LiveRuns
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe_core.contracts.agent import Role
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status
from moe_core.loading.assembly import make_registry
from moe_core.loading.registry import Registry
from moe_core.loading.settings import RoleModels

MINUTES = Path(__file__).parents[2] / "examples" / "harbour" / "minutes"
QUESTION = "How much was left from the public appeal?"
DEADLINE_SECONDS = 30.0
STALL_SECONDS = 1.2  # what a server that stalls is given; long for a loopback server's well answers
OTHER = {"openai": "ollama", "ollama": "openai"}
LAYERS = ("camina", "belter", "drummer")


@dataclass
class FaultyChain:
    """One place of the chain with servers of its own: `server` for the layer there, `well` for the others."""

    place: str
    server: ChainServer
    well: ChainServer
    config: Config
    registry: Registry
    library: DocumentLibrary
    store: RunStore
    events: list[Event] = field(default_factory=list)
    live: LiveRuns = field(default_factory=LiveRuns)

    @property
    def layer(self) -> str:
        return "camina" if self.place == "answer" else self.place

    def plan(self, fault: str, times: int | None = None, **options: Any) -> None:
        """What happens to the requests at this place from now on."""
        for server in (self.server, self.well):
            server.forget()
        self.server.plan(fault, times, **(POLICIES[fault].options | options))

    async def run(
        self,
        *,
        provider: str = "openai",
        has_fallback: bool = True,
        timeout_seconds: float = 20.0,
        deadline_seconds: float = DEADLINE_SECONDS,
        url: str = "",
        changes: dict[str, Any] | None = None,
        on_event: Callable[[Event], None] | None = None,
        **request: Any,
    ) -> RunResult:
        """A whole run; only the layer at this place asks the faulty server, and by another provider than the rest.

        Args:
            url: A server in place of the faulty one.
            changes: To the bundled agents.
            on_event: Told of everything beside `events`.
            request: The request's other fields.
        """
        self.events.clear()

        def tell(event: Event) -> None:
            self.events.append(event)
            if on_event is not None:
                on_event(event)

        registry = change_agents(self.registry, **({} if has_fallback else {"fallbacks": ()}), **(changes or {}))
        config = self._configure(provider, timeout_seconds, url or self.server.url)
        wish = {"question": QUESTION, "belter": "research", "stream": self.place == "answer", **request}
        with anyio.fail_after(deadline_seconds + 10):
            environment = RunEnvironment.build(registry, config, store=self.store)
            self.live = environment.live
            request = RunRequest(**wish, deadline_seconds=deadline_seconds)
            return await Run(environment, request, library=self.library, on_event=tell).finish()

    async def wait_until_left(self) -> None:
        """Until no connection is open any more, nor an answer under way."""
        for server in (self.server, self.well):
            is_left = await anyio.to_thread.run_sync(server.wait_until, partial(_is_left, server))
            assert is_left, f"{self.place}: {server.open_connections()} connections to {server} are left open"

    def _configure(self, provider: str, timeout_seconds: float, url: str) -> Config:
        other = OTHER[provider]
        system = self.config.system.model_copy(
            update={
                "provider": provider,
                "mode": "full",  # measuring would be one more request
                "roles": RoleModels(**{role: "asked" if role == self.layer else "well" for role in LAYERS}),
                "resilience": ResilienceSettings(
                    attempts_max=ATTEMPTS_MAX,
                    breaker_failures=BREAKER_FAILURES,
                    wait_first_seconds=0.01,
                    wait_max_seconds=0.02,
                ),
            }
        )
        models = {
            "asked": ModelSettings(base="faulty", provider=provider, base_url=url),
            "well": ModelSettings(base="faulty", provider=other, base_url=self.well.url),
        }
        entries = {
            provider: ProviderEntry(timeout_seconds=timeout_seconds),
            other: ProviderEntry(timeout_seconds=60.0),
        }
        providers = ProvidersSettings(providers=entries)
        return self.config.model_copy(update={"system": system, "models": models, "providers": providers})


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FaultyChain]]:
    """A faulty chain for each place."""
    app = App.open(tmp_path_factory.mktemp("faults"), environ={"MOE_TRUST": "/"})
    library = app.open_library([str(MINUTES)])
    servers = [ChainServer() for _ in range(2 * len(PLACES))]
    with RunStore(app.workspace) as store:
        yield {
            place: FaultyChain(
                place, servers[2 * number], servers[2 * number + 1], app.config, app.registry, library, store
            )
            for number, place in enumerate(PLACES)
        }
    for server in servers:
        server.stop()


@pytest.fixture
def run_everywhere(chains: dict[str, FaultyChain]) -> Callable[..., Any]:
    """Runs with a fault at several places at once; gives how each ended, having looked whether it ended well."""

    async def run_all(
        fault: str,
        *,
        times: int | None = None,
        places: tuple[str, ...] = PLACES,
        options: dict[str, Any] | None = None,
        **how: Any,
    ) -> dict[str, Ending]:
        endings: dict[str, Ending] = {}
        how = {"timeout_seconds": STALL_SECONDS if fault in STALLS else 20.0, **how}

        async def run_one(place: str) -> None:
            chain = chains[place]
            chain.plan(fault, times, **(options or {}))
            result = await chain.run(**how)
            check_record(chain, result)
            endings[place] = read_ending(chain, result)

        async with anyio.create_task_group() as group:
            for place in places:
                group.start_soon(run_one, place)
        for place in places:  # the runs of an event loop share connections: the last to end closes them
            await chains[place].wait_until_left()
        return endings

    return run_all


def _is_left(server: ChainServer) -> bool:
    return not server.open_connections() and not server.answers_under_way()


def check_record(chain: FaultyChain, result: RunResult) -> None:
    """What happened is told and recorded from the run's beginning to its end."""
    told = [event for event in chain.events if event.kind is not EventKind.ANSWER_PIECE]
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert (told[0].kind, told[-1].kind) == (EventKind.RUN_STARTED, EventKind.RUN_FINISHED)
    record = chain.store.get_run(result.run_id)
    assert [event.kind for event in record.events] == [event.kind for event in told]
    assert record.result is not None
    assert record.result["status"] == record.events[-1].data.status == str(result.status)


def read_ending(chain: FaultyChain, result: RunResult) -> Ending:
    """A correct answer with citations, or one line that says what is wrong and one that says what to do."""
    error = result.error
    if error is None:
        assert result.status is Status.DONE
        assert result.answer
        assert result.citations
    else:
        assert result.status is Status.FAILED
        assert (result.answer, result.citations) == ("", ())
        for line in (error.message, error.hint):
            assert line
            assert len(line.splitlines()) == 1
    requests = len(chain.server.questions())
    return Ending(error=error.code if error else "", is_degraded=result.degraded, requests=requests)


def change_agents(registry: Registry, **changes: Any) -> Registry:
    """The same registry with all its agents changed; Drummers answer in a form, so that their models are asked."""
    parts = (registry.tools, registry.model_providers, registry.traversals, registry.scorers)
    kept = [entry for part in (*parts, registry.personas, registry.retrievers) for entry in part]
    own = {Role.DRUMMER: {"response_schema": {"type": "object", "properties": {}}}}
    agents = [(entry, {**own.get(role, {}), **changes}) for role in Role for entry in registry.agents(role)]
    return make_registry([*kept, *(replace(entry, offered=replace(entry.value, **new)) for entry, new in agents)])
