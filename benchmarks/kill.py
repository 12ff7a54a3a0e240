"""Runs that are killed at random moments and gone on with until they end: whether anything is lost or done twice.

    python benchmarks/kill.py [--executor inline|dbos-sqlite|dbos-postgres] [--kills 200] [--seed 1] [--lease 2]
        [--plan wide|pairs]

A chain of Camina, a Belter and Drummers with needs asks a scripted model that takes some milliseconds a call
and answers by what it is asked. Each run is begun in a process of its own, killed with SIGKILL after a random time,
taken up by the next process, killed again or left to end. Printed: kills; runs; answers other than that of an
undisturbed run; runs whose events have gaps; steps whose recorded result is another than the undisturbed run's; calls
that were made twice, and how many of them were under way when their process was killed. With an executor, two workers
do the runs, one or both of them are killed, and the time is printed until the other one goes on. On a busy machine a
lease of 2 s ends while its worker lives, and a run that is taken over four times is a dead letter: give a longer one.

The plan `pairs` is that by which an engine that numbers steps by the order of calls gives one step another's result: a
before b, c before d, b held for a second when it is first asked, all others as long as chance has it, anew after each
kill.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "servers")]

import kill_workers  # noqa: E402

from moe.app import App  # noqa: E402
from moe.contracts.request import RunRequest  # noqa: E402
from moe.contracts.result import RunResult  # noqa: E402
from postgres_server import run_postgres  # noqa: E402

PLUGIN = '''
import asyncio
import hashlib
import os
import random
from pathlib import Path

from moe_core import Health, ModelProvider, ModelReply, Purpose

CALLS = Path(os.environ["MOE_KILL_CALLS"])
IS_IN_PAIRS = os.environ.get("MOE_KILL_PLAN") == "pairs"
PARTS = 21
SEARCHING = 8  # of them, which all kinds of Drummers do in turn; the others are for those that ask a model


class Scripted(ModelProvider):
    """Answers by what it is asked, and writes down when it was asked what."""

    name = "scripted"
    summary = "Answers by what it is asked"

    async def generate_structured(self, request, schema):
        grounding = request.grounding
        who = dict(grounding.persona)
        asked = (grounding.purpose, grounding.question, grounding.instruction, grounding.findings, who)
        key = hashlib.sha256(repr(asked).encode()).hexdigest()
        seconds = self.draw_seconds(grounding, key)
        self.tell("begun", key)
        await asyncio.sleep(seconds)
        self.tell("ended", key)
        return ModelReply(text="", data=self.answer(grounding, key))

    def draw_seconds(self, grounding, key):
        if not IS_IN_PAIRS:
            return 0.004 + int(key[:2], 16) / 16000
        is_held = grounding.instruction.startswith("part 1 ") and f"begun {key}" not in CALLS.read_text()
        return 1.0 if is_held else random.uniform(0.02, 0.3)

    def tell(self, what, key):
        with CALLS.open("a") as file:
            file.write(f"{what} {key} {os.getpid()}\\n")

    def answer(self, grounding, key):
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            who = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            names = [choice.name for choice in grounding.choices]
            if IS_IN_PAIRS and grounding.purpose is Purpose.DECOMPOSE:
                return {"tasks": [
                    {"id": f"t{n}", who: "api" if n % 2 else "analysis", "depends_on": [f"t{n - 1}"] if n % 2 else [],
                     "instruction": f"part {n} of {grounding.instruction}"}
                    for n in range(4)
                ]}
            asking = [name for name in names if name in ("analysis", "api")] or names
            takers = [names[n % len(names)] if n < SEARCHING else asking[n % len(asking)] for n in range(PARTS)]
            return {"tasks": [
                {"id": f"t{n}", who: takers[n], "instruction": f"part {n} of {grounding.instruction}",
                 "depends_on": [f"t{n - 2}"] if n > 1 else []}
                for n in range(PARTS)
            ]}
        if grounding.purpose is Purpose.CHOOSE_TOOLS:
            return {"calls": []}
        if grounding.purpose is Purpose.COMMENT:
            text = grounding.evidence[0].text.split(".")[0]
            return {"commentary": f"{text} {key[:8]}.", "relevance_score": 0.5, "key_insights": [f"{text}."]}
        if grounding.purpose is Purpose.OBSERVE:
            return {"notes": [{"severity": "info", "text": "All parts were asked for."}]}
        statements = [
            {"text": item.text.split(".")[0] + ".", "evidence": [item.evidence_id]} for item in grounding.evidence[:4]
        ]
        known = hashlib.sha256(repr(grounding.findings).encode()).hexdigest()[:8]
        note = f"{grounding.purpose} of {grounding.instruction[:40]} after {known} is {key[:8]}"
        return {"statements": statements, "notes": [note]}

    async def generate(self, request):
        return ModelReply(text=str(request.grounding.question))

    async def health(self):
        return Health(ok=True, detail="scripted")

    async def models(self):
        return ["any"]
'''
# Who comments is said, for experts learn from run to run whom to wake: two runs of one question need not be alike then.
QUESTION = RunRequest(
    question="What came of all the parts, and in which order?",
    belter="knowledge",
    personas=("generalist",),
)


def make_project(folder: Path) -> None:
    """A project whose model is the scripted one."""
    (folder / "plugins" / "models").mkdir(parents=True)
    (folder / "plugins" / "models" / "scripted.py").write_text(PLUGIN)
    (folder / "config").mkdir()
    (folder / "config" / "system.yaml").write_text("provider: scripted\nmode: full\nmax_plan_tasks: 21\n")
    (folder / "config" / "experts.yaml").write_text("comments: true\n")
    (folder / "docs").mkdir()
    for number in range(9):
        text = f"Part {number} was put together in week {3 * number + 1}. It was painted later.\n"
        (folder / "docs" / f"part-{number}.txt").write_text(text)


def in_child(work: Callable[[], None], *, kill_after: float | None) -> bool:
    """Do something in a process of its own; whether it ended by itself."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a child process must not go on as its parent
            print(f"failed: {error!r}", flush=True)
        os._exit(0)
    until = time.monotonic() + (kill_after if kill_after is not None else 1e9)
    while True:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return False
        time.sleep(0.001)


def begin(app: App, request: RunRequest) -> None:
    """A run, to its end."""
    asyncio.run(app.run(request))
    app.close()


def go_on(app: App, run_id: str) -> None:
    """The rest of a run, to its end."""
    result: RunResult = asyncio.run(app.resume(app.find_past(run_id, deadline_seconds=600)))
    if result.error is not None:
        print(f"failed: {result.error}", flush=True)
    app.close()


def compare(result: dict[str, object]) -> object:
    """What must be the same of every run."""
    return result["answer"], result["citations"], result["status"], result["observer"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lease", type=float, default=2.0)
    parser.add_argument("--plan", choices=("wide", "pairs"), default="wide")
    parser.add_argument("--executor", choices=("inline", "dbos-sqlite", "dbos-postgres"), default="inline")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o711)  # the server's user goes through it
        make_project(folder)
        calls = folder / "calls"
        os.environ |= {
            "MOE_KILL_CALLS": str(calls),
            "MOE_KILL_PLAN": arguments.plan,
            "MOE_TRUST": "/",
            "HOME": str(folder),
            "OLLAMA_HOST": "127.0.0.1:1",
        }
        os.chdir(folder)
        request = QUESTION.model_copy(update={"docs": ("docs",), "deadline_seconds": 600.0})
        if arguments.executor == "dbos-postgres":
            os.environ["MOE_SYSTEM__DATABASE"] = stack.enter_context(run_postgres(folder / "server"))
        app = App.open(folder)
        assert app.registry.model_providers.get("scripted")
        in_child(lambda: begin(app, request), kill_after=None)
        calls.write_text("")
        started = time.monotonic()
        in_child(lambda: begin(app, request), kill_after=None)
        whole_seconds = time.monotonic() - started
        expected = app.runs.get_run("last")
        asked = calls.read_text().count("begun")
        print(f"an undisturbed run: {asked} calls, {len(expected.events)} events, {whole_seconds:.2f} s", flush=True)
        assert expected.result is not None
        print(f"its answer: {str(expected.result['answer'])[:100]!r}")
        if arguments.executor != "inline":
            kill_workers.measure(
                app, folder, request, kills=arguments.kills, seed=arguments.seed, lease_seconds=arguments.lease
            )
            return
        kills = runs = others = gaps = repeated = under_way = lost = other_steps = 0
        while kills < arguments.kills:
            calls.write_text("")
            known = {run.run_id for run in app.runs.list_runs(1000000)}
            is_over = in_child(lambda: begin(app, request), kill_after=chance.uniform(0.0, whole_seconds))
            kills += not is_over
            fresh = [run.run_id for run in app.runs.list_runs(1000000) if run.run_id not in known]
            if not fresh:
                continue  # killed before its record began
            run_id = fresh[0]
            while not is_over:
                if not app.runs.get_run(run_id).events:
                    break
                is_over = in_child(partial(go_on, app, run_id), kill_after=chance.uniform(0.0, 1.2 * whole_seconds))
                kills += not is_over
            record = app.runs.get_run(run_id)
            if not record.events:
                lost += 1
                continue
            runs += 1
            others += record.result is None or compare(dict(record.result)) != compare(dict(expected.result))
            other_steps += kill_workers.count_other_steps(app, run_id, expected.summary.run_id)
            gaps += [event.sequence for event in record.events] != list(range(1, len(record.events) + 1))
            lines = [line.split() for line in calls.read_text().splitlines()]
            begun = Counter(key for what, key, _ in lines if what == "begun")
            ended = Counter(key for what, key, _ in lines if what == "ended")
            repeated += sum(begun.values()) - len(begun)
            under_way += sum(begun[key] - ended[key] for key in begun)
            print(f"\r{kills} kills, {runs} runs", end="", file=sys.stderr, flush=True)
        print(f"\n{kills} kills in {runs} runs: {others} other answers, {gaps} with gaps in their events")
        print(f"{other_steps} steps with another result than in the undisturbed run")
        print(f"{repeated} calls made again, {under_way} of them under way when their process was killed")
        print(f"{lost} runs killed with nothing but their first line on disk")
        app.close()


if __name__ == "__main__":
    main()
