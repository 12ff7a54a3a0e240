"""The project's index over HTTP."""

import pytest

from served_project import MILL, ServedProject

INDEX = "/api/v1/index"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with an index, one of whose files has changed since."""
    project = ServedProject(tmp_path_factory.mktemp("indexed"))
    (project.folder / "docs" / "quay.md").write_text("The quay was built by Jo Lint.\n", encoding="utf-8")
    assert project.run("index", "add", "docs").returncode == 0
    (project.folder / "docs" / "quay.md").write_text("The quay is gone.\n", encoding="utf-8")
    project.start("--workers", "1")
    yield project
    project.stop()


def test_what_has_changed_since_comes_first(project):
    with project.open_client() as client:
        told = client.get(INDEX).json()
        assert (told["exists"], told["documents"], told["states"]) == (True, 2, {"changed": 1, "unchanged": 1})
        assert [(one["name"], one["state"]) for one in told["sources"]] == [
            ("docs/quay.md", "changed"),
            ("docs/mill.md", "unchanged"),
        ]
        page = client.get(f"{INDEX}?limit=1&offset=1&text=MD").json()
        assert ([one["name"] for one in page["sources"]], page["total"]) == (["docs/mill.md"], 2)


def test_a_document_is_read_as_it_was_indexed_and_no_file_that_was_not(project):
    with project.open_client() as client:
        whole = client.get(f"{INDEX}/documents/docs/mill.md").json()
        assert (whole["text"], whole["length"], whole["collection"]) == (MILL, len(MILL), "")
        part = client.get(f"{INDEX}/documents/docs/mill.md?start=2&end=10").json()
        assert (part["text"], part["start"], part["end"]) == (MILL[2:10], 2, 10)
        assert "Jo Lint" in client.get(f"{INDEX}/documents/docs/quay.md").json()["text"]
        for name in ("docs/none.md", "config/system.yaml", "../outside.md", "/etc/passwd"):
            told = client.get(f"{INDEX}/documents/{name}")
            assert (told.status_code, told.json()["code"]) in [(404, "name_unknown"), (404, "no_such_path")], name


def test_without_an_index_there_is_none(client):
    told = client.get(INDEX).json()
    assert (told["exists"], told["sources"], told["total"]) == (False, [], 0)
    assert client.get(f"{INDEX}/documents/docs/mill.md").json()["code"] == "name_unknown"
