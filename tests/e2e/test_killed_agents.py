"""A Belter that is elsewhere: whichever process is killed, no answer that was there is asked for again."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from moe.running.steps import RESULT
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from split_project import SplitProject

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX does")

SECONDS = 40.0
PARTS = 4
HELD = "part 3"
"""The part at which everything stands still until somebody lets go: all others have been answered then."""
MODEL = '''
import asyncio
import os
from pathlib import Path

from moe_core import Health, ModelProvider, ModelReply, Purpose

HERE = Path(__file__).parent


class Scripted(ModelProvider):
    """Answers by what it is asked, writes down what that was, and holds one part back."""

    name = "scripted"
    summary = "Answers by what it is asked"

    async def generate_structured(self, request, schema):
        asked = request.grounding
        key = f"{asked.purpose} {asked.instruction}"
        self.tell("begun", key)
        while "HELD" in asked.instruction and not (HERE / "free").exists():
            await asyncio.sleep(0.02)
        self.tell("ended", key)
        return ModelReply(text="", data=self.answer(asked))

    def tell(self, what, key):
        with (HERE / "calls").open("a") as file:
            file.write(f"{what}|{key}|{os.getpid()}\\n")

    def answer(self, asked):
        if asked.purpose is Purpose.DECOMPOSE:
            drummer = asked.choices[0].name
            return {"tasks": [
                {"id": f"t{n}", "drummer": drummer, "instruction": f"part {n}", "depends_on": []} for n in range(PARTS)
            ]}
        if asked.purpose is Purpose.CHOOSE_TOOLS:
            return {"calls": []}
        if asked.purpose is Purpose.OBSERVE:
            return {"notes": []}
        return {"statements": [
            {"text": item.text, "evidence": [item.evidence_id]} for item in asked.evidence[:2]
        ], "notes": [f"{asked.purpose} of {asked.instruction}"]}

    async def generate(self, request):
        return ModelReply(text="none")

    async def health(self):
        return Health(ok=True, detail="scripted")

    async def models(self):
        return ["any"]
'''.replace("PARTS", str(PARTS)).replace("HELD", HELD)
ASK = ("run", "What came of all the parts?", "--belter", "knowledge", "--docs", "docs", "--deadline", "120", "--json")


class Place(SplitProject):
    """A project that asks one of two workers for its Belter's tasks."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        files = {
            "plugins/models/scripted.py": MODEL,
            "config/system.yaml": "provider: scripted\nmode: full\n",
            **{f"docs/{n}.txt": f"Part {n} was put together in week {n + 1}.\n" for n in range(PARTS)},
        }
        super().__init__(folder, stack, elsewhere=("knowledge",), files=files)

    def read_calls(self, what: str) -> Counter[str]:
        path = self.folder / "plugins" / "models" / "calls"
        lines = [line.split("|") for line in path.read_text().splitlines()] if path.exists() else []
        return Counter(key for said, key, _ in lines if said == what)

    def let_go(self) -> None:
        (self.folder / "plugins" / "models" / "free").touch()

    def read_steps(self) -> set[str]:
        """The steps that are on disk, where the run was asked."""
        if not (self.folder / ".moe" / "runs.db").exists():
            return set()
        with RunStore(open_workspace(self.folder / ".moe")) as store:
            return {step for run in store.list_runs(1) for step in store.read_steps(run.run_id)}

    def wait_until_held(self) -> None:
        """Until one part is held back, and all others are on record."""
        others = {f"1/1/{number}:{RESULT}:1" for number in range(1, PARTS + 1) if f"part {number - 1}" != HELD}

        def is_so() -> bool:
            return any(HELD in key for key in self.read_calls("begun")) and others <= self.read_steps()

        wait(is_so)

    def read_result(self, process: "subprocess.Popen[str]") -> dict[str, Any]:
        told, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, errors
        result: dict[str, Any] = json.loads(told)
        return result

    def read_sequence(self) -> list[int]:
        """The numbers of the events on record."""
        with RunStore(open_workspace(self.folder / ".moe")) as store:
            return [event.sequence for event in store.get_run("last").events]


def wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("whom", ["the belter's", "the asker's", "both"])
def test_what_a_belter_elsewhere_has_answered_is_not_asked_again_whoever_is_killed(place: Place, whom: str):
    first = place.listen(place.urls[0])
    asker = place.start(*ASK)
    place.wait_until_held()
    second = place.listen(place.urls[1])
    before = place.read_calls("begun")
    if whom != "the belter's":
        kill(asker)
    if whom != "the asker's":
        kill(first)
    if whom == "the asker's":
        kill(second)  # then the first still has the task, and goes on with it
    place.let_go()
    result = place.read_result(asker if whom == "the belter's" else place.start("runs", "resume", "last", "--json"))
    begun = place.read_calls("begun")
    again = {key for key in begun if begun[key] > 1}
    assert again <= {key for key in before if HELD in key}, "only what was under way is asked for again"
    assert (whom == "the asker's") == (not again)
    assert place.read_sequence() == list(range(1, len(place.read_sequence()) + 1))
    told = "Part 0 was put together in week 1. [1]\n\nPart 1 was put together in week 2. [2]"
    assert (result["status"], result["answer"], len(result["citations"])) == ("done", told, 2)
