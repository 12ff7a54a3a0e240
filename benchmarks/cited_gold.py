"""Share of questions whose answer cites gold evidence, by whole runs of the main job without a language model.

    python benchmarks/cited_gold.py DOCUMENTS QUESTIONS.jsonl

DOCUMENTS is what --docs takes: a corpus.jsonl, or a folder. QUESTIONS holds {"question", "gold": [...]} a line, where
gold are ids of corpus lines or paths below DOCUMENTS; [] marks a question that the documents do not answer.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import anyio

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.task import Status


async def measure(documents: str, questions: Path) -> None:
    """Run every question and print the shares."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = whole = cited = errors = silent = asked = 0
    started = time.process_time()
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), environ={"MOE_TRUST": "/"})
        for row in rows:
            result = await app.run(RunRequest(question=row["question"], docs=(documents,), belter="research"))
            if result.status is not Status.DONE:
                errors += 1
                print(f"error: {result.error}", file=sys.stderr)
            ids = {name for c in result.citations for name in (c.document, c.passage_id)}
            ids |= {
                str(Path(name).relative_to(documents)) for name in ids if name.startswith(documents.rstrip("/") + "/")
            }
            gold = set(row["gold"])
            if not gold:
                silent += not result.citations
                continue
            asked += 1
            found += bool(ids & gold)
            whole += gold <= ids
            cited += len(result.citations)
    spent = time.process_time() - started
    print(f"questions                 {len(rows)}, {errors} ended in an error")
    print(f"a citation is gold        {100 * found / asked:.1f} %")
    print(f"all gold is cited         {100 * whole / asked:.1f} %")
    print(f"citations a question      {cited / asked:.1f}")
    if asked < len(rows):
        print(f"unanswerable, said so     {silent} of {len(rows) - asked}")
    print(f"CPU a run                 {spent / len(rows):.3f} s, reading the documents included")


if __name__ == "__main__":
    anyio.run(measure, sys.argv[1], Path(sys.argv[2]))
