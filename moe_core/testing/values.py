"""Making contract values for tests, with everything that does not matter filled in."""

import typing
from collections.abc import Iterable, Mapping

import msgspec

from moe_core.contracts.agent import Role
from moe_core.contracts.event import EventKind, EventPayload
from moe_core.contracts.event_catalog import PAYLOADS
from moe_core.contracts.evidence import Evidence, Passage
from moe_core.contracts.messages import Grounding, Message, ModelRequest, Purpose
from moe_core.contracts.task import Statement, Status, TaskResult


def make_passage(
    text: str, *, document: str = "document.txt", start: int = 0, title: str = "", section: str = "", number: int = 0
) -> Passage:
    """A passage of a document, `text` starting at the character `start`."""
    return Passage(
        passage_id=f"{document}#{number}",
        document_id=document,
        title=title,
        section=section,
        start=start,
        end=start + len(text),
        text=text,
    )


def make_evidence(
    text: str,
    *,
    evidence_id: str = "e1",
    document: str = "document.txt",
    start: int = 0,
    score: float = 0.8,
    title: str = "",
) -> Evidence:
    """Evidence for a statement, `text` starting at the character `start` of the document."""
    return Evidence(
        evidence_id=evidence_id,
        document=document,
        passage_id=f"{document}#0",
        start=start,
        end=start + len(text),
        text=text,
        score=score,
        title=title,
    )


def make_task_result(
    statements: Iterable[Statement] = (),
    *,
    evidence: Iterable[Evidence] = (),
    role: Role = Role.CAMINA,
    agent: str = "",
) -> TaskResult:
    """The result of a task that is done; its agent is called like its role unless named."""
    return TaskResult(
        task_id="r/1",
        run_id="r",
        correlation_id="c",
        agent=agent or str(role),
        role=role,
        status=Status.DONE,
        statements=tuple(statements),
        evidence=tuple(evidence),
    )


def make_request(
    question: str = "What is known?",
    *,
    purpose: Purpose = Purpose.EXECUTE,
    evidence: tuple[Evidence, ...] = (),
    model: str = "scripted:latest",
) -> ModelRequest:
    """A request to a model, with grounding that says the same as its messages."""
    grounding = Grounding(purpose=purpose, question=question, instruction=question, evidence=evidence)
    context = "\n".join(item.text for item in evidence)
    messages = (Message(role="user", content=f"{context}\n\n{question}".strip()),)
    return ModelRequest(
        model=model,
        messages=messages,
        grounding=grounding,
        parameters={"temperature": 0, "seed": 0, "num_predict": 128},
    )


def make_payload(kind: EventKind, **facts: object) -> EventPayload:
    """What an event of that kind tells; facts that are not given are empty, or nothing."""
    payload = PAYLOADS[kind]
    hints = typing.get_type_hints(payload)
    for field in msgspec.structs.fields(payload):
        if field.required and field.name not in facts:
            hint = hints[field.name]
            blank = _BLANKS.get(typing.get_origin(hint) or hint)
            facts[field.name] = blank() if blank is not None else None
    return payload(**facts)


_BLANKS: Mapping[object, type] = {str: str, int: int, float: float, bool: bool, tuple: tuple, Mapping: dict}
