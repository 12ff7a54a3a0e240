import pytest

from moe_core import Document, ToolError
from moe_core.contracts.evidence import Section

pytestmark = pytest.mark.anyio
TOOL = "documents/document_outline"


def make_document(
    document_id: str, text: str, titles: list[tuple[str, int]], media_type: str, title: str = ""
) -> Document:
    starts = [text.index(name) for name, _ in titles]
    sections = []
    for place, ((name, level), start) in enumerate(zip(titles, starts, strict=True)):
        later = [starts[after] for after in range(place + 1, len(titles)) if titles[after][1] <= level]
        sections.append(Section(title=name, level=level, start=start, end=min(later, default=len(text))))
    return Document(
        document_id=document_id,
        title=title,
        text=text,
        source=document_id,
        media_type=media_type,
        sections=tuple(sections),
    )


REPORT = make_document(
    "reports/survey-2024.html",
    "Survey\n\nWe counted birds. It rained.\n\nTerns\n\nTerns did well. They fledged 21.\n\n"
    "Method\n\nTwo observers walked.",
    [("Survey", 1), ("Terns", 2), ("Method", 2)],
    "text/html",
    "Wildlife survey",
)
PLAIN = Document(
    document_id="letters/rask.txt", title="", text="Dear members. The vote is open.", source="letters/rask.txt"
)
MARKDOWN = Document(
    document_id="minutes/2020.md", title="", text="# One\n\nText.\n", source="x", media_type="text/markdown"
)


async def test_the_markdown_outline_shows_headings_lengths_and_lead_sentences(run_tool, make_library) -> None:
    result = await run_tool(TOOL, {"document": REPORT.document_id}, library=make_library(REPORT))
    assert result["markdown"] == (
        "# Wildlife survey\n\n"
        "`reports/survey-2024.html` · 17 words · 3 headings\n\n"
        "- **Survey** (17 words)\n  We counted birds.\n"
        "  - **Terns** (7 words)\n    Terns did well.\n"
        "  - **Method** (4 words)\n    Two observers walked.\n"
    )


async def test_the_json_outline_gives_spans_that_hold_in_the_document(run_tool, make_library) -> None:
    result = await run_tool(
        TOOL, {"document": "survey-2024.html", "format": "json"}, library=make_library(REPORT, PLAIN)
    )
    assert [section["title"] for section in result["sections"]] == ["Survey", "Terns", "Method"]
    for section in result["sections"]:
        assert REPORT.text[section["start"] : section["end"]].startswith(section["title"])


async def test_the_text_comes_as_markdown_with_each_heading_once(run_tool, make_library) -> None:
    params = {"document": "survey", "include_text": True}
    result = await run_tool(TOOL, params, library=make_library(REPORT, PLAIN))
    assert result["text"] == (
        "# Survey\n\nWe counted birds. It rained.\n\n## Terns\n\nTerns did well. They fledged 21.\n\n"
        "## Method\n\nTwo observers walked.\n"
    )
    assert result["is_text_cut"] is False


async def test_markdown_stays_as_it_is_and_plain_text_gets_its_title(run_tool, make_library) -> None:
    library = make_library(MARKDOWN, PLAIN)
    result = await run_tool(TOOL, {"document": "2020.md", "include_text": True}, library=library)
    assert result["text"] == "# One\n\nText.\n"
    result = await run_tool(TOOL, {"document": "rask.txt", "include_text": True}, library=library)
    assert result["text"] == "Dear members. The vote is open.\n"
    assert "Dear members." in result["markdown"]


async def test_a_long_text_is_cut_and_says_so(run_tool, make_library) -> None:
    long = Document(document_id="a", title="", text="word " * 1000, source="a")
    result = await run_tool(TOOL, {"document": "a", "include_text": True, "max_chars": 100}, library=make_library(long))
    assert result["is_text_cut"] is True
    assert len(result["text"]) <= 100


@pytest.mark.parametrize(
    "name", ["reports/survey-2024.html", "survey-2024.html", "reports/", "REPORTS/SURVEY", "wildlife survey", "2024"]
)
async def test_a_document_is_found_by_any_part_that_fits_it_alone(run_tool, make_library, name: str) -> None:
    result = await run_tool(TOOL, {"document": name}, library=make_library(REPORT, PLAIN, MARKDOWN))
    assert result["document"] == REPORT.document_id


@pytest.mark.parametrize(
    ("name", "hint"), [("survay-2024.html", "reports/survey-2024.html"), ("leters/rask.txt", "letters/rask.txt")]
)
async def test_a_mistyped_name_gets_the_nearest(run_tool, make_library, name: str, hint: str) -> None:
    with pytest.raises(ToolError, match="no document is named") as caught:
        await run_tool(TOOL, {"document": name}, library=make_library(REPORT, PLAIN, MARKDOWN))
    assert hint in (caught.value.hint or "")


async def test_a_name_that_fits_several_is_refused_with_their_names(run_tool, make_library) -> None:
    other = Document(document_id="reports/survey-2018.html", title="", text="x", source="x")
    with pytest.raises(ToolError, match="fits 2 documents") as caught:
        await run_tool(TOOL, {"document": "reports/survey"}, library=make_library(REPORT, other))
    assert "survey-2018" in (caught.value.hint or "")


async def test_the_only_document_needs_no_name(run_tool, make_library) -> None:
    assert (await run_tool(TOOL, {}, library=make_library(PLAIN)))["document"] == PLAIN.document_id
    with pytest.raises(ToolError, match="say which"):
        await run_tool(TOOL, {}, library=make_library(PLAIN, REPORT))


async def test_without_documents_the_remedy_is_told(run_tool, make_library) -> None:
    for library in (None, make_library()):
        with pytest.raises(ToolError) as caught:
            await run_tool(TOOL, {"document": "x"}, library=library)
        assert "--docs" in (caught.value.hint or "")
