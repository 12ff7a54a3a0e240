"""What a model can do, measured with one short constrained request."""

import re
import time
from collections.abc import Callable
from typing import Any

import anyio

from moe.asking.json.lowering import lower_schema
from moe.asking.json.outline import write_outline
from moe.asking.json.parsing import parse_object
from moe.asking.json.problems import ReplyError
from moe.asking.provider_boundary import contain_provider
from moe.contracts.capability import Capability, ModeChoice
from moe_core.contracts.errors import ModelError
from moe_core.contracts.messages import Grounding, Message, ModelReply, ModelRequest, Purpose
from moe_core.contracts.mode import Mode
from moe_core.contracts.model import ModelProvider
from moe_core.schemas.validator import get_validator
from moe_core.text.token_estimate import estimate_tokens

MEASURE_SECONDS = 20.0  # a large model is loaded from disk within them; one that is not there by then is no help
_ANSWER_TOKENS = 120  # an answer that has not ended by then does not end

# What full mode takes of a model. A run writes about 600 tokens in a row, and the longest of its prompts has 2,500
# (benchmarks/prompt_tokens.py): with less than these it is over its deadline of two minutes, or loses its evidence.
FULL_TOKENS_PER_SECOND, FULL_CONTEXT_TOKENS = 8.0, 4_000
# Models below it were right on the three sentences and still lost themselves in plans. A choice.
FULL_PARAMETERS = 1_500_000_000
READER_TOKENS_PER_SECOND, READER_CONTEXT_TOKENS = 2.0, 1_500
MISMATCH = 3.0  # between a size in a model's name and its server's word; quantisation and roundings stay below

_SIZE = re.compile(r"(?<![a-z\d.])(\d+(?:\.\d+)?)([bm])(?![a-z\d])", re.IGNORECASE)
_UNITS = {"b": 1e9, "m": 1e6}

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sentence": {"enum": ["E1", "E2", "E3"]},
        "person": {"enum": ["Odo Pell", "Ines Varga", "Maud Thorne", "nobody"]},
        "year": {"enum": ["1803", "1851", "1867", "1920"]},
        "answer": {"type": "string"},
    },
    "required": ["sentence", "person", "year", "answer"],
    "additionalProperties": False,
}
_RIGHT = {"sentence": "E2", "person": "Ines Varga", "year": "1851"}
_WORDS = """Answer the question from the sentences. Choose the sentence that answers it.

[E1] The mill at Tarn was built by Odo Pell in 1803.
[E2] In 1851 Ines Varga had the tower of the mill built.
[E3] Maud Thorne sold the wheel in 1920.

Question: Who had the tower built, and when?

Reply with one JSON object of this form, and with nothing else; "answer" is one short sentence:
"""
_ANSWER_LENGTH = 240  # characters; a sentence has fewer


async def measure_model(
    provider: ModelProvider,
    model: str,
    *,
    seconds: float = MEASURE_SECONDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Capability:
    """Ask a model one short question that a machine can mark; a failure is a result too."""
    started = clock()
    blank = Capability(at=time.time())
    try:
        with contain_provider(provider, model), anyio.fail_after(seconds):
            described = await provider.describe_model(model)
            support = await provider.schema_support(model)
            context_tokens = await provider.max_context_tokens(model)
            schema = _SCHEMA if support is None else lower_schema(_SCHEMA, support)
            reply, first = await _ask(provider, _make_request(model, time.time() + seconds), schema, clock)
    except TimeoutError:
        return Capability(at=blank.at, seconds=seconds, failure=f"no answer within {seconds:.0f} s")
    except ModelError as error:
        return Capability(at=blank.at, seconds=clock() - started, failure=error.message)
    ended = clock()
    data = _read(reply)
    written = reply.usage.completion_tokens or estimate_tokens(reply.text)
    return Capability(
        tokens_per_second=written / max(1e-6, ended - (first if first is not None else started)),
        seconds=ended - started,
        is_valid=data is not None,
        stops=reply.finish_reason != "length" and (data is None or len(data["answer"]) <= _ANSWER_LENGTH),
        is_right=data is not None and all(data[key] == value for key, value in _RIGHT.items()),
        context_tokens=context_tokens,
        parameters=described.parameters,
        has_chat_template=described.has_chat_template,
        at=blank.at,
    )


def choose_mode(model: str, found: Capability) -> ModeChoice:
    """What a run can ask of a model, and why no more."""
    checks = (
        (Mode.QUOTES, not found.has_chat_template, "it is a base model, without a chat template"),
        (Mode.QUOTES, bool(found.failure), found.failure),
        (Mode.QUOTES, not found.is_valid, "it wrote no valid JSON"),
        (Mode.QUOTES, not found.stops, "its answer did not come to an end"),
        (Mode.QUOTES, not found.is_right, "it misread three short sentences"),
        (Mode.QUOTES, found.tokens_per_second < READER_TOKENS_PER_SECOND, _tell_speed(found)),
        (Mode.QUOTES, found.context_tokens < READER_CONTEXT_TOKENS, f"it reads {found.context_tokens} tokens only"),
        (Mode.READER, 0 < found.parameters < FULL_PARAMETERS, f"it has {_write_size(found.parameters)} parameters"),
        (Mode.READER, found.tokens_per_second < FULL_TOKENS_PER_SECOND, _tell_speed(found)),
        (Mode.READER, found.context_tokens < FULL_CONTEXT_TOKENS, f"it reads {found.context_tokens} tokens only"),
    )
    for mode, applies, why in checks:
        if applies:
            return ModeChoice(mode=mode, why=f"{model}: {why}")
    return ModeChoice(
        mode=Mode.FULL, why=f"{model} answers in valid JSON, {found.tokens_per_second:.0f} tokens a second"
    )


def find_mismatch(model: str, found: Capability) -> str | None:
    """What to say loudly when a model is much smaller or larger than its name."""
    named = _SIZE.search(model)
    if named is None or not found.parameters:
        return None
    wanted = float(named[1]) * _UNITS[named[2].lower()]
    ratio = wanted / found.parameters
    if 1 / MISMATCH <= ratio <= MISMATCH:
        return None
    return f"{model} is not what its name says: the model that serves it has {_write_size(found.parameters)} parameters"


async def _ask(
    provider: ModelProvider, request: ModelRequest, schema: Any, clock: Callable[[], float]
) -> tuple[ModelReply, float | None]:
    """The reply, and when its first piece of several came."""
    first, pieces, reply = 0.0, 0, None
    parts = provider.stream(request, schema)
    try:
        async for part in parts:
            if part.text or part.reasoning:
                first = first or clock()
                pieces += 1
            reply = part.reply or reply
    finally:
        close = getattr(parts, "aclose", None)
        if close is not None:
            await close()
    if reply is None:
        raise ModelError("its stream ended without a reply", provider=provider.name, model=request.model)
    return reply, first if pieces > 1 else None


def _make_request(model: str, deadline: float) -> ModelRequest:
    words = f"{_WORDS}{write_outline(_SCHEMA)}"
    return ModelRequest(
        model=model,
        messages=(Message(role="user", content=words),),
        grounding=Grounding(purpose=Purpose.CHAT, question=words),
        parameters={"temperature": 0.0, "seed": 0, "num_predict": _ANSWER_TOKENS},
        deadline=deadline,
    )


def _read(reply: ModelReply) -> dict[str, Any] | None:
    data = reply.data
    try:
        data = parse_object(reply.text, keys=_SCHEMA["properties"]).value if data is None else data
    except ReplyError:
        return None
    return dict(data) if get_validator(_SCHEMA).is_valid(data) else None


def _tell_speed(found: Capability) -> str:
    return f"it writes {found.tokens_per_second:.1f} tokens a second"


def _write_size(parameters: int) -> str:
    return f"{parameters / 1e9:.3g} billion" if parameters >= 1e9 else f"{parameters / 1e6:.3g} million"
