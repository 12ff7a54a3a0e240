"""Where budgets are counted: the workspace's file, a real PostgreSQL server, a real Redis server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from redis_server import find_redis, run_redis


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server of these tests' own."""
    if find_redis() is None:
        pytest.skip("redis-server is not installed")
    with run_redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture(params=["file", "postgres", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The address, and the workspace's folder."""
    return "" if request.param == "file" else request.getfixturevalue(request.param), tmp_path
