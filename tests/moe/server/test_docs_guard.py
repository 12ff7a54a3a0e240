"""Which documents a request may name."""

import pytest

from moe.server.docs_guard import DocsGuard
from moe.server.problems import ProblemError


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text("The mill.", encoding="utf-8")
    (tmp_path / "secret.md").write_text("4711", encoding="utf-8")
    (tmp_path / "project-2").mkdir()
    (folder / "docs" / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "way").symlink_to(tmp_path)
    return folder


@pytest.mark.parametrize("given", ["docs", "docs/mill.md", "docs/m*.md", "**/mill.md", "docs/none.md", "."])
def test_what_lies_below_the_project_may_be_asked_about(project, given):
    DocsGuard(project).check([given, str(project / given)])


@pytest.mark.parametrize(
    "given",
    [
        "..",
        "../secret.md",
        "docs/../../secret.md",
        "/etc/passwd",
        "~/secret.md",
        "docs/link.md",
        "docs/l*.md",
        "docs/l[i]nk.md",
        "way/secret.md",
        "way/*.md",
        "w*/secret.md",
        "../project-2",
        "a\0b",
    ],
)
def test_what_leads_elsewhere_is_refused(project, given):
    with pytest.raises(ProblemError) as caught:
        DocsGuard(project).check(["docs", given])
    assert (caught.value.code, caught.value.errors[0].pointer) == ("docs_outside", "/docs/1")


def test_other_roots_take_the_projects_place(project, tmp_path):
    guard = DocsGuard(project, [str(tmp_path / "project-2"), "docs"])
    guard.check([str(tmp_path / "project-2"), "docs/mill.md"])
    with pytest.raises(ProblemError):
        guard.check(["plugins"])


@pytest.mark.parametrize(
    "given", ["docs/none.md", "nothing", "docs/*.pdf", "docs/mill.md/*", "n" * 300, "n" * 300 + "/m.md"]
)
def test_what_is_not_there_is_refused_with_its_place(project, given):
    guard = DocsGuard(project)
    guard.check_there(["docs", "docs/m*.md"])
    with pytest.raises(ProblemError) as caught:
        guard.check_there(["docs", given])
    assert (caught.value.code, caught.value.errors[0].pointer) == ("document", "/docs/1")
