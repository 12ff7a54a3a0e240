"""What experts say of their evidence, by their model, and how a judging model rates them; only in full mode."""

import asyncio
import dataclasses
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from msgspec.structs import replace

from moe.asking.format import AnswerFormat
from moe.contracts.experts import Commentary, ExpertScore
from moe.experts.commentary import comment_by_rule
from moe.experts.evaluation import aggregate
from moe.knowledge.search import Exploration
from moe.running.context import Assignment, RunContext
from moe_core.contracts.errors import MoeError
from moe_core.contracts.event import EventPayload, EventSink
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.persona import Persona
from moe_core.contracts.persona_payloads import ExpertCommented, ExpertScored
from moe_core.contracts.wire import JsonObject, from_wire, to_wire
from moe_core.text.tokens import find_terms

T = TypeVar("T")

_TOLD = 3  # chosen: passages that an expert comments on, as by rule
_TIME_SHARE = 0.3  # chosen: of what is left of the task's time
_LONGEST, _INSIGHT_LONGEST, _INSIGHTS_MAX = 400, 200, 3
_RULE = "rule"


async def comment_on(context: RunContext, assignment: Assignment, exploration: Exploration) -> tuple[JsonObject, ...]:
    """Let the experts of a search comment on what they found, side by side; what whoever reads it is told.

    One whose model fails is commented for by rule, and that is recorded. Nobody is asked where one expert looked alone.
    """
    consultation, settings = exploration.consultation, context.experts
    if consultation is None or len(consultation.scores) < 2 or consultation.trial:
        return ()
    query = exploration.graph.question.text
    if (assignment.task.task_id, query) in context.commented:
        return ()
    context.commented.add((assignment.task.task_id, query))
    found = {
        walk.persona.name: (
            walk.persona,
            tuple(exploration.graph.get_passage(name).as_evidence(rating) for name, rating in walk.ranking[:_TOLD]),
        )
        for walk in exploration.walks
    }
    until = _end(assignment)
    comments: Sequence[ExpertCommented] = ()
    if settings.comments:
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(_comment(context, assignment, persona, query, evidence, until))
                for persona, evidence in found.values()
            ]
        comments = [one.result() for one in asked]
    for comment in comments:
        _tell(context.events, assignment, comment)
    if settings.judge:
        texts = {comment.persona: comment.commentary for comment in comments} or {
            name: comment_by_rule(query, evidence).commentary for name, (_, evidence) in found.items()
        }
        for score in await _judge(context, assignment, query, consultation.scores, texts, until):
            _tell(context.events, assignment, from_wire(ExpertScored, {"query": query, **to_wire(score)}))
    return tuple(
        {"expert": comment.persona, "insights": list(comment.key_insights)}
        for comment in comments
        if comment.key_insights and comment.by != _RULE
    )


async def _comment(
    context: RunContext,
    assignment: Assignment,
    persona: Persona,
    query: str,
    evidence: tuple[Evidence, ...],
    until: float | None,
) -> ExpertCommented:
    step = context.steps.claim(assignment.task.task_id, f"comment {persona.name}: {query}")
    known = _find(context, step, ExpertCommented)
    if known is not None:
        return known
    grounding = Grounding(purpose=Purpose.COMMENT, question=query, evidence=evidence, persona=describe_persona(persona))
    by, failure, comment = _RULE, "it found nothing", Commentary(commentary="", relevance_score=0.0)
    if evidence:
        wanted = make_commentary_format(evidence, query)
        try:
            comment = await _ask(context, assignment, persona.name, grounding, wanted, until)
            by, failure = assignment.member.served.model, ""
        except MoeError as error:
            failure, comment = error.message, comment_by_rule(query, evidence)
    told = ExpertCommented(
        persona=persona.name,
        query=query,
        commentary=comment.commentary,
        relevance_score=comment.relevance_score,
        key_insights=comment.key_insights,
        by=by,
        failure=failure,
    )
    context.steps.keep(step, told)
    return told


async def _judge(
    context: RunContext,
    assignment: Assignment,
    query: str,
    scores: Sequence[ExpertScore],
    outputs: Mapping[str, str],
    until: float | None,
) -> list[ExpertScore]:
    """The scores with a judging model's word among them; none where it fails: then the scorers' stand."""
    judged = [score for score in scores if outputs.get(score.persona)]
    findings = tuple({"output": number, "says": outputs[score.persona]} for number, score in enumerate(judged, start=1))
    grounding = Grounding(purpose=Purpose.JUDGE, question=query, findings=findings)
    step = context.steps.claim(assignment.task.task_id, f"judge: {query}")
    ratings = _find(context, step, list[float])
    if ratings is None:
        ratings = []
        with suppress(MoeError):
            ratings = await _ask(context, assignment, "judge", grounding, make_ratings_format(len(judged)), until)
        context.steps.keep(step, ratings)
    if not ratings:
        return []
    weights = {**context.experts.weights, "judge": context.experts.judge}
    told = []
    for score, rating in zip(judged, ratings, strict=True):
        parts = {**score.parts, "judge": round(rating, 4)}
        rated = aggregate({name: value for name, value in parts.items() if name != "vouched"}, weights)
        told.append(replace(score, parts=parts, score=round(rated * parts.get("vouched", 1.0), 4)))
    return told


async def _ask(
    context: RunContext,
    assignment: Assignment,
    who: str,
    grounding: Grounding,
    wanted: AnswerFormat[T],
    until: float | None,
) -> T:
    """What the model of whoever searches says for somebody else, to whom the call is counted."""
    member = dataclasses.replace(assignment.member, fallbacks=())
    task = dataclasses.replace(assignment.task, agent=who)
    value, _ = await context.models.ask(
        member, context.agent(member), task, grounding, wanted, deadline=until, is_optional=True
    )
    return value


def _find(context: RunContext, step: str, kind: type[T]) -> T | None:
    """What a step came to before; None for one that the record of a run which is done again does not have."""
    with suppress(MoeError):
        return context.steps.find(step, kind)
    return None


def describe_persona(persona: Persona) -> dict[str, str]:
    """What a template may say of an expert."""
    traits = ", ".join(f"{name} {value}" for name, value in persona.traits.as_mapping().items())
    return {"persona_name": persona.name, "traits": traits, "expertise": ", ".join(persona.expertise) or "anything"}


def make_commentary_format(evidence: Sequence[Evidence], question: str) -> AnswerFormat[Commentary]:
    """A commentary; insights with words that neither the evidence nor the question has are left out."""
    said = set(find_terms(f"{question} {' '.join(item.title + ' ' + item.text for item in evidence)}"))
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "commentary": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
            "relevance_score": {"type": "number", "minimum": 0, "maximum": 1},
            "key_insights": {
                "type": "array",
                "items": {"type": "string", "minLength": 1, "maxLength": _INSIGHT_LONGEST},
                "maxItems": _INSIGHTS_MAX,
            },
        },
        "required": ["commentary", "relevance_score", "key_insights"],
        "additionalProperties": False,
    }

    def read(data: JsonObject) -> Commentary:
        written = from_wire(Commentary, data)
        if not 0 <= written.relevance_score <= 1:
            raise ValueError(f"relevance_score is {written.relevance_score}, and goes from 0 to 1")
        kept = tuple(one[:_INSIGHT_LONGEST] for one in written.key_insights if set(find_terms(one)) <= said)
        return replace(written, commentary=written.commentary[:_LONGEST], key_insights=kept[:_INSIGHTS_MAX])

    return AnswerFormat(schema, read)


def make_ratings_format(outputs: int) -> AnswerFormat[list[float]]:
    """One rating from 0 to 1 for each output, by their numbers from 1."""
    numbers = list(range(1, outputs + 1))
    rating: JsonObject = {
        "type": "object",
        "properties": {"output": {"enum": numbers}, "score": {"type": "number", "minimum": 0, "maximum": 1}},
        "required": ["output", "score"],
        "additionalProperties": False,
    }
    schema: JsonObject = {
        "type": "object",
        "properties": {"ratings": {"type": "array", "items": rating, "minItems": outputs, "maxItems": outputs}},
        "required": ["ratings"],
        "additionalProperties": False,
    }

    def read(data: JsonObject) -> list[float]:
        found = {one["output"]: float(one["score"]) for one in data["ratings"]}
        if sorted(found) != numbers or not all(0 <= score <= 1 for score in found.values()):
            raise ValueError(f"ratings: each of the {outputs} outputs is rated once, from 0 to 1")
        return [found[number] for number in numbers]

    return AnswerFormat(schema, read)


def _end(assignment: Assignment) -> float | None:
    left = assignment.seconds_left()
    return None if left is None else time.time() + _TIME_SHARE * left


def _tell(events: EventSink, assignment: Assignment, data: EventPayload) -> None:
    events.emit(data, task_id=assignment.task.task_id, agent=assignment.task.agent)
