"""The executor on DBOS."""

import pytest

from moe_core.testing import check_executor
from plugins.executors.dbos import DbosExecutor

pytestmark = pytest.mark.anyio


async def test_it_keeps_the_contract_in_a_file():
    await check_executor(DbosExecutor)
