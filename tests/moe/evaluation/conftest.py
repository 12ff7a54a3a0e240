"""A small corpus with known evidence, opened as the command line opens it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moe.app import App
from moe.evaluation.corpus import OpenedCorpus, open_corpus

LINES = (
    {"id": "mill", "title": "Pell Mill", "text": "Pell Mill is driven by the tide. Ada Brook restored it."},
    {"id": "brook", "title": "Ada Brook", "text": "Ada Brook is an engineer. She was born on Skerry."},
    {"id": "skerry", "title": "Skerry", "text": "Nine houses stand there."},
    {"id": "ferry", "title": "Ferry", "text": "The boat leaves at nine each day."},
)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write JSON lines below a fresh current folder."""
    monkeypatch.chdir(tmp_path)

    def write_lines(name: str, *rows: dict[str, Any]) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write_lines


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App.open(tmp_path / "project", environ={"MOE_TRUST": "/"}, overrides={"system.record": "false"})


@pytest.fixture
def open_it(app: App) -> Callable[[str], OpenedCorpus]:
    return lambda name: open_corpus(name, app)


@pytest.fixture
def corpus(write: Callable[..., Path], open_it: Callable[[str], OpenedCorpus]) -> OpenedCorpus:
    write("corpus.jsonl", *LINES)
    return open_it("corpus.jsonl")
