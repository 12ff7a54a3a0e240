"""The executor on DBOS."""

import gc

import pytest

from moe_core.testing import check_executor
from plugins.executors.dbos import DbosExecutor

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
pytestmark = pytest.mark.anyio


async def test_it_keeps_the_contract_in_a_file():
    await check_executor(DbosExecutor)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_it_keeps_the_contract_on_a_server(postgres):
    await check_executor(DbosExecutor, database=postgres)
    gc.collect()  # the engine's own listener leaves its connection to the garbage collector, which warns
