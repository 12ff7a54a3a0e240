"""Optional packages, as the configuration needs them."""

from pathlib import Path

import pytest

from moe.app import App


@pytest.mark.parametrize(
    ("retriever", "model", "needed"),
    [("lexical", "", []), ("dense", "", ["dense"]), ("hybrid", "", ["dense"]), ("hybrid", "./own", [])],
)
def test_dense_is_needed_by_retrievers_that_search_by_meaning_with_moes_own_model(
    project: Path, monkeypatch: pytest.MonkeyPatch, retriever: str, model: str, needed: list[str]
) -> None:
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", model)
    extras = App.open(project, environ={"MOE_TRUST": "/"}, overrides={"system.retriever": retriever}).list_extras()
    assert [extra.name for extra in extras if extra.is_needed] == needed
    assert {extra.name for extra in extras} == {
        *("office", "tables", "news", "dense", "mcp", "reader", "durable", "server"),
        *("brokers", "grpc", "encryption", "oidc", "redis", "secrets", "telemetry"),
    }


def test_the_packages_that_tests_bring_are_there(app: App) -> None:
    installed = {extra.name: extra.is_installed for extra in app.list_extras()}
    assert installed["office"]
    assert installed["tables"]
