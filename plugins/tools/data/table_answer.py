"""Answer a question over the rows of the documents' tables by computing it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, Document, Evidence, Library, Location, ToolContext, ToolError, ToolResult
from moe_kit.tables.coordinates import CoordinateError, read_location
from moe_kit.tables.operation import AskedOperation, Operation, asks_total, find_operation, wants_computing
from moe_kit.tables.question import read_question
from moe_kit.tables.reading import find_tables
from moe_kit.tables.solving import NotComputableError, Solved, solve
from moe_kit.tables.table import DocumentTable
from moe_kit.tables.wording import write_statement, write_value

_CITED_ROWS_MAX = 5
_LOCATED_ROWS_MAX = 1_000
_TABLES_SAID_MAX = 3
_LOOKED_THROUGH = 6  # passages whose documents an entry is looked up in
# Every document is looked through for tables, which takes some 40 microseconds each; of more than these, only those of
# the passages that fit best.
_ALL_READ_MAX = 1_000
_BEST_READ = 200
# What no rule here works out; a model may call the tool table_statistics for it.
_BEYOND = re.compile(r"\b(?:standard deviation|variance|correlation|regression|forecast|percentile|quantile)s?\b", re.I)


class TableAnswerParams(BaseModel):
    """What to work out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    question: str = Field(min_length=1, max_length=2000, description="The question, in words, as it was asked")


class TableAnswer(BaseTool):
    """Count, add up, average, rank, group or look up rows of the documents' tables, as a question asks."""

    name = "table_answer"
    description = "Count, add up, average, rank, group or look up rows of the documents' tables, as a question asks"
    category = "data"
    capabilities = ("table_question", "statistics", "aggregation", "lookup")
    effects = ()

    def execute(self, wanted: TableAnswerParams, context: ToolContext) -> ToolResult:
        """The statement with its value and the rows that it rests on; no statement where no table answers."""
        library = context.library
        if library is None:
            raise ToolError("there are no documents to compute with", tool=self.name, hint="give some with --docs PATH")
        return _answer(library, wanted.question)


def _answer(library: Library, question: str) -> ToolResult:
    asked = find_operation(question)
    if asked is None:
        return ToolResult(evidence=())
    beyond = _BEYOND.search(question)
    if beyond is not None and asked.operation is Operation.LOOKUP:
        return ToolResult(evidence=(), declined=f"It was not computed: moe works out no {beyond[0].lower()} by itself.")
    found, reasons = _solve_all(library, question, asked)
    if not found:
        is_figure = asks_total(question) or wants_computing(question) or asked.operation is Operation.SHARE
        is_told = is_figure and bool(reasons)
        return ToolResult(evidence=(), declined=f"It was not computed: {reasons[0]}." if is_told else "")
    best = max(solved.question.weight for solved in found)
    found = [solved for solved in found if solved.question.weight == best]
    values = {write_value(solved) for solved in found}
    if len(values) > _TABLES_SAID_MAX:
        word = f"It was not computed: {len(found)} tables could be meant; name the file."
        return ToolResult(evidence=(), declined=word)
    evidence = [item for solved in found for item in _cite(library, solved)]
    return ToolResult(
        statement=" ".join(write_statement(solved) for solved in found),
        value=values.pop() if len(values) == 1 else "",
        evidence=evidence,
        locations=list(islice((point for solved in found for point in _locate(solved)), _LOCATED_ROWS_MAX)),
    )


def _solve_all(library: Library, question: str, asked: AskedOperation) -> tuple[list[Solved], list[str]]:
    """What each table says, and why others say nothing, those that came nearest first."""
    found: list[Solved] = []
    failed: list[tuple[int, float, str]] = []
    for table in _find_all(library, question, asked):
        reading = read_question(question, table, asked)
        try:
            found.append(solve(reading))
        except NotComputableError as error:
            failed.append((len(reading.unexplained), -reading.weight, str(error)))
    return found, [reason for _, _, reason in sorted(failed)]


def _find_all(library: Library, question: str, asked: AskedOperation) -> Iterator[DocumentTable]:
    for document in _choose_documents(library, question, asked):
        yield from find_tables(document)


def _choose_documents(library: Library, question: str, asked: AskedOperation) -> Iterator[Document]:
    """All documents for a figure over rows, unless there are very many; those that search finds for an entry."""
    documents: Iterable[Document] = library.documents()
    if asked.operation is Operation.LOOKUP or len(library.documents()) > _ALL_READ_MAX:
        k = _LOOKED_THROUGH if asked.operation is Operation.LOOKUP else _BEST_READ
        names = dict.fromkeys(hit.passage.document_id for hit in library.search(question, k=k))
        documents = map(library.get_document, names)
    return (document for document in documents if not document.is_atomic)


def _cite(library: Library, solved: Solved) -> Iterator[Evidence]:
    table = solved.question.table
    document = library.get_document(table.document)
    rows = solved.rows if len(solved.rows) <= _CITED_ROWS_MAX else solved.rows[:_CITED_ROWS_MAX]
    for row in rows:
        start, end = table.rows[row]
        yield Evidence(
            evidence_id=f"{document.document_id}#{start}-{end}",
            document=document.document_id,
            passage_id="",
            start=start,
            end=end,
            text=document.text[start:end],
            score=1.0,
            title=document.title,
        )


def _locate(solved: Solved) -> Iterator[Location]:
    """Where the rows lie that a figure rests on, those too that are not cited."""
    columns = solved.question.table.columns
    for row in solved.rows:
        with suppress(CoordinateError):  # a run tells that of the rows that it cites
            location = read_location([(column.name, column.cells[row]) for column in columns])
            if location is not None:
                yield location
