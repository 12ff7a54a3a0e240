"""Registries and routers for the tests of routing."""

from collections.abc import Callable

import pytest

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.loading.locations import find_bundled_root
from moe_core.loading.modelfile.load import load_agent
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig
from moe_core.routing.router import SmartRouter
from moe_core.testing.registries import memory_registry


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """Where lessons are kept: nothing is read that another version of the code has learned."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "moe" / "lessons"


@pytest.fixture(scope="session")
def bundled_agents() -> tuple[AgentSpec, ...]:
    return tuple(load_agent(path) for path in sorted((find_bundled_root() / "modelfiles").rglob("*.moe")))


@pytest.fixture(scope="session")
def bundled_registry(bundled_agents: tuple[AgentSpec, ...]) -> Registry:
    return memory_registry(agents=bundled_agents)


@pytest.fixture(scope="session")
def router(bundled_registry: Registry) -> SmartRouter:
    return SmartRouter(bundled_registry, KernelConfig())


@pytest.fixture(scope="session")
def router_with(bundled_agents: tuple[AgentSpec, ...]) -> Callable[..., SmartRouter]:
    """A router among the bundled agents and a further Belter."""

    def make(**belter: object) -> SmartRouter:
        newcomer = AgentSpec(role=Role.BELTER, base="mistral:7b", **belter)  # type: ignore[arg-type]
        return SmartRouter(memory_registry(agents=[*bundled_agents, newcomer]), KernelConfig())

    return make
