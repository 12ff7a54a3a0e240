"""Bundled tools loaded from their files, and what they run against: a library in memory, a server on loopback."""

import importlib.util
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from moe_core import BaseTool, Document, Hit, Library, Passage, SecretBox, ToolContext
from moe_core.testing.conformance.tools import check_tool_run

TOOLS = Path(__file__).parents[3] / "plugins" / "tools"


def load_module(path: str) -> ModuleType:
    """The module of one tool file, as "math/calculator"."""
    name = f"bundled_tool_{path.replace('/', '_')}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TOOLS / f"{path}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    # For the session, so that a law that Hypothesis tries many times may be asynchronous.
    return "asyncio"


@pytest.fixture(scope="session")
def load_tool_module() -> Callable[[str], ModuleType]:
    return load_module


@pytest.fixture(scope="session")
def run_tool() -> Callable[..., Any]:
    """Run a tool of a file as the application does: parameters checked, result held to the contract."""

    async def run(
        path: str,
        params: dict[str, Any],
        *,
        library: Library | None = None,
        settings: dict[str, Any] | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        module = load_module(path)
        tool = next(
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, BaseTool) and value is not BaseTool
        )
        box = SecretBox(tool.__name__, settings, is_open="secrets" in (tool.effects or ()))
        context = ToolContext(library=library, settings=settings or {}, deadline=deadline, secrets=box)
        return await check_tool_run(tool, params, context=context)

    return run


class MemoryLibrary:
    """Documents in memory; a passage a paragraph, scored by the words it shares with the query."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = tuple(documents)

    def documents(self) -> Sequence[Document]:
        return self._documents

    def get_document(self, document_id: str) -> Document:
        return next(item for item in self._documents if item.document_id == document_id)

    def search(self, query: str, *, k: int) -> list[Hit]:
        words = set(re.findall(r"\w+", query.lower()))
        hits = []
        for document in self._documents:
            for number, match in enumerate(re.finditer(r"\S(?:.|\n(?!\n))*", document.text)):
                score = float(len(words & set(re.findall(r"\w+", match.group().lower()))))
                passage = Passage(
                    passage_id=f"{document.document_id}#{number}",
                    document_id=document.document_id,
                    title=document.title,
                    section="",
                    start=match.start(),
                    end=match.end(),
                    text=match.group(),
                )
                if score:
                    hits.append(Hit(passage=passage, score=score))
        return sorted(hits, key=lambda hit: -hit.score)[:k]


@pytest.fixture
def make_library() -> Callable[..., MemoryLibrary]:
    return lambda *documents: MemoryLibrary(documents)
