"""The whole chain with a tiny real model: many runs of the main job over examples/, and what its structured output did.

    python benchmarks/tiny_chain.py [--runs 200] [--side-by-side 4] [--json]

Starts a real llama.cpp server with the model of tests/servers, which knows nothing and writes what its grammar allows,
and asks the questions of examples/questions.jsonl through the `openai` provider with one seed after another. Counted
over all runs: objects asked of the model; how many came as valid JSON of their whole schema at the first reply, and
after the mechanism (repair, asking again); retries, fallbacks to the extractive provider, context cuts; how the runs
ended; the longest run.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "servers")]

from llama_server import LlamaServer  # noqa: E402
from moe.app import App  # noqa: E402
from moe.contracts.request import RunRequest  # noqa: E402
from moe.knowledge.library import DocumentLibrary  # noqa: E402
from moe_core.contracts.event import Event  # noqa: E402
from moe_core.contracts.model_payloads import ModelAnswered, ModelFailed, ModelInvalid  # noqa: E402

DEADLINE_SECONDS = 60.0
TOLD = ("model.called", "model.answered", "model.invalid", "model.retried", "model.failed", "context.cut")


class Tally:
    """What happened in all runs."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.failures: Counter[tuple[str, str, str]] = Counter()
        self.first_invalid = 0
        self.failed_objects = 0
        self.asked = 0
        self.embedded = 0
        self.slowest = 0.0
        self.tracebacks: list[str] = []

    def __call__(self, event: Event) -> None:
        data = event.data
        if isinstance(data, ModelAnswered) and data.provider == "extractive":
            self.embedded += 1
            return
        self.kinds[str(event.kind)] += 1
        if isinstance(data, ModelFailed):
            self.failures[data.error, data.purpose, data.message[:160]] += 1
        if isinstance(data, ModelInvalid) and data.provider != "extractive":
            self.problems[data.problem] += 1
            self.first_invalid += data.attempt == 1
            self.failed_objects += not data.will_retry


async def run_one(app: App, library: DocumentLibrary, question: str, tally: Tally) -> None:
    started = time.perf_counter()
    try:
        result = await app.run(
            RunRequest(question=question, deadline_seconds=DEADLINE_SECONDS), library=library, on_event=tally
        )
    except Exception:  # noqa: BLE001 - that there is none is what is measured
        tally.tracebacks.append(traceback.format_exc())
        return
    tally.slowest = max(tally.slowest, time.perf_counter() - started)
    tally.ends["degraded" if result.degraded else str(result.status)] += 1
    if result.error is not None:
        tally.errors[result.error.code] += 1


async def run_all(server: LlamaServer, project: Path, runs: int, side_by_side: int, tally: Tally) -> None:
    questions = [json.loads(line)["question"] for line in (ROOT / "examples/questions.jsonl").read_text().splitlines()]
    apps: list[App] = []
    for seed in range(side_by_side):
        settings = {
            "system.provider": "openai",
            "system.seed": str(seed),
            "providers.providers": {"openai": {"base_url": server.url, "timeout_seconds": 30.0}},
        }
        apps.append(App.open(project, environ={"MOE_TRUST": "/"}, overrides=settings))
    library = apps[0].open_library([str(ROOT / "examples" / "harbour")])
    turns = iter(range(runs))

    async def work(app: App) -> None:
        for number in turns:
            await run_one(app, library, questions[number % len(questions)], tally)
            if number % 10 == 9:
                print(f"{number + 1} runs", file=sys.stderr)

    await asyncio.gather(*(work(app) for app in apps))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--side-by-side", type=int, default=2)
    parser.add_argument("--context", type=int, default=16384, help="tokens that a request may hold")
    parser.add_argument("--json", action="store_true", dest="is_json")
    options = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        server = LlamaServer(Path(folder), slots=2, context_tokens=options.context)
        try:
            started = time.perf_counter()
            asyncio.run(run_all(server, Path(folder) / "project", options.runs, options.side_by_side, tally))
        finally:
            server.stop()
    calls = tally.kinds["model.called"]
    objects = calls - sum(tally.problems.values()) + tally.failed_objects
    report = {
        "runs": sum(tally.ends.values()),
        "ends": dict(tally.ends),
        "errors": dict(tally.errors),
        "tracebacks": len(tally.tracebacks),
        "objects": objects,
        "valid_first_percent": round(100 * (objects - tally.first_invalid) / max(1, objects), 2),
        "valid_after_percent": round(100 * (objects - tally.failed_objects) / max(1, objects), 2),
        "problems": dict(tally.problems),
        "failures": {" ".join(what): count for what, count in tally.failures.most_common(10)},
        "answered_by_extractive": tally.embedded,
        "events": {kind: tally.kinds[kind] for kind in TOLD},
        "slowest_seconds": round(tally.slowest, 1),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(report, indent=None if options.is_json else 2))
    for text in tally.tracebacks[:3]:
        print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
