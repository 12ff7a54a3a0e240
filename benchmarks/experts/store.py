"""The store of personas: killed at random moments of moves, and listing a thousand.

python benchmarks/experts/store.py [--kills 200] [--personas 1000]
"""

import argparse
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from moe.experts.store import PersonaStore
from moe.storage.workspace import open_workspace
from moe_core import Persona, Tier
from moe_core.contracts.plugin import Kind
from moe_core.contracts.wire import encode_json
from moe_core.loading.persona_forms import write_persona
from moe_core.loading.registry import Catalog

NAMES = [f"p{number}" for number in range(8)]


def open_store(folder: Path) -> PersonaStore:
    return PersonaStore(workspace=open_workspace(folder), seeds=Catalog(Kind.PERSONA))


def move_forever(folder: Path) -> None:
    store, rng = open_store(folder), random.Random(time.time_ns())
    print("moving", flush=True)
    while True:
        name, tier = rng.choice(NAMES), rng.choice(list(Tier))
        if store.get(name).persona.tier is not tier:
            store.move(name, tier, reason="round and round")


def kill(times: int) -> None:
    rng, lost, twice = random.Random(1), 0, 0
    with TemporaryDirectory() as place:
        folder = Path(place) / ".moe"
        store = open_store(folder)
        store.add([Persona(name=name) for name in NAMES], reason="wanted")
        for _ in range(times):
            with subprocess.Popen([sys.executable, __file__, "--move", str(folder)], stdout=subprocess.PIPE) as child:
                child.stdout.readline()
                time.sleep(rng.random() * 0.3)
                child.send_signal(signal.SIGKILL)
            found = Counter(
                path.stem for tier in Tier for path in (store.workspace.personas_path / tier).glob("*.json")
            )
            lost += sum(found[name] == 0 for name in NAMES)
            twice += sum(found[name] > 1 for name in NAMES)
            standing, problems = store.list_standing()
            assert (len(standing), problems) == (len(NAMES), [])
        store.move(NAMES[0], next(tier for tier in Tier if tier is not store.get(NAMES[0]).persona.tier), reason="end")
        told = {name: [one.data for one in store.read_history(name)] for name in NAMES}
        gaps = sum(a.after != b.before for records in told.values() for a, b in pairwise(records))
        wrong = sum(records[-1].after != store.get(name).persona.tier for name, records in told.items())
        moves = sum(map(len, told.values())) - len(NAMES)
    print(f"{times} kills in {moves} moves: {lost} lost, {twice} in two tiers, {gaps} gaps, {wrong} ends untold")


def list_many(number: int) -> None:
    with TemporaryDirectory() as place:
        store = open_store(Path(place) / ".moe")
        for tier in Tier:
            (store.workspace.personas_path / tier).mkdir(parents=True)
        for at in range(number):
            persona = Persona(name=f"p{at}", description="Looks.", expertise=("law", "rents"))
            path = store.workspace.personas_path / list(Tier)[at % 4] / f"p{at}.json"
            path.write_bytes(encode_json(write_persona(persona)))
        started = time.process_time()
        standing, _ = store.list_standing()
        listed = time.process_time() - started
        started = time.process_time()
        catalog = store.join()
        joined = time.process_time() - started
        assert len(standing) == len(catalog.names()) == number
    print(f"{number} personas: listing {listed:.3f} s of CPU, joining the catalog of a run {joined * 1000:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--personas", type=int, default=1000)
    parser.add_argument("--move", type=Path)
    given = parser.parse_args()
    if given.move:
        move_forever(given.move)
    list_many(given.personas)
    kill(given.kills)


if __name__ == "__main__":
    main()
