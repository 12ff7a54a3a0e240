"""The Python in the documentation runs as it stands, block after block."""

import asyncio
import inspect
import json
import re
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from pathlib import Path
from types import ModuleType

import pytest

from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations
from moe_core.loading.settings import KernelConfig
from moe_core.testing import check_loader, check_retriever, check_scorer, check_tool, check_tool_run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "write-a-plugin.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [
    page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if BLOCK.search(page.read_text())
]


def run_blocks(page: Path) -> ModuleType:
    """All blocks of a page, each in the same module, as a reader would paste them one below the other."""
    module = ModuleType(f"page_{page.stem.replace('-', '_')}")
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, str(page), "exec"), vars(module))
    return module


@pytest.fixture(scope="module")
def written() -> ModuleType:
    return run_blocks(PAGE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_python(page: Path) -> None:
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        compile(block, str(page), "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_tests_that_the_page_shows_pass(written: ModuleType) -> None:
    shown = [value for name, value in vars(written).items() if name.startswith("test_") and inspect.isfunction(value)]
    assert shown
    for test in shown:
        test()


def test_what_the_page_writes_keeps_the_contracts(written: ModuleType) -> None:
    for tool in (written.Roman, written.Tide, written.WordCount):
        check_tool(tool)
    counted = asyncio.run(check_tool_run(written.WordCount, {"text": "the quick brown fox"}))
    assert counted == {"words": 4}
    check_retriever(written.WordOverlap)
    asyncio.run(check_scorer(written.Brevity))
    check_loader(written.LogbookLoader, {"a.logbook": b"=== 12\nwind from the north\n[torn]\n"})
    assert written.moe_tools() == [written.Roman]


def test_the_files_that_the_page_shows_are_found(tmp_path: Path) -> None:
    blocks = [block for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if "(BaseTool)" in block]
    folder = tmp_path / "project" / "plugins" / "tools" / "text"
    folder.mkdir(parents=True)
    for number, block in enumerate(blocks):
        head = "" if "import BaseTool" in block else "from moe_core import BaseTool, ToolResult\n"
        (folder / f"tool_{number}.py").write_text(head + block, encoding="utf-8")
    roots = {name: tmp_path / name for name in ("bundled", "user", "project")}
    registry = build_registry(KernelConfig(), Locations(**roots), with_distributions=False)
    assert registry.tools.names() == ["order_parts", "roman", "tide", "word_count"]
    assert [entry.name for entry in registry.tools if entry.asks_first] == ["order_parts"]
    assert not registry.problems, json.dumps([problem.message for problem in registry.problems])
