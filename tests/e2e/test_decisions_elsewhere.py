"""A person decides on calls of an agent that is elsewhere: the run waits where it was asked, and goes on from there."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from split_project import SplitProject

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX does")

SECONDS = 60.0
ASK = ("drummer", "--docs", "docs", "--web")
TOOLS = '''
from pathlib import Path
from time import sleep

from moe_core import BaseTool

HERE = Path(__file__).parent


class Post(BaseTool):
    """Post a note."""

    effects = ("net",)
    asks_first = True

    def execute(self, params: dict) -> dict:
        with HERE.joinpath("posted").open("a") as posted:
            posted.write("x")
        return {"statement": "It was posted."}


class Lodge(BaseTool):
    """Lodge a note, which takes until somebody lets go."""

    effects = ("net",)
    repeats = "ask"

    def execute(self, params: dict) -> dict:
        with HERE.joinpath("lodged").open("a") as lodged:
            lodged.write("x")
        while not HERE.joinpath("free").exists():
            sleep(0.02)
        return {"statement": "It was lodged."}
'''
DRUMMER = '''FROM llama3.2:3b
ROLE drummer
NAME {name}
DESCRIPTION {name}s notes.
CAPABILITY {name}ing
TOOL {name}
TOOL document_search
SYSTEM """{name}."""
'''


class Office(SplitProject):
    """A project whose Drummers `post` and `lodge` are elsewhere."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        files = {
            "plugins/tools/notes/notes.py": TOOLS,
            "docs/ferry.txt": "The ferry is late on Mondays.\n",
            "config/system.yaml": "provider: extractive\n",
            **{f"modelfiles/drummers/{name}.moe": DRUMMER.format(name=name) for name in ("post", "lodge")},
        }
        super().__init__(folder, stack, elsewhere=("post", "lodge"), files=files)

    def do(self, *words: str, code: int = 0) -> dict[str, Any]:
        return self.read(self.start(*words, "--json"), code=code)

    @staticmethod
    def read(process: "subprocess.Popen[str]", *, code: int = 0) -> dict[str, Any]:
        told, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == code, errors
        found: dict[str, Any] = json.loads(told)
        return found

    def count(self, what: str) -> int:
        path = self.folder / "plugins" / "tools" / "notes" / what
        return len(path.read_text()) if path.exists() else 0

    def let_go(self) -> None:
        (self.folder / "plugins" / "tools" / "notes" / "free").touch()

    def read_kinds(self) -> list[str]:
        events = self.do("runs", "show", "last")["events"]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        return [event["kind"] for event in events]


def wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(tmp_path, stack)


@pytest.mark.parametrize("decision", ["approve", "skip"])
def test_a_tool_elsewhere_that_asks_first_is_called_when_a_person_says_so_and_once(
    office: Office, decision: str
) -> None:
    office.listen(office.urls[0])
    asked = office.do(*ASK, "Post that the ferry is late", "--name", "post", code=4)
    assert (asked["status"], office.count("posted")) == ("waiting", 0)
    (call,) = asked["waiting"]
    assert (call["task"], call["agent"], call["tool"], call["reason"]) == ("1", "post", "post", "first")
    assert office.do("runs", "resume", "last", code=4)["status"] == "waiting"
    done = office.do("runs", decision, "last")
    is_made = decision == "approve"
    assert (done["status"], done["degraded"], office.count("posted")) == ("done", not is_made, int(is_made))
    kinds = office.read_kinds()
    assert kinds.count("tool.waiting") == 1
    assert kinds.count("tool.approved" if is_made else "tool.skipped") == 1


def test_a_call_that_must_not_be_made_twice_is_made_once_when_all_goes_well(office: Office) -> None:
    office.listen(office.urls[0])
    office.let_go()
    assert office.do(*ASK, "Lodge that the ferry is late", "--name", "lodge")["status"] == "done"
    assert office.count("lodged") == 1
    assert "tool.waiting" not in office.read_kinds()


@pytest.mark.parametrize("whom", ["the worker", "the asker", "both"])
def test_a_call_elsewhere_that_nobody_knows_of_is_made_again_when_a_person_says_so(office: Office, whom: str) -> None:
    first = office.listen(office.urls[0])
    asker = office.start(*ASK, "Lodge that the ferry is late", "--name", "lodge", "--deadline", "300", "--json")
    wait(lambda: office.count("lodged") == 1)
    office.listen(office.urls[1])
    if whom != "the worker":
        kill(asker)
    if whom != "the asker":
        kill(first)
    if whom == "the worker":
        waiting = office.read(asker, code=4)
    elif whom == "both":
        waiting = office.do("runs", "resume", "last", code=4)
    else:
        office.let_go()
        kill(first)  # what it made of the call is known by nobody
        waiting = office.do("runs", "resume", "last", code=4)
    assert waiting["status"] == "waiting"
    (call,) = waiting["waiting"]
    assert (call["tool"], call["reason"], call["begun"], office.count("lodged")) == ("lodge", "unknown", 1, 1)
    office.let_go()
    done = office.do("runs", "approve", "last")
    assert (done["status"], office.count("lodged")) == ("done", 2)
    assert office.read_kinds().count("tool.approved") == 1


def test_a_run_that_keeps_no_record_has_a_tool_that_asks_refused_elsewhere_too(office: Office) -> None:
    office.listen(office.urls[0])
    office.environment["MOE_SYSTEM__RECORD"] = "false"
    told = office.do(*ASK, "Post that the ferry is late", "--name", "post")
    assert office.count("posted") == 0
    assert "nobody can be asked" in json.dumps(told)


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
