import os
import sys
from pathlib import Path

import pytest

import moe.knowledge.loading.sources as sources
from bundled_reading import FORMATS, find_sources
from moe_core.contracts.errors import DocumentError


def ids(*arguments: str) -> list[str]:
    return [file.document_id for file in find_sources(arguments).files]


def test_a_folder_gives_its_files_in_order_without_hidden_ones(write) -> None:
    for name in (
        "b.md",
        "a/z.txt",
        "a/b/c.html",
        ".git/x.md",
        ".hidden.txt",
        "node_modules/p/r.md",
        "c/__pycache__/d.txt",
    ):
        write(f"docs/{name}")
    assert ids("docs") == ["docs/a/b/c.html", "docs/a/z.txt", "docs/b.md"]
    assert ids("docs/") == ids("./docs") == ids("docs")
    assert ids(".") == ids("docs")


def test_an_absolute_path_stays_absolute(write, tmp_path: Path) -> None:
    write("docs/a.md")
    assert ids(str(tmp_path / "docs")) == [(tmp_path / "docs" / "a.md").as_posix()]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("docs/*.md", ["docs/b.md"]),
        ("docs/**/*.md", ["docs/b.md", "docs/a/c.md", "docs/a/d/e.md"]),
        ("docs/*", ["docs/a/c.md", "docs/a/d/e.md", "docs/a/f.txt", "docs/b.md"]),
        ("docs/**", ["docs/a/c.md", "docs/a/d/e.md", "docs/a/f.txt", "docs/b.md"]),
        ("docs/?/[cf].*", ["docs/a/c.md", "docs/a/f.txt"]),
        ("*/a/f.txt", ["docs/a/f.txt"]),
        ("**/.secret/*.md", ["docs/.secret/s.md"]),
    ],
)
def test_a_glob_names_files_and_whole_folders(write, pattern: str, expected: list[str]) -> None:
    for name in ("b.md", "a/c.md", "a/d/e.md", "a/f.txt", ".secret/s.md"):
        write(f"docs/{name}")
    assert ids(pattern) == expected


def test_a_file_whose_name_looks_like_a_glob_is_that_file(write) -> None:
    write("paper [2016].txt")
    write("paper 2.txt")
    assert ids("paper [2016].txt") == ["paper [2016].txt"]


def test_links_that_lead_in_circles_are_followed_once(write, tmp_path: Path) -> None:
    write("docs/a/b.md")
    os.symlink(tmp_path / "docs", tmp_path / "docs" / "a" / "loop")
    os.symlink(tmp_path / "nowhere", tmp_path / "docs" / "dead.md")
    sources = find_sources(["docs", "docs/**/*.md"])
    assert [file.document_id for file in sources.files] == ["docs/a/b.md"]
    assert [note.path for note in sources.notes] == ["docs/dead.md"]


def test_a_file_given_twice_is_taken_once_and_counts_as_named(write) -> None:
    write("docs/a.md")
    write("docs/b.md")
    files = find_sources(["docs", "./docs/b.md", "docs/*.md"]).files
    assert [(file.document_id, file.is_named) for file in files] == [("docs/a.md", False), ("docs/b.md", True)]


def test_what_is_not_read_is_noted_in_a_folder_and_refused_by_name(write) -> None:
    write("docs/a.md")
    write("docs/photo.png", b"\x89PNG\0")
    write("docs/README")
    write("docs/~$lock.docx")
    sources = find_sources(["docs"])
    assert [file.document_id for file in sources.files] == ["docs/README", "docs/a.md"]
    assert [str(note) for note in sources.notes] == ["docs/photo.png: files ending in .png are not read"]
    with pytest.raises(DocumentError, match=r"docs/photo\.png is of a kind that moe does not read"):
        find_sources(["docs/photo.png"])


def test_a_format_that_can_be_converted_says_how(write) -> None:
    write("old.doc")
    with pytest.raises(DocumentError) as caught:
        find_sources(["old.doc"])
    assert caught.value.hint == "save it as .docx"


@pytest.mark.parametrize(
    ("argument", "hint"),
    [
        ("examples/harbor", "did you mean examples/harbour?"),
        ("exmples/harbour/log.md", "did you mean examples/harbour/log.md?"),
        ("examples/harbour/log.txt", "did you mean examples/harbour/log.md?"),
        ("Examples/Harbour", "did you mean examples/harbour?"),
        ("qqq", "check the path; it is looked up from the current folder"),
        ("https://example.org/a.pdf", "download it first; documents are read from this machine"),
        ("", "name a file, a folder or a glob"),
        ("examples/h*.pdf", None),
        ("examples/empty", None),
        ("a\0b", None),
    ],
)
def test_an_argument_that_names_nothing_is_an_error_with_a_remedy(
    write, tmp_path: Path, argument: str, hint: str | None
) -> None:
    write("examples/harbour/log.md")
    (tmp_path / "examples" / "empty").mkdir()
    with pytest.raises(DocumentError) as caught:
        find_sources([argument])
    assert caught.value.hint
    assert hint is None or caught.value.hint == hint
    assert "\n" not in caught.value.message


def test_a_folder_without_readable_documents_names_what_it_holds(write) -> None:
    write("sheets/a.numbers", b"PK")
    with pytest.raises(DocumentError, match=r"sheets/a\.numbers: files ending in \.numbers are not read") as caught:
        find_sources(["sheets"])
    assert caught.value.hint == "export it as .xlsx"


def test_what_is_left_out_of_a_folder_says_what_to_do(write) -> None:
    write("docs/a.md")
    write("docs/old.doc")
    (note,) = find_sources(["docs"]).notes
    assert note.reason == "files ending in .doc are not read; save it as .docx"


@pytest.mark.parametrize("argument", ["docs", "./docs", ".", "docs/a.md", "docs/*.md", "../here/docs"])
def test_documents_of_another_folder_are_called_what_they_are_called_there(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    write("here/docs/a.md")
    write("here/docs/b.md")
    monkeypatch.chdir(tmp_path / "here")
    expected = ids(argument)
    monkeypatch.chdir(tmp_path)
    found = sources.find_sources([argument], formats=FORMATS, folder=str(tmp_path / "here")).files
    assert [file.document_id for file in found] == expected
    assert all(file.path.is_file() for file in found)
    absolute = str(tmp_path / "here" / "docs")
    assert (
        sources.find_sources([absolute], formats=FORMATS, folder="/nowhere").files[0].document_id.startswith(absolute)
    )
    with pytest.raises(DocumentError, match="an empty path"):
        sources.find_sources([" "], formats=FORMATS, folder=str(tmp_path))


def test_no_arguments_give_no_files() -> None:
    assert find_sources([]).files == ()


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there")
def test_a_file_whose_name_is_no_text_is_noted_in_a_folder_and_refused_by_name(write) -> None:
    for name in (b"docs/a.md", b"docs/caf\xe9.md", b"docs/d\xe9p/b.md"):
        write(os.fsdecode(name))
    sources = find_sources(["docs"])
    assert [file.document_id for file in sources.files] == ["docs/a.md"]
    assert [str(note) for note in sources.notes] == [
        f"docs/{name}: its name is no valid text; rename it" for name in ("caf\ufffd.md", "d\ufffdp/b.md")
    ]
    for argument in (b"docs/caf\xe9.md", b"docs/caf*", b"docs/d\xe9p"):
        with pytest.raises(DocumentError, match="its name is no valid text"):
            find_sources([os.fsdecode(argument)])
    for argument in (b"docs/caf\xe8.md", b"nowhere\xe9", b"nowhere\xe9*"):
        with pytest.raises(DocumentError) as caught:
            find_sources([os.fsdecode(argument)])
        assert f"{caught.value.message} {caught.value.path} {caught.value.hint}".encode()


def test_a_link_to_nothing_is_named_as_one(write, tmp_path: Path) -> None:
    os.symlink("nowhere", tmp_path / "d.txt")
    for argument in ("d.txt", "./d.txt"):
        with pytest.raises(DocumentError, match=r"d\.txt is a link to nothing"):
            find_sources([argument])
    with pytest.raises(DocumentError, match=r"there is no file or folder d\.txt/x"):
        find_sources(["d.txt/x"])


@pytest.fixture
def outside(tmp_path: Path, write) -> Path:
    """A folder `docs` in whose `links` a file and a folder lead outside, and others stay inside."""
    write("secret/key.txt")
    write("docs/a.md")
    write("docs/b/c.md")
    (tmp_path / "docs/links").mkdir()
    os.symlink(tmp_path / "secret/key.txt", tmp_path / "docs/links/key.txt")
    os.symlink(tmp_path / "secret", tmp_path / "docs/links/secret")
    os.symlink("../b", tmp_path / "docs/links/inside")
    os.symlink("../a.md", tmp_path / "docs/links/a.md")
    return tmp_path


@pytest.mark.parametrize("argument", ["docs", "docs/**", "docs/*", "*/links", "docs/links/../**"])
def test_what_links_lead_to_outside_of_a_folder_is_left_out(outside: Path, argument: str) -> None:
    if argument == "*/links":  # the folder that the glob begins in holds it all
        assert "docs/links/key.txt" in ids(argument)
        return
    sources = find_sources([argument])
    assert not [file for file in sources.files if "secret" in os.path.realpath(file.path)]
    notes = {Path(note.path).name: note.reason for note in sources.notes}
    assert set(notes) == {"key.txt", "secret"}
    assert all("leads outside; --follow-links reads it" in reason for reason in notes.values())


def test_a_pattern_that_goes_through_a_link_leads_outside_too(outside: Path) -> None:
    with pytest.raises(DocumentError, match="only links that lead outside") as caught:
        find_sources(["docs/links/[s]ecret/*.txt"])
    assert "--follow-links" in (caught.value.hint or "")


def test_links_are_followed_on_demand_and_when_they_are_named(outside: Path) -> None:
    names = [file.document_id for file in find_sources(["docs"], follow_links=True).files]
    assert "docs/links/key.txt" in names
    assert ids("docs/links/key.txt") == ["docs/links/key.txt"]
    assert ids("docs/links/secret") == ["docs/links/secret/key.txt"]
    os.symlink("docs", outside / "way")
    assert "way/a.md" in ids("way")
