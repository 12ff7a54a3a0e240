"""What a document is called."""

from pathlib import Path

import pytest

from bundled_reading import READING, find_sources
from moe.knowledge.analysis.names import find_names
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.file_names import name_file
from moe_core.contracts.evidence import Passage


def read_titles(folder: Path) -> list[str]:
    with DocumentReader(READING) as reader:
        return [
            document.title
            for loaded in reader.read(find_sources([str(folder)]).files, [])
            for document in loaded.documents
        ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("timetables/ferry-summer_2024.txt", "ferry summer 2024"),
        ("2024-11-19-energy-coop.txt", "2024-11-19 energy coop"),
        ("AnnualReport2023.pdf", "Annual Report2023"),
        ("v1.2-notes.final.txt", "v1.2 notes final"),
        ("README", "README"),
        ("été_à-Sète.md", "été à Sète"),
        ("001.txt", ""),
        ("a-b.txt", ""),
        ("ai.txt", "ai"),
    ],
)
def test_a_file_name_is_read_as_words(path: str, name: str) -> None:
    assert name_file(path) == name


def test_only_a_file_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "ferry-summer.txt").write_text("Crossing time 55 minutes.", encoding="utf-8")
    (tmp_path / "minutes-2019.md").write_text("# The meeting\n\nNobody came.", encoding="utf-8")
    assert read_titles(tmp_path) == ["ferry summer", "The meeting"]


def test_lines_of_a_corpus_keep_the_titles_they_have(tmp_path: Path) -> None:
    (tmp_path / "the-corpus.jsonl").write_text('{"id": "a", "text": "x"}\n{"id": "b", "title": "B", "text": "y"}\n')
    assert read_titles(tmp_path) == ["", "B"]


def test_a_file_name_names_a_passage_less_surely_than_a_title() -> None:
    def weigh(document_id: str) -> float:
        passage = Passage(
            passage_id="p", document_id=document_id, title="ferry summer", section="", start=0, end=1, text="x"
        )
        return find_names(passage, [(0, 1)], is_first=True)[0].weight

    assert weigh("ferry-summer.txt") < weigh("notes.txt")
