"""One server for all tests of a process; those that end or fill one start their own on the same project."""

from collections.abc import Iterator

import pytest

from served_project import ServedProject


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProject]:
    """A project whose server is up."""
    project = ServedProject(tmp_path_factory.mktemp("served"))
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture
def own(served: ServedProject) -> Iterator[ServedProject]:
    """The same project, without a server: one that the test starts, fills and ends."""
    project = ServedProject(served.folder.parent)
    yield project
    project.stop()
