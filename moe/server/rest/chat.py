"""OpenAI's endpoints: models, and answers in a chat."""

import asyncio
import json
import time
from asyncio import to_thread
from collections.abc import AsyncIterator, Mapping
from difflib import get_close_matches
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from moe.contracts.request import RunRequest
from moe.contracts.runs import WAITING
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.openai.chat_answer import build_completion, stream_completion
from moe.server.openai.chat_request import ChatRequest
from moe.server.openai.failure import describe_failure
from moe.server.pool.job import PoolJob
from moe.server.problems import ProblemError
from moe.server.rest.answers import JSON, answer_json, describe_answers
from moe.server.state import Reader, ServerState, State, Writer
from moe.server.streams.event_stream import EVENT_STREAM, STREAM_HEADERS
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json

router = APIRouter(route_class=CheckedRoute, prefix="/v1", tags=["openai"])

_MODEL = "moe"
_QUESTION_MAX = 20_000  # as a run's
_OWNED = {"object": "model", "created": 0, "owned_by": "moe"}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "object", "required": ["message", "type", "code"]}},
}
_MODELS = {
    "type": "object",
    "required": ["object", "data"],
    "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object"}}},
}
_COMPLETION = {
    "type": "object",
    "required": ["id", "object", "created", "model", "choices", "usage"],
    "properties": {"choices": {"type": "array", "items": {"type": "object"}}, "usage": {"type": "object"}},
}
_WRONG = ("invalid_json", "invalid_request", "media_type", "name_unknown", "docs_outside", "document")
_CODES = (*_WRONG, "busy", "key_budget", "stopping")


def describe_openai(kind: JsonObject, *codes: str) -> dict[int | str, dict[str, Any]]:
    """What an endpoint may answer; problems in OpenAI's form."""
    answers = describe_answers(kind, *codes, "running", "deadline", "request")
    for status, answer in answers.items():
        if status != 200:
            answer["content"] = {JSON: {"schema": _ERROR}}
    return answers


_CHAT_ANSWERS = describe_openai(_COMPLETION, *_CODES)
_CHAT_ANSWERS[200]["content"][EVENT_STREAM] = {"itemSchema": {"type": "object"}}


@router.get("/models", responses=describe_openai(_MODELS))
async def list_models(state: State, _: Reader) -> Response:
    """List the models: `moe`, which chooses itself, one for each Belter, and the one that embeds."""
    names = await to_thread(_list_names, state)
    embeds = state.app.config.system.embeddings
    data = [{"id": name, **_OWNED} for name in (*names, *filter(None, [embeds]))]
    return answer_json({"object": "list", "data": data})


@router.post("/chat/completions", responses=_CHAT_ANSWERS)
async def complete_chat(state: State, access: Writer, wanted: ChatRequest) -> Response:
    """Answer the user's last message, with [n] pointing at citations; the messages before it are not read."""
    if state.is_stopping:
        raise ProblemError("stopping", "the server stops", hint="ask again in a while")
    wanted.refuse_unsupported()
    belter = await to_thread(_find_belter, state, wanted.model)
    question = wanted.find_question()
    if len(question) > _QUESTION_MAX:
        raise ProblemError("invalid_request", f"the message is longer than {_QUESTION_MAX:,} characters")
    request = RunRequest(question=question, docs=tuple(wanted.docs), collection=wanted.collection, belter=belter)
    job = await state.desk.submit(request, access)
    if wanted.stream:
        pieces = _stream(state, access, job, wanted)
        return StreamingResponse(pieces, media_type=EVENT_STREAM, headers=STREAM_HEADERS)
    return answer_json(build_completion(await _await_result(state, access, job), wanted, int(job.taken_at)))


async def _await_result(state: ServerState, access: Access, job: PoolJob) -> Mapping[str, Any]:
    result = await state.desk.wait(job, state.settings.wait_max_seconds)
    if result is None:
        await state.desk.cancel(job.run_id, access)
        raise ProblemError("deadline", "the run took too long, and was ended", run_id=job.run_id)
    return _read_result(result)


def _read_result(result: bytes) -> Mapping[str, Any]:
    """The result of a run that came to an answer."""
    told: Mapping[str, Any] = json.loads(result)
    if told["status"] != Status.DONE:
        if told["status"] == WAITING:
            waits = f"the run waits for a person to decide on {len(told['waiting'])} of its tools' calls"
            hint = f"POST /api/v1/runs/{told['run_id']}/approve, or /skip"
            raise ProblemError("decision_needed", waits, hint=hint, run_id=told["run_id"])
        error = told.get("error") or {"code": "running", "message": f"the run is {told['status']}"}
        raise ProblemError(error["code"], error["message"], hint=error.get("hint"), run_id=told["run_id"])
    return told


async def _stream(state: ServerState, access: Access, job: PoolJob, wanted: ChatRequest) -> AsyncIterator[bytes]:
    """The answer in pieces once it is there; comments before."""
    until = time.monotonic() + state.settings.wait_max_seconds
    try:
        result = None
        while result is None and time.monotonic() < until:
            result = await state.desk.wait(job, state.settings.heartbeat_seconds)
            if result is None:
                yield b": still here\n\n"
        if result is None:
            await state.desk.cancel(job.run_id, access)
            raise ProblemError("deadline", "the run took too long, and was ended", run_id=job.run_id)
        for frame in stream_completion(_read_result(result), wanted, int(job.taken_at)):
            yield frame
            await asyncio.sleep(0)
    except ProblemError as problem:
        yield b"data: %b\n\n" % encode_json(describe_failure(problem.describe()))


def _list_names(state: ServerState) -> list[str]:
    return [_MODEL, *(f"{_MODEL}/{name}" for name in state.app.registry.belters.names())]


def _find_belter(state: ServerState, model: str) -> str | None:
    """The Belter that a model's name means; None for whom the router chooses."""
    known = _list_names(state)
    if model not in known:
        raise NameUnknownError("model", model, near=get_close_matches(model, known, n=3, cutoff=0.4))
    return model.partition("/")[2] or None
