"""The conversations of a project."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import NameUnknownError, RequestError

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mill.md").write_text("Ada Brook restored the tidal mill in 1987.", encoding="utf-8")
    app = App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides={"system.provider": "extractive"})
    yield app
    app.close()


async def test_a_follow_up_is_over_the_same_documents_wherever_it_is_asked(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await app.run(RunRequest(question="Who restored the tidal mill?", docs=("mill.md",), mode="quotes"))
    request = app.conversations.follow_up(RunRequest(question="when?"), "last")
    assert (request.conversation_id, request.docs, request.mode) == (first.run_id, ("mill.md",), "quotes")
    other = app.conversations.follow_up(RunRequest(question="when?", docs=("other.md",)), first.run_id)
    assert other.docs == ("other.md",)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    elsewhere = app.conversations.follow_up(RunRequest(question="when?"), "last")
    assert elsewhere.docs == (os.path.join(tmp_path, "mill.md"),)


async def test_a_conversation_is_deleted_with_its_runs(app: App) -> None:
    first = await app.run(RunRequest(question="Who restored the tidal mill?", docs=("mill.md",)))
    with pytest.raises(NameUnknownError, match="no conversation"):
        app.conversations.get("last")
    await app.run(app.conversations.follow_up(RunRequest(question="when?"), "last"))
    assert len(app.conversations.get(first.run_id).turns) == 2
    app.conversations.delete("last")
    assert app.conversations.list() == []
    assert app.runs.list_runs() == []


async def test_a_conversation_in_which_a_run_waits_for_a_person_is_not_deleted(app: App) -> None:
    asked = RunRequest(question="Who restored the tidal mill?", docs=("mill.md",), conversation_id="about the mill")
    run_id = (await app.run(asked)).run_id
    app.runs.finish(run_id, "waiting", "{}")
    with pytest.raises(RequestError, match=f"run {run_id} of it waits for a person"):
        app.conversations.delete("last")
    assert app.runs.cancel(run_id).status == "cancelled"
    app.conversations.delete("last")
    assert app.runs.list_runs() == []


async def test_the_last_one_is_the_conversation_that_went_on_last_not_the_last_run(app: App) -> None:
    await app.run(RunRequest(question="Who built the mill?", docs=("mill.md",), conversation_id="about the mill"))
    await app.run(RunRequest(question="Who built the mill?", docs=("mill.md",)))
    assert app.conversations.get("last").conversation_id == "about the mill"
