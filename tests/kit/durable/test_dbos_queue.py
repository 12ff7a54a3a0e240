"""A queue kept by DBOS."""

import sqlite3
from contextlib import closing

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

from moe_core.contracts.errors import StorageError
from moe_core.contracts.executor import ExecutorPlace, QueuedTask
from moe_kit.durable.dbos_queue import DbosQueue

pytestmark = pytest.mark.anyio


async def test_what_is_queued_is_json_and_no_pickle(tmp_path):
    queue = DbosQueue(ExecutorPlace(folder=tmp_path, version="1"))
    await queue.submit(QueuedTask(task_id="run/1", payload={"words": ["a"]}))
    await queue.drain(seconds=0)
    with closing(sqlite3.connect(tmp_path / "queue.db")) as connection:
        rows = connection.execute("SELECT serialization, application_version FROM workflow_status").fetchall()
    assert rows == [("portable_json", "1")]


async def test_a_queue_whose_folder_cannot_be_made_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be reached") as told:
        await DbosQueue(ExecutorPlace(folder=tmp_path / "file" / "below")).submit(QueuedTask(task_id="run"))
    assert "\n" not in told.value.message
