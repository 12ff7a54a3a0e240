"""Adding, changing and removing files: the index is always the one that their final set would make."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled_reading import read_with, update_index
from moe.contracts.index import IndexChange, IndexProgress
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.sealed_json import open_sealed, seal_json
from moe.knowledge.index.status import read_status
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.verification import verify_index
from moe.knowledge.settings import DocumentSettings
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import DocumentError, NameUnknownError, StorageError

TEXTS = (
    "The Tidal Mill stands at Gull Creek. Ada Brook restored it.\n",
    "# Ferries\n\nThe ferry leaves at nine.\n\n## Winter\n\nÜber den Hafen. 東京タワーは高い。\n",
    "Ada Brook was born in Kent. " * 80,
    "word\n",
)
NAMES = ("a.txt", "b.md", "sub/a.md", "sub/z.txt", "lines.jsonl")


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".jsonl"):
        lines = text.split(".")
        text = "\n".join(json.dumps({"id": f"{name}{n}", "text": line, "title": "T"}) for n, line in enumerate(lines))
    path.write_text(text, encoding="utf-8")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
        st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("add"), st.just("docs"), st.just("")),
        st.tuples(st.just("add"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("remove"), st.sampled_from((*NAMES, "sub")), st.just("")),
        st.tuples(st.just("refresh"), st.just(""), st.just("")),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=40)
@given(STEPS)
def test_any_way_to_a_set_of_files_makes_the_same_index(same_arrays, steps):
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        try:
            take_steps(folder, steps, same_arrays)
        finally:
            os.chdir(before)


def take_steps(folder: Path, steps, same_arrays) -> None:
    store = IndexStore(workspace=open_workspace(folder / ".moe"), project=folder)
    contents: dict[str, bytes] = {}
    removed: set[str] = set()
    is_rooted = False
    write(folder, "keep.txt", TEXTS[0])
    for step, name, text in (*steps, ("add", "docs", "")):
        target = "docs" if name == "docs" else f"docs/{name}"
        if step == "write":
            write(folder, name, text)
        elif step == "delete":
            (folder / target).unlink(missing_ok=True)
        elif step == "add" and (folder / target).exists():
            update_index(store, add=[target])
            is_rooted = is_rooted or name == "docs"
            removed = {path for path in removed if path != target and not path.startswith(f"{target}/")}
            below = [path for path in contents if path == target or path.startswith(f"{target}/")]
            contents = {path: data for path, data in contents.items() if path not in below}
            files = [folder / target] if name != "docs" else (folder / "docs").rglob("*.*")
            contents |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        elif step == "remove" and any(path == target or path.startswith(f"{target}/") for path in contents):
            update_index(store, remove=[target])
            removed |= {target} if is_rooted else set()
            contents = {p: data for p, data in contents.items() if p != target and not p.startswith(f"{target}/")}
        elif step == "refresh" and store.find_generation():
            update_index(store)
            contents = {p: (folder / p).read_bytes() if (folder / p).exists() else d for p, d in contents.items()}
            if is_rooted:
                there = [path.relative_to(folder).as_posix() for path in (folder / "docs").rglob("*.*")]
                new = [path for path in there if not any(f"{path}/".startswith(f"{out}/") for out in removed)]
                contents = {path: (folder / path).read_bytes() for path in there if path in contents or path in new}
        assert [record.name for record in store.load_table().files] == sorted(contents)
    rebuild_and_compare(folder, store, contents, same_arrays)


def rebuild_and_compare(folder: Path, store: IndexStore, contents: dict[str, bytes], same_arrays) -> None:
    shutil.rmtree(folder / "docs")
    for path, data in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    fresh = IndexStore(workspace=open_workspace(folder / "other"), project=folder)
    if contents:
        update_index(fresh, add=sorted(contents, reverse=True))
        assert same_arrays(store.open(), fresh.open()) == []


@pytest.fixture
def mill(store: IndexStore) -> IndexStore:
    """A store whose project has two documents, not indexed yet."""
    write(store.project, "a.txt", TEXTS[0])
    write(store.project, "b.md", TEXTS[1])
    return store


def age(folder: Path) -> None:
    """Make files look as if nobody had touched them for a minute."""
    for path in folder.rglob("*"):
        os.utime(path, (path.stat().st_atime - 60, path.stat().st_mtime - 60))


def ids_of(store: IndexStore) -> list[str]:
    index = store.open()
    assert isinstance(index, PassageIndex)
    return [document.document_id for document in index.documents]


def test_an_update_tells_what_it_did(mill: IndexStore) -> None:
    assert update_index(mill, add=["docs"]) == IndexChange(added=("docs/a.txt", "docs/b.md"), documents=2, passages=3)
    write(mill.project, "b.md", TEXTS[3])
    write(mill.project, "c.md", TEXTS[0])
    (mill.project / "docs/a.txt").unlink()
    assert update_index(mill, add=["docs"]) == IndexChange(
        added=("docs/c.md",), changed=("docs/b.md",), removed=("docs/a.txt",), documents=2, passages=2
    )


def test_files_that_look_the_same_are_not_even_opened(mill: IndexStore) -> None:
    age(mill.project / "docs")
    update_index(mill, add=["docs"])
    path = mill.project / "docs/a.txt"
    stat = path.stat()
    path.write_text("x" * stat.st_size, encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert update_index(mill, add=["docs"]).unchanged == 2


def test_a_file_changed_at_once_without_its_size_is_noticed(mill: IndexStore) -> None:
    update_index(mill, add=["docs"])
    path = mill.project / "docs/a.txt"
    stat = path.stat()
    path.write_text("x" * stat.st_size, encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert update_index(mill, add=["docs"]).changed == ("docs/a.txt",)


def test_a_touched_file_is_compared_and_not_read_again(mill: IndexStore) -> None:
    age(mill.project / "docs")
    update_index(mill, add=["docs"])
    before = find_files(mill)
    generation = mill.find_generation()
    age(mill.project / "docs")
    steps: list[IndexProgress] = []
    assert update_index(mill, add=["docs"], on_progress=steps.append).unchanged == 2
    assert "reading" not in {progress.step for progress in steps}
    assert mill.find_generation() != generation  # the table of sources is new, the tables are the same
    assert find_files(mill) == before
    generation = mill.find_generation()
    steps.clear()
    update_index(mill, add=["docs"], on_progress=steps.append)
    assert {progress.step for progress in steps} == {"looking"}
    assert mill.find_generation() == generation


def test_progress_goes_through_looking_reading_and_writing(mill: IndexStore) -> None:
    write(mill.project, "lines.jsonl", TEXTS[2] * 5)
    steps: list[IndexProgress] = []
    update_index(mill, add=["docs"], on_progress=steps.append)
    assert list(dict.fromkeys(progress.step for progress in steps)) == ["looking", "reading", "writing"]
    reading = [progress for progress in steps if progress.step == "reading"]
    assert {progress.name for progress in reading} == {"docs/a.txt", "docs/b.md", "docs/lines.jsonl"}
    done = [progress.done_bytes for progress in reading]
    assert done == sorted(done)
    assert 0 < max(done) <= reading[0].total_bytes
    assert max(progress.passages for progress in reading) > 200


def test_documents_keep_their_ids_wherever_they_are_named_from(mill: IndexStore, monkeypatch) -> None:
    update_index(mill, add=["docs"])
    monkeypatch.chdir(mill.project / "docs")
    assert update_index(mill, add=["."]).unchanged == 2
    write(mill.project, "a.txt", TEXTS[3])
    assert update_index(mill, add=["a.txt"]).changed == ("docs/a.txt",)
    assert ids_of(mill) == ["docs/a.txt", "docs/b.md"]
    assert update_index(mill, remove=["a.txt"]).removed == ("docs/a.txt",)


def test_a_project_can_be_moved_with_its_index(mill: IndexStore, tmp_path_factory) -> None:
    update_index(mill, add=["docs"])
    moved = tmp_path_factory.mktemp("moved") / "project"
    shutil.copytree(mill.project, moved)
    os.chdir(moved)
    there = IndexStore(workspace=open_workspace(moved / ".moe"), project=moved)
    assert update_index(there, add=["docs"]).unchanged == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_is_the_file_that_it_leads_to(mill: IndexStore) -> None:
    (mill.project / "way").symlink_to("docs")
    update_index(mill, add=["docs"])
    assert update_index(mill, add=["way"]).unchanged == 2
    (mill.project / "docs/c.txt").symlink_to("a.txt")
    assert update_index(mill, add=["docs"]).added == ()


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_that_leads_elsewhere_now_is_read_again(mill: IndexStore) -> None:
    (mill.project / "now.txt").symlink_to("docs/a.txt")
    update_index(mill, add=["now.txt"])
    (mill.project / "now.txt").unlink()
    (mill.project / "now.txt").symlink_to("docs/b.md")
    update_index(mill, add=["now.txt"])
    index = mill.open()
    assert index is not None
    assert [document.text[:9] for document in index.documents] == ["# Ferries"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_file_that_became_a_link_elsewhere_is_not_read_until_it_is_added_again(
    mill: IndexStore, tmp_path_factory
) -> None:
    update_index(mill, add=["docs/a.txt"])
    before = ids_of(mill)
    secret = tmp_path_factory.mktemp("elsewhere") / "key.txt"
    secret.write_text("The key is under the mat.", encoding="utf-8")
    (mill.project / "docs/a.txt").unlink()
    (mill.project / "docs/a.txt").symlink_to(secret)
    change = update_index(mill)
    assert [note.path for note in change.notes] == ["docs/a.txt"]
    assert "leads elsewhere now" in change.notes[0].reason
    assert ids_of(mill) == before
    index = mill.open()
    assert index is not None
    assert not any("under the mat" in document.text for document in index.documents)
    update_index(mill, add=["docs/a.txt"])
    index = mill.open()
    assert index is not None
    assert any("under the mat" in document.text for document in index.documents)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_folder_is_kept_up_to_date_as_it_was_added_with_its_links_or_without(mill: IndexStore, tmp_path_factory):
    update_index(mill, add=["docs"])
    secret = tmp_path_factory.mktemp("elsewhere") / "key.txt"
    secret.write_text("The key is under the mat.", encoding="utf-8")
    (mill.project / "docs/a.txt").unlink()
    (mill.project / "docs/a.txt").symlink_to(secret)
    change = update_index(mill)
    assert change.removed == ("docs/a.txt",)
    assert [note.path for note in change.notes] == ["docs/a.txt"]
    assert "leads outside" in change.notes[0].reason
    followed = update_index(mill, add=["docs"], reading=read_with(DocumentSettings(follow_links=True)))
    assert followed.added == ("docs/a.txt",)
    (mill.project / "docs/new.txt").symlink_to(secret.parent / "more.txt")
    (secret.parent / "more.txt").write_text("And the lamp is on the roof.", encoding="utf-8")
    refreshed = update_index(mill)
    assert (refreshed.added, refreshed.removed) == (("docs/new.txt",), ())


def test_a_file_named_by_itself_stays_while_it_exists(mill: IndexStore) -> None:
    write(mill.project, ".hidden.txt", TEXTS[3])
    update_index(mill, add=["docs", "docs/.hidden.txt"])
    assert update_index(mill, add=["docs"]).unchanged == 3
    (mill.project / "docs/.hidden.txt").unlink()
    assert update_index(mill, add=["docs"]).removed == ("docs/.hidden.txt",)


def test_a_folder_that_is_empty_now_takes_its_documents_along(mill: IndexStore) -> None:
    write(mill.project, "../other.txt", TEXTS[3])
    update_index(mill, add=["docs", "other.txt"])
    shutil.rmtree(mill.project / "docs")
    with pytest.raises(DocumentError) as caught:
        update_index(mill, add=["docs"])
    assert caught.value.hint == "`moe index remove docs` takes it out of the index"
    (mill.project / "docs").mkdir()
    assert update_index(mill, add=["docs"]).removed == ("docs/a.txt", "docs/b.md")
    assert ids_of(mill) == ["other.txt"]


def test_what_is_removed_is_named_by_file_folder_or_glob(mill: IndexStore) -> None:
    write(mill.project, "sub/c.txt", TEXTS[3])
    update_index(mill, add=["docs"])
    assert update_index(mill, remove=["docs/*.txt"]).removed == ("docs/a.txt",)
    shutil.rmtree(mill.project / "docs/sub")
    assert update_index(mill, remove=["docs/sub"]).removed == ("docs/sub/c.txt",)
    with pytest.raises(NameUnknownError) as caught:
        update_index(mill, remove=["docs/b.mt"])
    assert caught.value.near == ("docs/b.md",)
    assert update_index(mill, remove=["docs/b.md"]) == IndexChange(removed=("docs/b.md",))
    assert ids_of(mill) == []


def test_named_sources_and_whole_folders_that_are_gone_are_kept_until_they_are_removed(mill: IndexStore) -> None:
    write(mill.project, "../far/c.txt", TEXTS[3])
    update_index(mill, add=["docs/a.txt", "far"])
    (mill.project / "docs/a.txt").unlink()
    shutil.rmtree(mill.project / "far")
    change = update_index(mill)
    assert [str(note) for note in change.notes] == [
        "docs/a.txt: is gone; the index keeps what it held",
        "far/c.txt: is gone; the index keeps what it held",
    ]
    assert ids_of(mill) == ["docs/a.txt", "far/c.txt"]
    (mill.project / "far").mkdir()  # as where something is mounted that is away
    assert update_index(mill).removed == ()


@pytest.mark.parametrize("argument", ["docs", "docs/*", "docs/**"])
def test_what_comes_to_a_folder_or_goes_from_it_is_taken_in_without_naming_it_again(
    mill: IndexStore, argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(mill, add=[argument])
    (mill.project / "docs/a.txt").unlink()
    write(mill.project, "c.txt", TEXTS[2])
    monkeypatch.chdir(mill.project / "docs")
    change = update_index(mill)
    assert (change.added, change.removed, change.unchanged) == (("docs/c.txt",), ("docs/a.txt",), 1)
    assert ids_of(mill) == ["docs/b.md", "docs/c.txt"]


def test_what_was_taken_out_of_a_folder_stays_out_until_it_is_added_again(mill: IndexStore) -> None:
    write(mill.project, "sub/c.txt", TEXTS[3])
    update_index(mill, add=["docs"])
    update_index(mill, remove=["docs/sub", "docs/*.txt"])
    write(mill.project, "sub/d.txt", TEXTS[3])
    assert update_index(mill).added == ()
    assert update_index(mill, add=["docs"]).added == ("docs/a.txt", "docs/sub/c.txt", "docs/sub/d.txt")
    update_index(mill, remove=["docs"])
    assert mill.load_table().roots == ()
    assert update_index(mill).added == ()


def test_a_file_that_could_not_be_read_is_tried_again_only_when_it_changes_or_is_asked_for(mill: IndexStore) -> None:
    write(mill.project, "empty.txt", " \n")
    update_index(mill, add=["docs"])
    assert update_index(mill).notes == ()
    assert [note.path for note in update_index(mill, add=["docs"]).notes] == ["docs/empty.txt"]
    write(mill.project, "empty.txt", TEXTS[0])
    assert update_index(mill).added == ("docs/empty.txt",)


def test_the_same_id_in_two_corpora_is_an_error_that_names_both_lines(store: IndexStore) -> None:
    (store.project / "one.jsonl").write_text('{"id": "x", "text": "One."}\n', encoding="utf-8")
    two = '{"id": "y", "text": "Two."}\n{"id": "x", "text": "Two."}\n'
    (store.project / "two.jsonl").write_text(two, encoding="utf-8")
    expected = "the id 'x' is there twice: one.jsonl, line 1 and two.jsonl, line 2"
    with pytest.raises(DocumentError) as caught:
        update_index(store, add=["one.jsonl", "two.jsonl"])
    assert caught.value.message == expected
    assert store.open() is None
    update_index(store, add=["one.jsonl"])
    with pytest.raises(DocumentError) as caught:
        update_index(store, add=["two.jsonl"])
    assert caught.value.message == expected
    assert ids_of(store) == ["x"]


def test_an_id_may_move_from_one_file_to_another(store: IndexStore) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        (store.project / name).write_text(f'{{"id": "{name}", "text": "One."}}\n', encoding="utf-8")
    update_index(store, add=["one.jsonl", "two.jsonl"])
    (store.project / "one.jsonl").write_text('{"id": "two.jsonl", "text": "One."}\n', encoding="utf-8")
    (store.project / "two.jsonl").write_text('{"id": "one.jsonl", "text": "One."}\n', encoding="utf-8")
    update_index(store)
    assert ids_of(store) == ["two.jsonl", "one.jsonl"]


def test_a_bad_file_in_a_folder_is_a_note_and_a_named_one_an_error(mill: IndexStore) -> None:
    write(mill.project, "bad.txt", "\0\1\2" * 99)
    change = update_index(mill, add=["docs"])
    assert ids_of(mill) == ["docs/a.txt", "docs/b.md"]
    assert [note.path for note in change.notes] == ["docs/bad.txt"]
    with pytest.raises(DocumentError):
        update_index(mill, add=["docs/bad.txt"])
    shutil.copy(mill.project / "docs/bad.txt", mill.project / "docs/a.txt")
    assert update_index(mill, add=["docs"]).removed == ("docs/a.txt",)
    (mill.project / "none").mkdir()
    (mill.project / "none/empty.txt").write_text(" \n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no document could be read"):
        update_index(mill, add=["none"])


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there")
def test_a_file_whose_name_is_no_text_is_left_out(mill: IndexStore) -> None:
    (mill.project / "docs" / os.fsdecode(b"caf\xe9.txt")).write_text("Text.", encoding="utf-8")
    change = update_index(mill, add=["docs"])
    assert [str(note) for note in change.notes] == ["docs/caf\ufffd.txt: its name is no valid text; rename it"]
    assert change.documents == 2


@pytest.mark.parametrize("argument", ["", "  "])
def test_an_empty_path_is_an_error_and_takes_nothing_out(mill: IndexStore, argument: str) -> None:
    update_index(mill, add=["docs"])
    with pytest.raises(DocumentError, match="empty path"):
        update_index(mill, add=[argument])
    assert update_index(mill).documents == 2


def test_a_mistyped_path_leaves_no_workspace_behind(store: IndexStore) -> None:
    with pytest.raises(DocumentError):
        update_index(store, add=["nowhere"])
    assert not store.workspace.exists()


def make_outdated(store: IndexStore, field: str = "analysis_version") -> None:
    path = store.find_generation() / "manifest.json"
    manifest = json.loads(open_sealed(path.read_bytes()))
    if field == "arrays":
        del manifest["segments"][0]["arrays"]["names.keys"]
    else:
        manifest = {name: manifest[name] for name in ("analysis_version", "format_version")}
        manifest[field] += 1
    path.write_bytes(seal_json(json.dumps(manifest).encode()))


@pytest.mark.parametrize("field", ["analysis_version", "format_version", "arrays"])
def test_an_index_of_another_version_is_refused_and_made_anew(mill: IndexStore, same_arrays, field: str) -> None:
    update_index(mill, add=["docs"])
    before = mill.open()
    make_outdated(mill, field)
    assert read_status(mill).is_outdated
    assert [problem.is_damage for problem in verify_index(mill)] == [False]
    with pytest.raises(StorageError, match="another version") as caught:
        mill.open()
    assert "moe index add" in (caught.value.hint or "")
    change = update_index(mill)
    assert (change.changed, change.is_anew) == (("docs/a.txt", "docs/b.md"), True)
    assert same_arrays(mill.open(), before) == []


def test_an_index_cannot_be_made_anew_without_its_sources(mill: IndexStore) -> None:
    update_index(mill, add=["docs"])
    make_outdated(mill)
    (mill.project / "docs/a.txt").unlink()
    with pytest.raises(DocumentError, match=r"docs/a\.txt.* is gone") as caught:
        update_index(mill, add=["docs/b.md"])
    assert "moe index remove docs/a.txt" in (caught.value.hint or "")
    update_index(mill, remove=["docs/a.txt"])
    assert ids_of(mill) == ["docs/b.md"]


def replace_by_a_folder(path: Path) -> None:
    """Something that is there and cannot be read, whoever asks."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "adds", [[["docs/a.txt"], ["docs"]], [["docs"], ["docs/a.txt"]], [["docs/a.txt", "docs"]], [["docs", "docs/a.txt"]]]
)
def test_a_file_that_was_ever_named_by_itself_is_missed_when_it_cannot_be_read(
    mill: IndexStore, adds: list[list[str]]
) -> None:
    for add in adds:
        update_index(mill, add=add)
    replace_by_a_folder(mill.project / "docs/a.txt")
    with pytest.raises(DocumentError, match=r"docs/a\.txt could not be read"):
        update_index(mill)
    assert ids_of(mill) == ["docs/a.txt", "docs/b.md"]


def test_a_file_of_a_folder_that_cannot_be_read_any_more_is_dropped(mill: IndexStore) -> None:
    update_index(mill, add=["docs"])
    replace_by_a_folder(mill.project / "docs/a.txt")
    change = update_index(mill)
    assert change.removed == ("docs/a.txt",)
    assert ids_of(mill) == ["docs/b.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_what_came_in_by_a_link_is_removed_by_its_real_folder_too(mill: IndexStore, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "c.txt").write_text("Behind the link.", encoding="utf-8")
    (mill.project / "way").symlink_to(elsewhere)
    update_index(mill, add=["docs", "way"])
    assert update_index(mill, remove=[str(elsewhere)]).removed == ("way/c.txt",)
    assert ids_of(mill) == ["docs/a.txt", "docs/b.md"]


def test_an_id_that_is_taken_names_the_source_that_has_it(store: IndexStore) -> None:
    for name in ("one", "two", "three"):
        lines = [f'{{"id": "{name}{number}", "text": "Text."}}' for number in range(3)]
        (store.project / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    update_index(store, add=["one.jsonl", "two.jsonl", "three.jsonl"])
    (store.project / "z.jsonl").write_text('{"id": "two1", "text": "Again."}\n', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"'two1' is there twice: two\.jsonl, line 2 and z\.jsonl, line 1"):
        update_index(store, add=["z.jsonl"])


def find_files(store: IndexStore) -> dict[str, int]:
    """The files of segments, by name, with what tells one from a copy of it."""
    return {str(path): path.stat().st_ino for path in store.folder.glob("seg-*/*")}


def test_what_changes_the_table_of_sources_only_writes_no_document_again(mill: IndexStore) -> None:
    update_index(mill, add=["docs"])
    before = find_files(mill)
    update_index(mill, add=["docs/a.txt"])  # the same file, now named by itself
    assert find_files(mill) == before
    assert verify_index(mill) == []
