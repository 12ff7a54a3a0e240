"""Follow-ups over examples/harbour: whether they cite what the whole question should, without a model.

    python benchmarks/follow_ups/measure.py [--set second] [--details]

Each line of harbour.jsonl is a conversation of two turns: the first question, a follow-up, the whole question that it
stands for, and documents that hold the evidence. Printed, by set: follow-ups of which a citation is gold; the same of
the whole question asked by itself; the same of the follow-up asked alone; whole questions that stay word for word when
they are asked as follow-ups. The first set was seen while the rules were written, the second was written after.
"""

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

import anyio

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "examples" / "harbour"


def cites_gold(result: RunResult, gold: list[str]) -> bool:
    """Whether a citation is gold."""
    cited = {citation.document.removeprefix(f"{DOCUMENTS}/") for citation in result.citations}
    return not cited.isdisjoint(gold)


async def measure(only: str, has_details: bool) -> None:
    """Ask, and print."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "harbour.jsonl").read_text().splitlines()]
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), environ={"MOE_TRUST": "/"}, overrides={"system.provider": "extractive"})
        library = await app.read_library([str(DOCUMENTS)])

        async def ask(question: str, conversation: str | None = None) -> RunResult:
            request = RunRequest(question=question, docs=(str(DOCUMENTS),), conversation_id=conversation)
            return await app.run(request, library=library)

        found: dict[str, Counter[str]] = {}
        for row in rows:
            if only and row["set"] != only:
                continue
            counts = found.setdefault(row["set"], Counter())
            first = await ask(row["first"])
            follow_up = await ask(row["follow_up"], first.run_id)
            is_found = cites_gold(follow_up, row["gold"])
            is_found_whole = cites_gold(await ask(row["full"]), row["gold"])
            counts["conversations"] += 1
            counts["follow_up"] += is_found
            counts["whole"] += is_found_whole
            counts["alone"] += cites_gold(await ask(row["follow_up"]), row["gold"])
            counts["verbatim"] += (await ask(row["full"], first.run_id)).asked_as == ""
            if has_details:
                marks = f"{'+' if is_found else '-'}{'+' if is_found_whole else '-'}"
                print(f"{marks} {row['follow_up']}  ->  {follow_up.asked_as or '(as it is)'}  [{first.short_answer}]")
        app.close()
    for name, counts in found.items():
        print(
            f"{name}: {counts['follow_up']} of {counts['conversations']} follow-ups cite gold; "
            f"the whole question {counts['whole']}, the follow-up alone {counts['alone']}; "
            f"{counts['verbatim']} whole questions stay as they are"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="")
    parser.add_argument("--details", action="store_true")
    arguments = parser.parse_args()
    anyio.run(measure, arguments.set, arguments.details)
