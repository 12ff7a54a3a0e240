import pytest

from moe_core import Document, Evidence, ToolError
from moe_core.contracts.wire import from_wire

pytestmark = pytest.mark.anyio
TOOL = "documents/document_search"
NOTES = Document(
    document_id="notes.md",
    title="Notes",
    text="The mill stands on the quay.\n\nThe wheel turns with the tide.\n\nNothing here.",
    source="notes.md",
)


async def test_passages_come_with_evidence_whose_span_is_the_documents_text(run_tool, make_library) -> None:
    result = await run_tool(TOOL, {"query": "the wheel and the tide"}, library=make_library(NOTES))
    evidence = [from_wire(Evidence, item) for item in result["evidence"]]
    assert [item.text for item in evidence] == [NOTES.text[item.start : item.end] for item in evidence]
    assert [item["passage_id"] for item in result["passages"]] == [item.evidence_id for item in evidence]
    assert evidence[0].text == "The wheel turns with the tide."


async def test_scores_are_shares_of_the_best_hits(run_tool, make_library) -> None:
    result = await run_tool(TOOL, {"query": "wheel tide mill", "k": 2}, library=make_library(NOTES))
    assert [item["score"] for item in result["evidence"]] == [1.0, 0.5]


async def test_k_limits_the_passages(run_tool, make_library) -> None:
    result = await run_tool(TOOL, {"query": "the", "k": 1}, library=make_library(NOTES))
    assert len(result["passages"]) == len(result["evidence"]) == 1


async def test_nothing_found_is_an_empty_result(run_tool, make_library) -> None:
    assert await run_tool(TOOL, {"query": "zebra"}, library=make_library(NOTES)) == {"passages": [], "evidence": []}


async def test_without_documents_the_remedy_is_told(run_tool) -> None:
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOL, {"query": "x"})
    assert "--docs" in (caught.value.hint or "")
