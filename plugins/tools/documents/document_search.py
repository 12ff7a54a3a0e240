"""Search the run's documents for passages."""

from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, Evidence, Hit, ToolContext, ToolError, ToolResult


class DocumentSearchParams(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    query: str = Field(min_length=1, max_length=2000, description="Words or a question to look for")
    k: int = Field(5, ge=1, le=50, description="Passages to return at most")


class DocumentSearch(BaseTool):
    """Find the passages of the run's documents that best fit a query."""

    name = "document_search"
    description = "Find the passages of the run's documents that best fit a query"
    category = "documents"
    capabilities = ("search", "document_search", "retrieval", "evidence")
    effects = ()

    async def execute(self, wanted: DocumentSearchParams, context: ToolContext) -> ToolResult:
        """Search, best passage first; scores are shares of the best one's."""
        library = context.library
        if library is None:
            raise ToolError("there are no documents to search", tool=self.name, hint="give some with --docs PATH")
        hits = library.search(wanted.query, k=wanted.k)
        best = max((hit.score for hit in hits), default=0.0)
        evidence = [_make_evidence(hit, best) for hit in hits]
        passages = [
            {
                "passage_id": item.passage_id,
                "document": item.document,
                "title": item.title,
                "section": hit.passage.section,
                "start": item.start,
                "end": item.end,
                "score": round(item.score, 4),
                "text": item.text,
            }
            for hit, item in zip(hits, evidence, strict=True)
        ]
        return ToolResult(data={"passages": passages}, evidence=evidence)


def _make_evidence(hit: Hit, best: float) -> Evidence:
    return hit.passage.as_evidence(min(1.0, max(0.0, hit.score / best)) if best > 0 else 0.0)
