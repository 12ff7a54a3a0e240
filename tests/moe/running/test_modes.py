"""What models can do decides what they are asked for; a weak one costs nobody an answer."""

from pathlib import Path
from typing import Any

import pytest

from chain_server import ChainServer
from model_answers import Said
from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.mode import Mode
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
QUESTION = "Who designed the lighthouse?"
RIGHT = '{"sentence": "E2", "person": "Ines Varga", "year": "1851", "answer": "Ines Varga, in 1851."}'


class Measured(ChainServer):
    """Carries a run through the chain, and says this when it is measured, and this when it reads."""

    measured, read = RIGHT, '{"statements": [], "notes": []}'

    def say(self, asked: Any) -> Said:
        text = "\n".join(asked.texts)
        if "Ines Varga had the tower" in text:
            return Said(text=self.measured, prompt_tokens=100, completion_tokens=30)
        if "Second example, in which" in text:
            return Said(text=self.read, prompt_tokens=300, completion_tokens=30)
        return super().say(asked)


@pytest.fixture
def server() -> Any:
    server = Measured()
    yield server
    server.stop()


@pytest.fixture
def ask(server: Any, tmp_path: Path) -> Any:
    notes = tmp_path / "notes.txt"
    notes.write_text("The lighthouse was built in 1871. Ada Brook designed the lighthouse.", encoding="utf-8")
    settings = {"system.provider": "openai", "providers.providers": {"openai": {"base_url": f"{server.url}/v1"}}}
    app = App.open(tmp_path / "project", environ={"MOE_TRUST": "/"}, overrides=settings)

    async def run(mode: Mode | None = None, *, on_event: Any = None) -> RunResult:
        request = RunRequest(question=QUESTION, docs=(str(notes),), belter="research", mode=mode, model="big:22b")
        return await app.run(request, on_event=on_event)

    return run


def count_questions(server: Any) -> int:
    return len(server.questions())


async def test_a_model_is_measured_once_and_a_good_one_does_all(ask: Any, server: Any) -> None:
    first = await ask()
    assert first.chain.mode is Mode.FULL
    asked = count_questions(server)
    assert (await ask()).chain.mode is Mode.FULL
    assert count_questions(server) == 2 * asked - 1


async def test_a_model_that_misreads_leaves_the_quotes_and_the_user_is_told(ask: Any, server: Any) -> None:
    server.measured = RIGHT.replace("E2", "E3")
    result = await ask()
    assert result.chain.mode is Mode.QUOTES
    assert result.status is Status.DONE
    assert "Ada Brook designed the lighthouse. [1]" in result.answer
    assert count_questions(server) == 1
    assert any("misread" in warning and "--mode full" in warning for warning in result.chain.warnings)


async def test_a_mode_that_is_asked_for_is_not_measured(ask: Any, server: Any) -> None:
    result = await ask(Mode.QUOTES)
    assert (result.chain.mode, count_questions(server)) == (Mode.QUOTES, 0)
    assert "No language model was used" in result.answer


async def test_a_reader_writes_the_answer_once_above_the_quotes(ask: Any, server: Any) -> None:
    server.read = '{"statements": [{"text": "Ada Brook designed it.", "evidence": ["E1"]}], "notes": []}'
    result = await ask(Mode.READER)
    assert count_questions(server) == 1
    assert result.answer.startswith("Ada Brook designed it. [1]")
    sent = server.questions()[0].json
    assert [turn["role"] for turn in sent["messages"]] == ["user"], "Camina's own prompt is about plans"
    assert sent["max_tokens"] <= 200
    assert "Ada Brook designed the lighthouse. [1]" in result.answer


@pytest.mark.parametrize(
    "read",
    [
        '{"statements": [{"text": "Napoleon designed it in 1492.", "evidence": ["E1"]}], "notes": []}',
        '{"statements": [{"text": "Ada Brook never designed it.", "evidence": ["E1"]}], "notes": []}',
        '{"statements": [], "notes": []}',
        "no JSON at all",
    ],
)
async def test_what_a_reader_makes_up_is_left_out_and_the_quotes_stand(ask: Any, server: Any, read: str) -> None:
    server.read = read
    result, quotes = await ask(Mode.READER), await ask(Mode.QUOTES)
    assert result.status is Status.DONE
    assert result.answer.split("\n\n")[0] == quotes.answer.split("\n\n")[0]
    assert "Napoleon" not in result.answer
    assert "never" not in result.answer


async def test_after_one_invalid_step_the_rest_of_the_run_is_read(ask: Any, server: Any) -> None:
    server.plan("say", text="no JSON at all", times=3)
    events: list[Event] = []
    result = await ask(Mode.FULL, on_event=events.append)
    assert "Ada Brook designed the lighthouse. [1]" in result.answer
    asked = {e.data.purpose for e in events if e.kind is EventKind.MODEL_CALLED and e.data.provider == "openai"}
    assert asked == {"decompose", "read"}
