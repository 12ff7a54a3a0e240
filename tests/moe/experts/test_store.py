"""Who there is and where each stands."""

import json
from dataclasses import replace

import pytest

from moe.experts.store import PersonaStore
from moe_core import Persona, Tier, Traits
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError
from moe_core.loading.persona_forms import PersonaError

CY = Persona(name="cy", description="Looks.", traits=Traits(further={"patience": 8}), tier=Tier.EXPERIMENTAL)


def tiers_of(store: PersonaStore) -> dict[str, str]:
    standing, problems = store.list_standing()
    assert problems == []
    return {one.persona.name: str(one.persona.tier) for one in standing}


def files_of(store: PersonaStore) -> list[str]:
    folder = store.workspace.personas_path
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


def test_nothing_is_written_by_looking(store):
    assert tiers_of(store) == {"ann": "stable", "bob": "experimental"}
    assert store.get("ann").persona.traits.depth == 9
    assert store.read_history() == store.read_history("ann") == []
    assert store.join() is store.seeds
    assert not store.workspace.exists()


def test_a_new_persona_has_a_file_in_its_tier_and_comes_back_whole(store):
    store.add([CY], reason="wanted")
    assert files_of(store) == ["experimental/cy.json"]
    standing = store.get("cy")
    assert (standing.persona, standing.is_stored, standing.source.origin) == (CY, True, "workspace")
    assert store.join().get("cy").value == CY
    assert store.join().names() == ["ann", "bob", "cy"]


def test_a_move_is_a_move_of_the_file_and_a_line_of_the_history(store):
    store.add([CY], reason="wanted")
    store.move("cy", Tier.ACTIVE, reason="did well", numbers={"score": 0.9})
    assert files_of(store) == ["active/cy.json"]
    assert tiers_of(store)["cy"] == "active"
    created, moved = store.read_history("cy")
    assert (created.data.action, created.data.before, created.data.after) == ("created", "", "experimental")
    assert (moved.data.action, moved.data.before, moved.data.after) == ("moved", "experimental", "active")
    assert (moved.data.reason, moved.data.numbers) == ("did well", {"score": 0.9})


def test_one_that_is_moved_after_the_catalog_was_made_is_found_where_it_stands_now(store):
    store.add([CY], reason="wanted")
    catalog = store.join()
    store.move("cy", Tier.ACTIVE, reason="did well")  # as another process does
    store.move("cy", Tier.STABLE, reason="did better")
    assert catalog.get("cy").value.tier is Tier.STABLE
    catalog = store.join()
    (store.workspace.personas_path / "stable" / "cy.json").unlink()
    with pytest.raises(StorageError, match=r"stable/cy\.json: there is no such file any more"):
        print(catalog.get("cy").value)


def test_what_a_plugin_brings_gets_a_file_beside_it_when_it_moves(store):
    store.move("bob", Tier.PRUNED, reason="no use")
    assert files_of(store) == ["pruned/bob.json"]
    bob = store.get("bob").persona
    assert (bob.description, bob.tier) == ("Rests.", Tier.PRUNED)
    assert store.seeds.get("bob").value.tier is Tier.EXPERIMENTAL
    store.move("bob", Tier.EXPERIMENTAL, reason="again")
    assert files_of(store) == ["experimental/bob.json"]


def test_a_name_is_taken_once_whatever_its_case(store):
    store.add([CY], reason="wanted")
    for name in ("cy", "Cy", "ann", "ANN"):
        with pytest.raises(RequestError, match="already"):
            store.add([replace(CY, name=name)], reason="wanted")
    with pytest.raises(RequestError, match="already"):
        store.add([replace(CY, name="dee"), replace(CY, name="Dee")], reason="wanted")
    with pytest.raises(RequestError, match="every system"):
        store.add([replace(CY, name="Con.x")], reason="wanted")
    assert files_of(store) == ["experimental/cy.json"]


def test_an_edited_persona_stays_where_it_stands(store):
    store.move("bob", Tier.ACTIVE, reason="did well")
    store.add([Persona(name="bob", description="Runs.", tier=Tier.PRUNED), CY], reason="changed", replaces=True)
    assert files_of(store) == ["active/bob.json", "experimental/cy.json"]
    assert store.get("bob").persona.description == "Runs."
    assert [one.data.action for one in store.read_history()] == ["moved", "edited", "created"]


def test_moves_that_cannot_be_are_refused(store):
    with pytest.raises(NameUnknownError, match="'anne'"):
        store.move("anne", Tier.PRUNED, reason="no use")
    with pytest.raises(RequestError, match="ann is stable already"):
        store.move("ann", Tier.STABLE, reason="did well")
    with pytest.raises(NameUnknownError):
        store.read_history("zoe")
    assert store.read_history() == []


def test_a_damaged_file_is_told_and_takes_nobody_with_it(store):
    store.add([CY], reason="wanted")
    folder = store.workspace.personas_path / "experimental"
    (folder / "bob.json").write_text("{", encoding="utf-8")
    (folder / "dee.json").write_text(json.dumps({"persona_id": "eve"}), encoding="utf-8")
    (folder / "fay.json").write_text((folder / "cy.json").read_text().replace('"cy"', '"gus"'), encoding="utf-8")
    standing, problems = store.list_standing()
    assert [one.persona.name for one in standing] == ["ann", "bob", "cy"]
    assert [problem.plugin.split("/")[-1] for problem in problems] == ["bob.json", "dee.json", "fay.json"]
    assert "'gus' is not the file's name" in problems[2].message
    for name in ("bob", "dee", "fay"):
        with pytest.raises(PersonaError):
            store.get(name)
    assert store.join().get("cy").value == CY


def test_one_that_somebody_has_put_into_two_tiers_is_told_and_nothing_is_overwritten(store):
    store.add([CY], reason="wanted")
    folder = store.workspace.personas_path
    (folder / "stable").mkdir()
    (folder / "stable/cy.json").write_text((folder / "experimental/cy.json").read_text(), encoding="utf-8")
    _, (problem,) = store.list_standing()
    assert "another tier" in problem.message
    with pytest.raises(StorageError, match="another tier"):
        store.move("cy", Tier.STABLE, reason="did well")
    assert files_of(store) == ["experimental/cy.json", "stable/cy.json"]
