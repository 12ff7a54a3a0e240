"""Asking for one JSON object until there is a valid one: the same way for every model and every step."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from moe.asking.fitting.fence import defuse_data
from moe.asking.json.lowering import lower_schema
from moe.asking.json.outline import write_outline
from moe.asking.json.parsing import parse_object
from moe.asking.json.problems import ReplyError
from moe.asking.json.reading import tidy
from moe.asking.json.restoring import restore_value
from moe.contracts.models import OutputFailure, OutputProblem, StructuredCounts
from moe_core.contracts.errors import InvalidOutputError
from moe_core.contracts.messages import Message, ModelReply, ModelRequest
from moe_core.contracts.model import SchemaSupport
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_core.schemas.validator import SchemaValidator, get_validator

T = TypeVar("T")

Ask: TypeAlias = Callable[[ModelRequest, JsonObject], Awaitable[ModelReply]]
"""One call to a provider with the schema cut to what it enforces; retries of failed calls happen below it."""

ATTEMPTS_MAX = 3  # chosen: each costs a whole call
# Characters of its own reply, and of the validator, that a model is shown: enough to see what was wrong.
_REPLY_SHOWN, _WORDS_SHOWN = 2_000, 1_200
_LONGER = 2  # times the room, when an answer was cut off
VALID_FIRST = StructuredCounts.count_valid(1)
_WISH = "Reply with one JSON object that matches this JSON Schema, and with nothing else:"
_WISH_OF_FORM = "Reply with one JSON object of this form, filled in from the above, and with nothing else:"


class StructuredAnswer(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A valid object, read.

    Attributes:
        data: The object.
        value: What its reader made of it.
        reply: The reply it came in.
        was_repaired: The reply was no JSON as it stood.
    """

    data: dict[str, Any]
    value: T
    reply: ModelReply
    was_repaired: bool = False


class _Wanted(msgspec.Struct, Generic[T], frozen=True):
    """What a reply is held to."""

    schema: dict[str, Any]
    lowered: JsonObject
    validator: SchemaValidator
    wish: str


async def ask_structured(
    ask: Ask,
    request: ModelRequest,
    schema: str,
    *,
    support: SchemaSupport | None,
    read: Callable[[JsonObject], T],
    accepted: str = "",
    provider: str = "",
    attempts_max: int = ATTEMPTS_MAX,
    answer_tokens_max: int | None = None,
    on_failure: Callable[[OutputFailure], None] | None = None,
    on_counts: Callable[[StructuredCounts], None] | None = None,
) -> StructuredAnswer[T]:
    """Ask for an object of the schema, and again with what was wrong, until it is valid.

    The schema goes with the call, cut down to what the server enforces. The last user message outlines it; it has the
    whole of it for a server that enforces none. A reply is stripped of reasoning and prose, repaired when it must be,
    and held to the whole schema; then it is read. What is no language model answers once: it would say the same again.

    Args:
        ask: One call; it counts usage itself.
        request: What is asked, without a word about the form of the answer.
        schema: What the answer must match, as JSON text.
        support: What the server enforces of it; None for all.
        read: Makes a value of the valid object; a ValueError is told to the model.
        accepted: What a reply is checked against in place of the schema, as JSON text; "" for the schema.
        provider: Named in errors.
        attempts_max: Calls at most; 1 for providers that are no language model.
        answer_tokens_max: Room for an answer, for one that was cut off; None when unknown.
        on_failure: Told of every reply that could not be used.
        on_counts: Told once how it went, however it ends.

    Raises:
        InvalidOutputError: No attempt brought a valid object; the last complaint is told.
        ConfigError: The schema is no JSON Schema.
        ModelError: What the call raises; only an InvalidOutputError from there is asked again.
    """
    wanted = _prepare(schema, support, accepted)
    original = ModelRequest(  # `replace` takes three times as long
        model=request.model,
        messages=_append(request.messages, wanted.wish),
        grounding=request.grounding,
        parameters=request.parameters,
        deadline=request.deadline,
    )
    current = original
    answer: StructuredAnswer[T] | None = None
    failures: list[OutputFailure] = []
    calls = 0
    try:
        while answer is None:
            calls += 1
            reply: ModelReply | None = None
            try:
                reply = await ask(current, wanted.lowered)
                answer = _judge(reply, wanted, read)
            except (ReplyError, InvalidOutputError) as error:
                failure = _describe(error, calls, reply, attempts_max)
                failures.append(failure)
                if on_failure is not None:
                    on_failure(failure)
                if not failure.will_retry:
                    raise _give_up(failure, provider, request.model) from error
                current = _build_retry(original, reply, failure, answer_tokens_max)
    finally:
        if on_counts is not None:
            was_repaired = answer is not None and answer.was_repaired
            is_plain = calls == 1 and answer is not None and not was_repaired
            on_counts(
                VALID_FIRST
                if is_plain
                else StructuredCounts.of(calls, failures, has_answer=answer is not None, was_repaired=was_repaired)
            )
    return answer


@lru_cache(256)
def _prepare(schema: str, support: SchemaSupport | None, accepted: str) -> _Wanted[Any]:
    whole = decode_json(dict[str, Any], schema)
    checked = decode_json(dict[str, Any], accepted) if accepted else whole
    is_enforced = support is None or bool(support.keywords)
    return _Wanted(
        schema=checked,
        lowered=whole if support is None else lower_schema(whole, support),
        validator=get_validator(checked),
        wish=f"{_WISH_OF_FORM}\n{write_outline(whole)}" if is_enforced else f"{_WISH}\n{schema}",
    )


def _judge(reply: ModelReply, wanted: _Wanted[Any], read: Callable[[JsonObject], T]) -> StructuredAnswer[T]:
    """The valid object of a reply.

    Raises:
        ReplyError: There is none.
    """
    data, was_repaired = _find_object(reply, wanted)
    if not wanted.validator.is_valid(data):
        restored = restore_value(data, wanted.schema)
        errors = wanted.validator.find_errors(restored)
        data = restored
        if errors:
            raise ReplyError(OutputProblem.SCHEMA, "\n".join(errors))
    try:
        value = read(data)
    except ValueError as error:
        raise ReplyError(OutputProblem.MEANING, str(error)) from error
    return StructuredAnswer(data=data, value=value, reply=reply, was_repaired=was_repaired)


def _find_object(reply: ModelReply, wanted: _Wanted[Any]) -> tuple[dict[str, Any], bool]:
    if reply.data is not None:
        data: dict[str, Any] = tidy(dict(reply.data))
        return data, False
    was_cut = reply.finish_reason == "length"
    try:
        parsed = parse_object(reply.text, keys=wanted.schema.get("properties", ()))
    except ReplyError as error:
        if was_cut and error.problem is not OutputProblem.TOO_BIG:
            raise ReplyError(OutputProblem.CUT_OFF, str(error)) from error
        raise
    if was_cut and parsed.was_repaired:
        raise ReplyError(OutputProblem.CUT_OFF, "the reply ends before its JSON object does")
    return parsed.value, parsed.was_repaired


def _describe(
    error: ReplyError | InvalidOutputError, attempt: int, reply: ModelReply | None, attempts_max: int
) -> OutputFailure:
    is_model = reply is None or reply.is_language_model
    return OutputFailure(
        attempt=attempt,
        problem=error.problem if isinstance(error, ReplyError) else OutputProblem.REFUSED,
        message=_clip(str(error), _WORDS_SHOWN),
        will_retry=is_model and attempt < attempts_max,
    )


def _give_up(failure: OutputFailure, provider: str, model: str) -> InvalidOutputError:
    attempts = "one attempt" if failure.attempt == 1 else f"{failure.attempt} attempts"
    words = "; ".join(failure.message.splitlines())
    return InvalidOutputError(
        f"{provider or 'the model'} gave no valid answer in {attempts}: {words}", provider=provider, model=model
    )


def _build_retry(
    original: ModelRequest, reply: ModelReply | None, failure: OutputFailure, answer_tokens_max: int | None
) -> ModelRequest:
    """The original request with the last failure alone, so that attempts do not pile up in the context."""
    if failure.problem is OutputProblem.CUT_OFF:
        words = "Your last reply was too long and was cut off. Be brief: the fewest items that will do, short texts."
        parameters = _allow_longer(original.parameters, reply, answer_tokens_max)
        return replace(original, messages=_append(original.messages, words), parameters=parameters)
    shown = _show(reply)
    words = (
        f"This reply is not valid:\n{failure.message}\nReply again with one corrected JSON object, and nothing else."
    )
    if not shown:
        return replace(original, messages=_append(original.messages, words))
    turns = (Message(role="assistant", content=shown), Message(role="user", content=words))
    return replace(original, messages=(*original.messages, *turns))


def _allow_longer(parameters: JsonObject, reply: ModelReply | None, tokens_max: int | None) -> JsonObject:
    told = parameters.get("num_predict")
    if isinstance(told, int) and told <= 0:
        return parameters  # no limit of ours: the context itself is full
    used = told if isinstance(told, int) else reply.usage.completion_tokens if reply is not None else 0
    longer = used * _LONGER if tokens_max is None else min(used * _LONGER, tokens_max)
    return {**parameters, "num_predict": longer} if longer > used else parameters


def _append(messages: Sequence[Message], words: str) -> tuple[Message, ...]:
    """The messages with words at the end of the last one of the user."""
    last = messages[-1] if messages else None
    if last is None or last.role != "user":
        return (*messages, Message(role="user", content=words))
    return (*messages[:-1], Message(role="user", content=f"{last.content.rstrip()}\n\n{words}"))


def _show(reply: ModelReply | None) -> str:
    if reply is None:
        return ""
    text = reply.text.strip() or ("" if reply.data is None else encode_json(reply.data).decode())
    return defuse_data(_clip(text, _REPLY_SHOWN))  # it may repeat what a document said


def _clip(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[:size]} …"
