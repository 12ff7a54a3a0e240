"""The experts of a project, as an App has them."""

from dataclasses import replace

import pytest

from moe.app import App
from moe.experts.selection import choose_first
from moe_core import Tier
from moe_core.contracts.errors import RequestError


@pytest.fixture
def app(tmp_path) -> App:
    folder = tmp_path / "project"
    folder.mkdir()
    return App.open(folder, environ={"HOME": str(tmp_path), "MOE_TRUST": "/"})


def open_again(app: App) -> App:
    return replace(app)


def test_a_persona_of_the_workspace_is_one_of_the_registry_from_the_next_app_on(app):
    before = app.registry.personas.names()
    app.personas.create({"name": "judge", "traits": {"depth": 8}})
    again = open_again(app)
    assert again.registry.personas.names() == sorted([*before, "judge"])
    judge = again.registry.personas.get("judge")
    assert (judge.value.traits.depth, judge.source.origin) == (8, "workspace")


def test_an_edited_bundled_one_counts_in_place_of_it_and_a_pruned_one_can_still_be_named(app):
    data = app.personas.write(["auditor"])[0]
    app.personas.edit("auditor", {**data, "traits": {"depth": 1}})
    app.personas.demote("auditor", to=Tier.PRUNED, reason="no use")
    found = open_again(app).registry.personas.get("auditor").value
    assert (found.traits.depth, found.tier) == (1, Tier.PRUNED)


def test_a_persona_keeps_its_name(app):
    with pytest.raises(RequestError, match="auditor cannot become judge"):
        app.personas.edit("auditor", {"name": "judge"})


def test_who_walks_by_default_is_the_same_with_a_workspace_full_of_personas(app):
    for number in range(20):
        app.personas.create({"name": f"p{number}"})
    panel = open_again(app).environment.build_search().guided.guide.panel
    assert choose_first("Who?", panel.bench, panel.proven, budget=1.0).persona == "generalist"
    assert len(panel.bench.names) > 20
    assert open_again(app).registry.personas.get("generalist").source.origin == "bundled"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b'{"name": "ann",\n "traits": }', "is no JSON: Expecting value at line 2, column 12"),
        (b"3", "holds neither a persona nor a list of them"),
        (b"[" * 100_000, "is nested too deep"),
    ],
)
def test_a_file_that_holds_no_persona_is_named_with_what_is_wrong(app, tmp_path, written, told):
    path = tmp_path / "experts.json"
    path.write_bytes(written)
    with pytest.raises(RequestError) as caught:
        app.personas.check_file(path)
    assert caught.value.message == f"{path} {told}"
    assert caught.value.hint


@pytest.mark.parametrize("written", [b'{"name": "caf\xe9"}', None])
def test_a_file_of_personas_that_cannot_be_read_is_named(app, tmp_path, written):
    path = tmp_path / "experts.json"
    if written is not None:
        path.write_bytes(written)
    with pytest.raises(RequestError, match="cannot read") as caught:
        app.personas.check_file(path)
    assert str(path) in caught.value.message
