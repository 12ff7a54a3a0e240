"""What can go wrong between a client and a model server, one function each; the function's name is the fault's.

A fault that concerns streams does the nearest thing to an answer in one piece, so that every fault fits every request.
Stalls have no length: they last until the client leaves or the test ends.
"""

import asyncio
import dataclasses
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import model_answers
from fault_case import PIECES_BEFORE, Case
from model_answers import Said

HUGE_BYTES = 300_000_000


Fault = Callable[..., Awaitable[None]]


# Refusals that end by themselves.


async def too_many_requests(case: Case, *, retry_after: float | str | None = 1) -> None:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    await case.refuse(429, "Rate limit reached, please slow down.", headers, type="rate_limit", code="rate_limit")


async def server_error(case: Case, *, status: int = 500) -> None:
    await case.refuse(status, "The server had an error while processing your request.", type="server_error")


async def unavailable(case: Case, *, retry_after: float | str | None = None) -> None:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    busy = "server busy, please try again.  maximum pending requests exceeded"
    await case.refuse(503, busy, headers, type="unavailable_error", code=503)


async def model_loading(case: Case) -> None:
    await case.refuse(503, "Loading model", type="unavailable_error", code=503)


async def format_mismatch(case: Case) -> None:
    """llama.cpp's own: the model wrote what its parser does not expect; another seed may do better."""
    mismatch = "The model produced output that does not match the expected peg-native format"
    await case.refuse(500, mismatch, type="server_error", code=500)


# Refusals that stay.


async def unauthorized(case: Case) -> None:
    await case.refuse(401, "Incorrect API key provided.", type="authentication_error", code="invalid_api_key")


async def forbidden(case: Case) -> None:
    await case.refuse(403, "This key may not use this model.", type="permission_error")


async def model_missing(case: Case) -> None:
    name = case.asked.model
    if case.asked.shape == "ollama":
        await case.refuse(404, f"model '{name}' not found")
    else:
        await case.refuse(404, f"The model `{name}` does not exist.", type="not_found", code="model_not_found")


async def parameter_refused(case: Case, *, parameter: str = "max_tokens", status: int = 400) -> None:
    message = f"Unsupported parameter: '{parameter}' is not supported with this model."
    await case.refuse(status, message, param=parameter, code="unsupported_parameter")


async def context_overflow(
    case: Case, *, wording: str = "", prompt_tokens: int = 5000, context_tokens: int = 4096
) -> None:
    """wording: "llama.cpp", "openai", "vllm" or "ollama"; the request's own when empty."""
    wording = wording or ("ollama" if case.asked.shape == "ollama" else "llama.cpp")
    maximum = f"This model's maximum context length is {context_tokens} tokens. However, your"
    messages = {
        "llama.cpp": f"request ({prompt_tokens} tokens) exceeds the available context size ({context_tokens} tokens), "
        "try increasing it",
        "openai": f"{maximum} messages resulted in {prompt_tokens} tokens. Please reduce the length of the messages.",
        "vllm": f"{maximum} request has {prompt_tokens} input tokens. Please reduce the length of the input messages.",
        "ollama": "the input length exceeds the context length",
    }
    facts: dict[str, dict[str, Any]] = {
        "llama.cpp": {
            "code": 400,
            "type": "exceed_context_size_error",
            "n_prompt_tokens": prompt_tokens,
            "n_ctx": context_tokens,
        },
        "openai": {"param": "messages", "code": "context_length_exceeded"},
        "vllm": {"type": "BadRequestError", "code": 400},
        "ollama": {},
    }
    await case.refuse(400, messages[wording], **facts[wording])


async def redirect(case: Case, *, to: str = "") -> None:
    """To another host: the same server by its other name, so that `requests` shows whether the key went along."""
    await case.reply.send(307, b"", headers={"Location": to or f"http://localhost:{case.port}/elsewhere"})


# Connections that break or hang.


async def hang_up(case: Case) -> None:
    case.reply.close()


async def reset(case: Case) -> None:
    case.reply.reset()


async def reset_mid_body(case: Case) -> None:
    await case.say_half()
    await asyncio.sleep(0.05)  # so that the client has read the half; a reset may throw it away
    case.reply.reset()


async def truncated(case: Case) -> None:
    """Fewer bytes than announced, or a stream without its last chunk."""
    await case.say_half()
    case.reply.close()


async def stall_before_headers(case: Case) -> None:
    await asyncio.Event().wait()


async def stall_mid_body(case: Case) -> None:
    await case.say_half()
    await asyncio.Event().wait()


async def slow_headers(case: Case, *, interval_seconds: float = 0.05) -> None:
    """A header that never ends, a byte at a time."""
    await case.reply.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await case.reply.raw(b"x")
        await asyncio.sleep(interval_seconds)


async def slow_drip(case: Case, *, interval_seconds: float = 0.05) -> None:
    """The good answer, a byte at a time."""
    body, kind = case.all_bytes()
    await case.reply.head(200, {"Content-Type": kind, "Content-Length": str(len(body))})
    for byte in body:
        await case.reply.raw(bytes([byte]))
        await asyncio.sleep(interval_seconds)


# Bodies that are not what they should be.


async def malformed_json(case: Case) -> None:
    """A whole body, or a line of a stream, that is cut off in the middle of its JSON."""
    if case.asked.is_streamed:
        await case.say_half()
        last = list(model_answers.lines(case.asked, case.said))[PIECES_BEFORE].rstrip()
        await case.reply.piece(last[: len(last) // 2] + (b"\n\n" if case.asked.shape == "openai" else b"\n"))
        await case.reply.end()
        return
    body, kind = case.all_bytes()
    await case.reply.send(200, body[: len(body) // 2], kind)


async def malformed_utf8(case: Case) -> None:
    body, kind = case.all_bytes()
    middle = body.index(b"content" if case.asked.kind == "chat" else b"model") + 1
    await case.reply.send(200, body[:middle] + b"\xff\xfe" + body[middle:], kind)


async def unexpected_json(case: Case) -> None:
    """JSON, but nothing of what the API promises."""
    body = {"result": ["well", None]}
    if case.asked.is_streamed:
        await case.reply.send(200, model_answers.line(case.asked, body), model_answers.stream_kind(case.asked))
    else:
        await case.reply.send_json(body)


async def empty_body(case: Case) -> None:
    await case.reply.send(200, b"")


async def html_page(case: Case, *, status: int = 502) -> None:
    page = b"<html><head><title>Bad gateway</title></head><body><h1>nginx</h1></body></html>"
    await case.reply.send(status, page, "text/html")


async def huge_body(case: Case, *, size: int = HUGE_BYTES) -> None:
    """A text that goes on and on, within one line."""
    body, kind = case.all_bytes()
    start = body.index(model_answers.SENTENCE[:4].encode()) if model_answers.SENTENCE[:4].encode() in body else 0
    await case.reply.begin(kind)
    await case.reply.piece(body[:start] or b"{")
    for _ in range(size // 65536):
        await case.reply.piece(b"a" * 65536)
    await case.reply.piece(body[start:])
    await case.reply.end()


async def gzip_bomb(case: Case, *, size: int = HUGE_BYTES // 3) -> None:
    """A few hundred kilobytes that unpack to a lot."""
    packed = await asyncio.to_thread(gzip.compress, bytes(size), 1)
    await case.reply.send(200, packed, case.all_bytes()[1], {"Content-Encoding": "gzip"})


# Streams that end wrongly, in ways that the protocol itself does not show.


async def error_mid_stream(case: Case, *, message: str = "an error was encountered while running the model") -> None:
    if not case.asked.is_streamed:
        await case.refuse(500, message, type="server_error")
        return
    await case.say_half()
    error = message if case.asked.shape == "ollama" else {"message": message, "type": "server_error", "code": 500}
    await case.reply.piece(model_answers.line(case.asked, {"error": error}))
    await case.reply.end()


async def unfinished_stream(case: Case) -> None:
    """A stream that ends well for HTTP, but without saying that the answer is done."""
    await case.say_half()
    if case.asked.is_streamed:
        await case.reply.end()
    case.reply.close()


async def cut_short(case: Case) -> None:
    """Half the text, and the reason that it got too long."""
    half = case.said.text[: len(case.said.text) // 2]
    await case.say(dataclasses.replace(case.said, text=half, finish_reason="length"))


# Not faults: what a test wants the model to say.


async def say(case: Case, **said: Any) -> None:
    """A good answer with the fields of `Said`: text=, reasoning=, reasoning_key=, tool_calls=, finish_reason=..."""
    await case.say(Said(**said))


async def respond(
    case: Case, *, status: int = 200, body: bytes = b"", kind: str = "application/json", headers: dict | None = None
) -> None:
    await case.reply.send(status, body, kind, headers)


REFUSALS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        *(too_many_requests, server_error, unavailable, model_loading, format_mismatch),
        *(unauthorized, forbidden, model_missing, parameter_refused, context_overflow, redirect),
    )
}
BROKEN_CONNECTIONS: dict[str, Fault] = {
    fault.__name__: fault for fault in (hang_up, reset, reset_mid_body, truncated, unfinished_stream)
}
STALLS: dict[str, Fault] = {
    fault.__name__: fault for fault in (stall_before_headers, stall_mid_body, slow_headers, slow_drip)
}
BAD_BODIES: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        *(malformed_json, malformed_utf8, unexpected_json, empty_body, html_page, huge_body, gzip_bomb),
        *(error_mid_stream, cut_short),
    )
}
FAULTS: dict[str, Fault] = {**REFUSALS, **BROKEN_CONNECTIONS, **STALLS, **BAD_BODIES}
ANSWERS: dict[str, Fault] = {"say": say, "respond": respond}
