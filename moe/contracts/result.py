"""What a run ends with."""

import msgspec

from moe.contracts.documents import SourceNote
from moe.contracts.explanation import CitedPassage
from moe.contracts.index import SourceChange
from moe.contracts.models import ModelReport
from moe.contracts.places import MapPlace
from moe.contracts.waiting import WaitingCall
from moe_core.contracts.chain import Chain
from moe_core.contracts.messages import Usage
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status, TaskError
from moe_core.contracts.wire import JsonObject


class CitationPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where in its document a citation stands, as people find it: the `page` and `row` of a `Citation`."""

    page: str = ""
    row: int | None = None


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """The words an answer rests on: `text` is the document's text of [start, end).

    `document` is the path as it was given, or the id of a corpus line. `page` is the label of its page, "7", "7-8" for
    words that run over several, "" in a document without pages. `row` is the row of a CSV or TSV file that it
    begins in, from 1 below the names of the columns; null elsewhere.
    """

    document: str
    passage_id: str
    start: int
    end: int
    text: str
    score: float
    page: str = ""
    row: int | None = None


class ObserverReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the Observer has to say about a run."""

    notes: tuple[JsonObject, ...] = ()


class WalkedGraph(msgspec.Struct, frozen=True, kw_only=True):
    """A search of a run whose walked graph is kept beside the run's record.

    Attributes:
        query: What was looked for.
        digest: Of the snapshot.
        seconds: The search took.
    """

    query: str
    digest: str
    seconds: float


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """One run's outcome; its JSON form is what `moe run --json` prints.

    Attributes:
        conversation_id: The conversation that the run belongs to; "" for none.
        asked_as: The question as earlier turns complete it; "" where it stands alone.
        degraded: Something on the way failed or was cut, and the answer made do without it.
        answer: The text, with [n] pointing at the n-th citation; marks and markup of documents and models are
            disarmed in it. All other texts are as they came.
        short_answer: The answer itself, as the documents write it or as a tool worked it out; "" when none is sure
            enough to stand alone.
        confidence: How often such a short answer is right, in [0, 1], as measured; None without one.
        usage: What all requests to models cost.
        models: How asking them went.
        data: The top agent's own response format, filled; None without one.
        timings: Seconds by step.
        left_out: Files that were left out, or read in part, and why.
        explanation: How each cited passage was found; None unless the request wants it explained.
        changes: What has become of the documents' files since they were read, and whether it was taken in.
        graph: The search that brought most of the citations, when its walked graph is kept.
        waiting: The calls of tools that a person is to decide on, of a run that is `waiting`.
        nearest: Where nothing was found, the few sentences that come nearest to the question; whether they answer
            it is not sure.
        places: Where on the Earth lies what the answer speaks of, where its sources or tools say so.
    """

    run_id: str
    correlation_id: str
    question: str
    status: Status
    conversation_id: str = ""
    asked_as: str = ""
    degraded: bool = False
    answer: str = ""
    short_answer: str = ""
    confidence: float | None = None
    citations: tuple[Citation, ...] = ()
    route: Route | None = None
    chain: Chain | None = None
    usage: Usage = msgspec.field(default_factory=Usage)
    models: ModelReport = msgspec.field(default_factory=ModelReport)
    timings: JsonObject = msgspec.field(default_factory=dict)
    observer: ObserverReport = msgspec.field(default_factory=ObserverReport)
    error: TaskError | None = None
    data: JsonObject | None = None
    left_out: tuple[SourceNote, ...] = ()
    changes: tuple[SourceChange, ...] = ()
    explanation: tuple[CitedPassage, ...] | None = None
    graph: WalkedGraph | None = None
    nearest: tuple[Citation, ...] = ()
    waiting: tuple[WaitingCall, ...] = ()
    places: tuple[MapPlace, ...] = ()
