"""The work of a batch."""

from pathlib import Path

import pytest

from moe.app import App
from moe.batch.entries import BatchEntry
from moe.batch.lines import build_lines
from moe.batch.runner import BatchRunner
from moe_core.contracts.errors import DocumentError, StorageError
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
QUESTIONS = ("Who restored the tidal mill?", "What did the ferry cost?", "Who painted the bridge?")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mill.md").write_text("The tidal mill was restored by Ada Brook in 1987.", encoding="utf-8")
    settings = {"system.provider": "extractive", "system.record": False}
    return App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides=settings)


def build(docs: Path | str, *more: dict) -> list:
    fields = [{"question": question} for question in QUESTIONS] + list(more)
    entries = [BatchEntry(line=number, fields=each) for number, each in enumerate(fields, start=1)]
    return build_lines(entries, name="file", defaults={"docs": str(docs)})


async def test_documents_are_opened_once_for_all_lines_and_each_line_has_its_result(app: App, tmp_path: Path) -> None:
    read: list[str] = []
    results = {}
    runner = BatchRunner(
        app=app,
        parallel=2,
        on_result=lambda line, result: results.setdefault(line.line, result) is result,
        on_progress=lambda done, total, name: read.append(name),
    )
    await runner.run(build(tmp_path / "docs"))
    assert len(read) == 1
    assert sorted(results) == [1, 2, 3]
    assert "Ada Brook" in results[1].answer


async def test_a_line_whose_documents_cannot_be_read_fails_by_itself(app: App, tmp_path: Path) -> None:
    results = {}
    runner = BatchRunner(
        app=app, parallel=1, on_result=lambda line, result: results.setdefault(line.line, result) is result
    )
    await runner.run(build(tmp_path / "docs", {"question": "Why?", "docs": "nowhere"}))
    assert [results[line].status for line in (1, 2, 3, 4)] == [Status.DONE] * 3 + [Status.FAILED]
    assert "nowhere" in results[4].error.message


async def test_documents_of_all_lines_that_cannot_be_read_are_told_before_the_first(app: App) -> None:
    results = []
    runner = BatchRunner(app=app, parallel=1, on_result=lambda line, result: bool(results.append(line)))
    lines = build("nowhere")
    with pytest.raises(DocumentError):
        await runner.run(lines, first=lines[0].request)
    assert results == []


async def test_the_batch_ends_when_it_is_told_to(app: App, tmp_path: Path) -> None:
    results = []
    runner = BatchRunner(app=app, parallel=1, on_result=lambda line, result: bool(results.append(line)))
    await runner.run(build(tmp_path / "docs"))
    assert [line.line for line in results] == [1]


async def test_a_result_that_cannot_be_kept_ends_the_batch_with_that_error(app: App, tmp_path: Path) -> None:
    def refuse(*_: object) -> bool:
        raise StorageError("no room")

    with pytest.raises(StorageError, match="no room"):
        await BatchRunner(app=app, parallel=2, on_result=refuse).run(build(tmp_path / "docs"))


async def test_lines_of_one_conversation_follow_one_another(app: App, tmp_path: Path) -> None:
    recorded = App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides={"system.provider": "extractive"})
    lines = build(
        tmp_path / "docs",
        {"question": QUESTIONS[0], "conversation_id": "c"},
        {"question": "and when?", "conversation_id": "c"},
    )
    results = {}
    runner = BatchRunner(
        app=recorded, parallel=4, on_result=lambda line, result: results.setdefault(line.line, result) is result
    )
    await runner.run(lines[3:])
    recorded.close()
    assert results[5].asked_as.startswith("When was it that")
