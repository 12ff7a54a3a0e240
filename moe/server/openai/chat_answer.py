"""A run's result in OpenAI's form: whole, and in pieces."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from moe.server.openai.chat_request import ChatRequest
from moe_core.contracts.wire import JsonObject, encode_json

_MARK = re.compile(r"\[(\d{1,4})\]")
_WORD = re.compile(r"\s*\S+")
_WORDS_PER_PIECE = 8  # of a stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatText:
    """The text of an answer, as far as it is wanted, and why it ends there."""

    text: str
    finish_reason: str


def cut_answer(answer: str, request: ChatRequest) -> ChatText:
    """The answer up to the first stop, and not longer than is wanted."""
    places = [place for stop in request.stops if (place := answer.find(stop)) >= 0]
    text = answer[: min(places)] if places else answer
    words = list(_WORD.finditer(text))
    if request.tokens_max is not None and len(words) > request.tokens_max:
        return ChatText(text=text[: words[request.tokens_max - 1].end()], finish_reason="length")
    return ChatText(text=text, finish_reason="stop")


def build_completion(result: Mapping[str, Any], request: ChatRequest, created: int) -> JsonObject:
    """The whole answer."""
    cut = cut_answer(result["answer"], request)
    notes = _annotate(cut.text, result, request)
    message = {"role": "assistant", "content": cut.text, "refusal": None, "annotations": notes}
    return {
        **_head(result["run_id"], request.model, created, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": cut.finish_reason, "logprobs": None}],
        "usage": _count(result),
        "moe": {"run_id": result["run_id"], "status": result["status"], "citations": result["citations"]},
    }


def stream_completion(result: Mapping[str, Any], request: ChatRequest, created: int) -> Iterator[bytes]:
    """The same in pieces, each as it is sent."""
    head = _head(result["run_id"], request.model, created, "chat.completion.chunk")
    cut = cut_answer(result["answer"], request)
    yield _frame(head, {"role": "assistant", "content": ""})
    words = _WORD.findall(cut.text)
    for place in range(0, len(words), _WORDS_PER_PIECE):
        yield _frame(head, {"content": "".join(words[place : place + _WORDS_PER_PIECE])})
    yield _frame(head, {"annotations": _annotate(cut.text, result, request)}, finish_reason=cut.finish_reason)
    if request.stream_options is not None and request.stream_options.include_usage:
        yield b"data: %b\n\n" % encode_json({**head, "choices": [], "usage": _count(result)})
    yield b"data: [DONE]\n\n"


def _head(run_id: str, model: str, created: int, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{run_id}", "object": kind, "created": created, "model": model}


def _frame(head: JsonObject, delta: JsonObject, *, finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return b"data: %b\n\n" % encode_json({**head, "choices": [choice]})


def _annotate(text: str, result: Mapping[str, Any], request: ChatRequest) -> Sequence[JsonObject]:
    """Each mark [n] of the text with what it points to."""
    citations = result["citations"]
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": found.start(),
                "end_index": found.end(),
                "title": citations[int(found[1]) - 1]["document"],
                "url": _locate(result, int(found[1]) - 1, request.collection),
            },
        }
        for found in _MARK.finditer(text)
        if 1 <= int(found[1]) <= len(citations)
    ]


def _locate(result: Mapping[str, Any], number: int, collection: str | None) -> str:
    """Where a citation's words stand: in the collection's document, else in the run's result."""
    if collection is None:
        return f"/api/v1/runs/{result['run_id']}#/citations/{number}"
    cited = result["citations"][number]
    place = f"{quote(collection)}/documents/{quote(cited['document'])}"
    return f"/api/v1/collections/{place}#{cited['start']}-{cited['end']}"


def _count(result: Mapping[str, Any]) -> JsonObject:
    usage = result["usage"]
    read, written = usage["prompt_tokens"], usage["completion_tokens"]
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
