import json
from pathlib import Path

import pytest

from bundled_reading import load_library
from moe.knowledge.search import SearchSetup
from moe_core.contracts.errors import DocumentError, NameUnknownError
from pdf_file import make_pdf

EXAMPLES = Path(__file__).parents[3] / "examples" / "harbour"


def corpus(**texts: str) -> str:
    return "\n".join(json.dumps({"id": key, "text": text}) for key, text in texts.items())


def test_documents_are_found_by_id_and_searched(write, setup: SearchSetup) -> None:
    write("docs/mill.md", "# Mill\n\nThe wheel is of oak.")
    write("docs/eels.txt", "Eels climb the pass in May.")
    library = load_library(["docs"], setup=setup).library
    assert [document.document_id for document in library.documents()] == ["docs/eels.txt", "docs/mill.md"]
    (hit,) = library.search("Which wood is the wheel made of?", k=3)
    assert hit.passage in library.passages
    document = library.get_document(hit.passage.document_id)
    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert document.title == "Mill"


def test_an_unknown_document_names_the_nearest(write, setup: SearchSetup) -> None:
    write("docs/mill.md")
    library = load_library(["docs"], setup=setup).library
    with pytest.raises(NameUnknownError) as caught:
        library.get_document("mill.md")
    assert caught.value.near == ("docs/mill.md",)


def test_a_bad_file_in_a_folder_is_a_note_and_by_name_an_error(write, setup: SearchSetup) -> None:
    write("docs/bad.pdf", b"%PDF-1.4 nothing")
    write("docs/binary.txt", b"\0\1\2")
    write("docs/empty.md", "\n")
    write("docs/good.md")
    loaded = load_library(["docs"], setup=setup)
    assert [document.document_id for document in loaded.library.documents()] == ["docs/good.md"]
    assert [note.path for note in loaded.notes] == ["docs/bad.pdf", "docs/binary.txt", "docs/empty.md"]
    assert loaded.notes[1].reason.startswith("is not text")
    with pytest.raises(DocumentError, match=r"docs/bad\.pdf"):
        load_library(["docs", "docs/bad.pdf"], setup=setup)


def test_documents_that_hold_no_text_at_all_are_an_error(write, setup: SearchSetup) -> None:
    write("docs/a.md", "  ")
    write("docs/b.csv", b"\0")
    with pytest.raises(DocumentError, match="no document could be read"):
        load_library(["docs"], setup=setup)


def test_no_arguments_make_an_empty_library(setup: SearchSetup) -> None:
    library = load_library([], setup=setup).library
    assert list(library.documents()) == []
    assert library.search("anything", k=3) == []


def test_a_file_given_twice_is_one_document(write, setup: SearchSetup) -> None:
    write("docs/c.jsonl", corpus(a="One.", b="Two."))
    library = load_library(["docs", "docs/c.jsonl", "docs/*"], setup=setup).library
    assert [passage.passage_id for passage in library.passages] == ["a", "b"]


def test_the_same_id_in_two_corpora_names_both_lines(write, setup: SearchSetup) -> None:
    write("docs/c.jsonl", corpus(a="One.", b="Two."))
    write("docs/d.jsonl", "\n" + corpus(b="Other."))
    with pytest.raises(DocumentError, match=r"'b' is there twice: docs/c\.jsonl, line 2 and docs/d\.jsonl, line 2"):
        load_library(["docs"], setup=setup)


def test_progress_is_told_after_every_file(write, setup: SearchSetup) -> None:
    for name in "abc":
        write(f"docs/{name}.txt")
    told: list[tuple[int, int, str]] = []
    load_library(["docs"], setup=setup, on_progress=lambda *progress: told.append(progress))
    assert told == [(1, 3, "docs/a.txt"), (2, 3, "docs/b.txt"), (3, 3, "docs/c.txt")]


def test_the_example_collection_is_read_whole(setup: SearchSetup) -> None:
    loaded = load_library([str(EXAMPLES)], setup=setup)
    assert loaded.notes == ()
    media_types = {document.media_type for document in loaded.library.documents()}
    assert len(media_types) >= 8
    for passage in loaded.library.passages:
        assert passage.text == loaded.library.get_document(passage.document_id).text[passage.start : passage.end]


def test_a_file_is_found_by_the_words_of_its_name(tmp_path, setup):
    (tmp_path / "ferry-summer.txt").write_text("Crossing time 55 minutes.", encoding="utf-8")
    (tmp_path / "bus-summer.txt").write_text("Crossing the bridge: 5 minutes.", encoding="utf-8")
    library = load_library([str(tmp_path)], setup=setup).library
    assert library.search("How long does the ferry take?", k=1)[0].passage.text == "Crossing time 55 minutes."


def test_pages_are_kept_in_the_index(write, setup: SearchSetup) -> None:
    write("docs/log.pdf", make_pdf([[(50, 700, "The wheel is of oak and")], [(50, 700, "of brass. It hums.")]]))
    library = load_library(["docs"], setup=setup).library
    text = library.get_document("docs/log.pdf").text
    assert [page.label for page in library.get_document("docs/log.pdf").pages] == ["1", "2"]
    assert library.find_page("docs/log.pdf", 0, 5) == "1"
    assert library.find_page("docs/log.pdf", 0, text.index("It")) == "1-2"
    assert library.find_page("docs/log.pdf", text.index("It"), len(text)) == "2"
    assert library.find_page("elsewhere", 0, 5) == ""
