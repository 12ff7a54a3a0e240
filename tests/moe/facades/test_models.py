"""Agents, who serves them, and how the servers are."""

from pathlib import Path

import pytest

from moe.app import App

pytestmark = pytest.mark.anyio


def open_app(project: Path, **overrides: object) -> App:
    return App.open(project, environ={"MOE_TRUST": "/"}, overrides={"system.record": "false", **overrides})


async def test_an_agent_of_every_layer_is_served_by_the_configured_provider(app: App) -> None:
    agents = app.models.list_agents(await app.models.choose())
    assert {one.agent.role for one in agents} == {"camina", "belter", "drummer", "observer"}
    assert {one.served.provider for one in agents if one.served} == {"extractive"}
    assert {one.source for one in agents} == {"bundled"}
    assert "extractive" in app.models.list_modelless()
    assert "ollama" not in app.models.list_modelless()


def test_an_agent_that_nobody_serves_says_why(project: Path) -> None:
    agents = open_app(project, **{"system.provider": "olama"}).models.list_agents()
    assert {one.served for one in agents} == {None}
    assert all("olama" in one.error for one in agents)


async def test_an_examination_holds_every_agent_with_the_server_it_needs(project: Path) -> None:
    app = open_app(
        project,
        **{"system.provider": "ollama", "providers.providers": {"ollama": {"base_url": "http://127.0.0.1:1"}}},
    )
    report = await app.models.examine()
    assert report.choice is None
    assert report.configured == {"ollama"}
    assert [status.name for status in report.statuses if not status.health.ok] == ["ollama"]
    assert report.facts == {}
    for one, server in report.agents:
        assert server is not None, one.error
        assert server.status.name == "ollama"
        assert (server.is_language_model, server.has_model, server.can_pull) == (True, True, True)


async def test_only_the_named_providers_are_checked(app: App) -> None:
    (status,) = await app.models.check(["extractive"])
    assert (status.name, status.health.ok) == ("extractive", True)
