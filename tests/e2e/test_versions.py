"""Rules in several versions and documents that contradict each other, asked through the app without a model."""

from pathlib import Path

import anyio
import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult

HALL_KEY = {
    "rules-2021.md": "# House rules\n\nThe deposit for the hall key is 20 euros. Guests may stay three nights.\n\n"
    "Dogs must be kept on a lead.\n",
    "rules-2024.md": "# House rules\n\nThe deposit for the hall key is 35 euros. Guests may stay five nights.\n",
}
FERRY = {
    "a.md": "---\ntitle: Ferry fares\ndate: 2022-03-01\n---\nA crossing costs 4 euros.\n",
    "b.md": "---\ntitle: Ferry fares\ndate: 2023-03-01\n---\nA crossing costs 6 euros.\n",
}
ALLOTMENT = {
    "garden.md": "# Allotment\n\n## Fees from 1 May 2020\n\nA plot costs 60 euros a year.\n\n"
    "## Fees from 1 January 2023\n\nA plot costs 75 euros a year.\n",
}
SATZUNG = {
    "satzung-alt.txt": "Satzung des Turnvereins\n\nGültig ab 1. Januar 2019.\n\nDer Jahresbeitrag beträgt 48 Euro.\n",
    "satzung-neu.txt": "Satzung des Turnvereins\n\nGültig ab 1. Januar 2024.\n\nDer Jahresbeitrag beträgt 66 Euro.\n",
}
TOWER = {
    "guide.txt": "The water tower is 31 metres high. It stands beside the mill.\n",
    "leaflet.txt": "The water tower is 34 metres high. Its door is green.\n",
}
BOATS = {
    "heron-2021.md": "# Heron\n\nThe hull is 9 metres long.\n",
    "swift-2023.md": "# Swift\n\nThe hull is 12 metres long.\n",
}
# What stands from here on was written after the code.
CAMP = {
    "Camp rules 2019.md": "# Camp rules 2019\n\nQuiet hours begin at 23:00. The gate code is with the warden.\n",
    "Camp rules 2022.md": "# Camp rules 2022\n\nQuiet hours begin at 22:30. The gate code is with the warden.\n",
    "Camp rules 2025.md": "# Camp rules 2025\n\nQuiet hours begin at 22:00. The gate code is on the board.\n",
}
MOORING = {
    "tariff.txt": "Mooring tariff\n\nAs of 1 April 2021, a berth costs 9 euros a night.\n\n"
    "As of 1 April 2024, a berth costs 12 euros a night.\n",
}
TREASURER = {
    "board-2020.md": "# Board\n\nThe treasurer is Mia Holt.\n",
    "board-2023.md": "# Board\n\nThe treasurer is Otto Lindgren.\n",
}
REPORTS = {
    "annual-report-2021.md": "# Annual report\n\nThe museum had 4,100 visitors.\n",
    "annual-report-2023.md": "# Annual report\n\nThe museum had 5,200 visitors.\n",
}
SAUNA = {
    "aushang.txt": "Die Sauna ist ab 18 Jahren erlaubt. Ein Besuch kostet 8 Euro.\n",
    "webseite.txt": "Ein Besuch kostet 9 Euro. Handtücher gibt es am Empfang.\n",
}
PUMP = {
    "manual.txt": "The pump weighs 1,240 kg. It runs day and night.\n",
    "label.txt": "The pump weighs 1240 kg. Do not lift it.\n",
}
LOANS = {
    "lending-2022.md": "# Lending\n\nBooks may be kept for four weeks.\n",
    "lending-2025.md": "# Lending\n\nBooks may be kept for four weeks.\n",
}


def ask(folder: Path, documents: dict[str, str], question: str) -> tuple[RunResult, list[str]]:
    """The result, and its quotes."""
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
    overrides = {"system.provider": "extractive", "system.record": False}
    app = App.open(folder.parent, overrides=overrides, environ={"XDG_CONFIG_HOME": str(folder.parent)})

    async def run() -> RunResult:
        return await app.run(RunRequest(question=question, docs=[str(folder)]))

    result = anyio.run(run)
    app.close()
    return result, [citation.text for citation in result.citations]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    return tmp_path / "documents"


def list_notes(result: RunResult) -> list[str]:
    notes = [note for note in result.observer.notes if note["text"].startswith(("older: ", "the documents"))]
    assert all(note["severity"] == "warning" for note in notes)  # else the terminal does not show it
    return [note["text"] for note in notes]


@pytest.mark.parametrize(
    ("documents", "question", "quote", "older"),
    [
        (HALL_KEY, "How much is the deposit for the hall key?", "35 euros", ("rules-2021.md", "20 euros")),
        (HALL_KEY, "How long may guests stay?", "five nights", ("rules-2021.md", "three nights")),
        (FERRY, "How much does a crossing cost?", "6 euros", ("a.md", "4 euros")),
        (ALLOTMENT, "How much does a plot cost?", "75 euros", ("garden.md", "60 euros")),
        (SATZUNG, "Wie hoch ist der Jahresbeitrag?", "66 Euro", ("satzung-alt.txt", "48 Euro")),
        (MOORING, "How much does a berth cost?", "12 euros", ("tariff.txt", "9 euros")),
        (TREASURER, "Who is the treasurer?", "Otto Lindgren", ("board-2020.md", "Mia Holt")),
    ],
)
def test_the_newest_version_is_quoted_and_older_ones_are_named(
    folder: Path, documents: dict[str, str], question: str, quote: str, older: tuple[str, str]
) -> None:
    result, quotes = ask(folder, documents, question)
    assert len(quotes) == 1
    assert quote in quotes[0]
    (note,) = list_notes(result)
    assert note.startswith(f"older: {older[0]}")
    assert older[1] in note


@pytest.mark.parametrize(
    ("documents", "question", "quote"),
    [
        (HALL_KEY, "How much was the deposit for the hall key in 2021?", "20 euros"),
        (HALL_KEY, "How much was the deposit for the hall key in 2022?", "20 euros"),
        (HALL_KEY, "How much was the deposit for the hall key before 2024?", "20 euros"),
        (HALL_KEY, "How much is the deposit for the hall key in 2025?", "35 euros"),
        (FERRY, "How much did a crossing cost until March 2023?", "4 euros"),
        (ALLOTMENT, "How much did a plot cost in 2021?", "60 euros"),
        (SATZUNG, "Wie hoch war der Jahresbeitrag im Jahr 2020?", "48 Euro"),
        (CAMP, "When did quiet hours begin in 2023?", "22:30"),
        (CAMP, "When did quiet hours begin before 2022?", "23:00"),
        (MOORING, "How much did a berth cost in 2022?", "9 euros"),
        (TREASURER, "Who was the treasurer in 2021?", "Mia Holt"),
        (REPORTS, "How many visitors did the museum have in 2021?", "4,100"),
    ],
)
def test_a_question_of_a_time_takes_the_version_of_that_time(
    folder: Path, documents: dict[str, str], question: str, quote: str
) -> None:
    _, quotes = ask(folder, documents, question)
    assert len(quotes) == 1
    assert quote in quotes[0]


def test_what_only_an_older_version_says_is_still_quoted(folder: Path) -> None:
    result, quotes = ask(folder, HALL_KEY, "Must dogs be on a lead?")
    assert quotes == ["Dogs must be kept on a lead."]
    assert list_notes(result) == []


def test_undated_documents_that_differ_are_both_quoted_with_a_note(folder: Path) -> None:
    result, quotes = ask(folder, TOWER, "How high is the water tower?")
    assert {"31" in quote for quote in quotes} == {True, False}
    (note,) = list_notes(result)
    assert note.startswith("the documents differ: ")
    assert result.short_answer == ""


def test_all_older_versions_are_named_the_latest_first(folder: Path) -> None:
    result, quotes = ask(folder, CAMP, "When do quiet hours begin?")
    assert quotes == ["Quiet hours begin at 22:00."]
    assert [note.split(" says ")[0] for note in list_notes(result)] == [
        "older: Camp rules 2022.md",
        "older: Camp rules 2019.md",
    ]


def test_a_report_says_nothing_of_another_year(folder: Path) -> None:
    _, quotes = ask(folder, REPORTS, "How many visitors did the museum have in 2022?")
    assert quotes == []


def test_notices_that_differ_are_both_quoted_in_german_too(folder: Path) -> None:
    result, quotes = ask(folder, SAUNA, "Was kostet ein Besuch?")
    assert len(quotes) == 2
    assert len(list_notes(result)) == 1
    assert result.short_answer == ""


@pytest.mark.parametrize(
    ("documents", "question"),
    [(PUMP, "How heavy is the pump?"), (LOANS, "How long may books be kept?")],
)
def test_documents_that_say_the_same_are_not_told_apart(folder: Path, documents: dict[str, str], question: str) -> None:
    result, quotes = ask(folder, documents, question)
    assert quotes
    assert list_notes(result) == []


def test_documents_of_different_things_are_no_versions(folder: Path) -> None:
    result, quotes = ask(folder, BOATS, "How long is the hull of the Heron?")
    assert quotes[0] == "The hull is 9 metres long."
    assert list_notes(result) == []
