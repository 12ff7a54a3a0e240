"""What a tool is handed works without the application too."""

import logging
import time
from pathlib import Path

import pytest

from moe_core.contracts.errors import ToolError
from moe_core.contracts.tool_context import ToolContext


def test_time_is_what_is_left_and_never_below_nothing() -> None:
    assert ToolContext().seconds_left is None
    assert ToolContext(deadline=time.time() - 5).seconds_left == 0


def test_the_cache_folder_is_made_when_it_is_wanted(tmp_path: Path) -> None:
    context = ToolContext(cache=tmp_path / "a" / "b")
    assert not context.cache.exists()
    assert context.open_cache().is_dir()
    with pytest.raises(ToolError, match="no cache folder"):
        ToolContext().open_cache()
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match="cannot be made"):
        ToolContext(cache=tmp_path / "file" / "b").open_cache()


def test_progress_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="moe.tools"):
        ToolContext().report("page 3\nof 10")
    assert [record.getMessage() for record in caplog.records] == ["page 3 of 10"]


@pytest.mark.anyio
async def test_without_the_application_nothing_is_sent() -> None:
    with pytest.raises(ToolError, match="no network here"):
        await ToolContext().http.fetch("https://example.org")
