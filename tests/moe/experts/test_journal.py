"""A change that is cut off anywhere is carried out whole or not at all."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from moe_core import Persona, Tier

CY = Persona(name="cy", tier=Tier.EXPERIMENTAL)


class DeathError(BaseException):
    """The process has died."""


@pytest.fixture
def die_at(monkeypatch):
    """Let the process die before the nth time that it asks for something to be on disk, moved or removed."""

    def arm(step: int) -> None:
        calls = iter(range(1_000))

        def guard(original):
            def call(*args, **kwargs):
                if next(calls) == step:
                    monkeypatch.undo()
                    raise DeathError
                return original(*args, **kwargs)

            return call

        for where, name in ((os, "replace"), (os, "fsync"), (Path, "unlink")):
            monkeypatch.setattr(where, name, guard(getattr(where, name)))

    return arm


def standing_of(store, name: str) -> list[str]:
    return [
        path.parent.name for path in store.workspace.personas_path.glob(f"*/{name}.json") if "." not in path.parent.name
    ]


@pytest.mark.parametrize("step", range(5))
def test_a_move_that_dies_anywhere_leaves_one_file_and_is_finished_or_has_not_been(store, die_at, step):
    store.add([CY], reason="wanted")
    store.add([Persona(name="dee")], reason="wanted")
    die_at(step)
    with pytest.raises(DeathError):
        store.move("cy", Tier.ACTIVE, reason="did well")
    assert len(standing_of(store, "cy")) == 1
    assert store.get("cy").persona.name == "cy"
    store.move("dee", Tier.ACTIVE, reason="did well")
    moves = [one.data.after for one in store.read_history("cy")][1:]
    assert [standing_of(store, "cy"), moves] in ([["experimental"], []], [["active"], ["active"]])
    assert not store.workspace.personas_path.joinpath("journal.json").exists()


@pytest.mark.parametrize("step", range(7))
def test_a_seed_that_moves_dies_anywhere_and_is_never_in_two_tiers(store, die_at, step):
    die_at(step)
    with suppress(DeathError):
        store.move("bob", Tier.PRUNED, reason="no use")
    assert len(standing_of(store, "bob")) <= 1
    store.add([CY], reason="wanted")
    done = [one.data.after for one in store.read_history("bob")] if standing_of(store, "bob") else []
    assert standing_of(store, "bob") == done
    assert store.get("bob").persona.tier == (Tier.PRUNED if done else Tier.EXPERIMENTAL)


def test_a_torn_line_of_the_history_is_left_out_and_the_next_begins_anew(store):
    store.add([CY], reason="wanted")
    history = store.workspace.personas_path / "history.jsonl"
    history.write_bytes(history.read_bytes() + b'{"at": 1, "da')
    store.move("cy", Tier.ACTIVE, reason="did well")
    assert [one.data.action for one in store.read_history()] == ["created", "moved"]


MOVER = """
import sys
from contextlib import suppress
from pathlib import Path
from moe.experts.store import PersonaStore
from moe.storage.workspace import open_workspace
from moe_core import Persona, Tier
from moe_core.contracts.errors import RequestError
from moe_core.contracts.plugin import Kind
from moe_core.loading.registry import Catalog
store = PersonaStore(workspace=open_workspace(Path(sys.argv[1])), seeds=Catalog(Kind.PERSONA))
print("moving", flush=True)
while True:
    for tier in Tier:
        for name in sys.argv[2:]:
            if store.get(name).persona.tier is not tier:
                with suppress(RequestError):  # what the one before began is done first, and may be this
                    store.move(name, tier, reason="round and round")
"""


def test_killed_at_random_no_persona_is_lost_and_none_stands_twice(store):
    names = ["cy", "dee"]
    store.add([Persona(name=name) for name in names], reason="wanted")
    rng = random.Random(3)
    for _ in range(4):
        command = [sys.executable, "-c", MOVER, str(store.workspace.folder), *names]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(rng.random() * 0.2)
            process.send_signal(signal.SIGKILL)
        assert [len(standing_of(store, name)) for name in names] == [1, 1]
        assert [one.persona.name for one in store.list_standing()[0] if one.is_stored] == names
    store.add([CY], reason="changed", replaces=True)
    for name in names:
        moves = [one.data for one in store.read_history(name) if one.data.action == "moved"]
        assert all(after.before == before.after for before, after in pairwise(moves))
        assert standing_of(store, name) == [moves[-1].after if moves else "experimental"]
