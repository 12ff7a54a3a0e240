from pathlib import Path

import pytest

from moe.configuration import Config
from moe.knowledge.search import SearchSetup
from moe_core import Retriever
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.registry import Registry


@pytest.fixture(scope="session")
def setup(retriever: Retriever) -> SearchSetup:
    """The retriever's own ranking, without walkers."""
    return SearchSetup(retriever=retriever)


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The plugins that come with moe."""
    nowhere = tmp_path_factory.mktemp("no-plugins")
    places = Locations(bundled=find_bundled_root(), user=nowhere, project=nowhere)
    return build_registry(Config(), places, with_distributions=False)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a file below a fresh current folder."""
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, content: str | bytes = "Some text.") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file
