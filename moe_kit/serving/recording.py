"""Exchanges with a model as lines of JSON, one an exchange, without secrets."""

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import msgspec

from moe_core.contracts.errors import ContextOverflowError, ModelError, ModelRefusedError
from moe_core.contracts.messages import Message, ModelReply, ModelRequest, ReplyPart
from moe_core.contracts.wire import JsonObject, from_wire, to_wire

FORMAT = 1
HIDDEN = "***"
_HEAD = b'{"recording"'  # how a recording begins
_OTHER_PATH = "set another path in the options of the provider record"
_SECRET_CHARACTERS_MIN = 8
_LOOKS_SECRET = re.compile(
    r"(?i)(\bbearer\s+|\b(?:api|access|auth)[ _-]?(?:key|token)\b['\"]?\s*[=:]\s*['\"]?)[^\s'\",;]{4,}"
)
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")

ExchangeKind: TypeAlias = Literal["chat", "embed", "count_tokens", "max_context_tokens", "schema_support"]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What one part of a streamed reply brought, but for the reply."""

    text: str = ""
    reasoning: str = ""
    restarts: bool = False

    @classmethod
    def of(cls, part: ReplyPart) -> "Piece":
        """The piece of a part."""
        return cls(text=part.text, reasoning=part.reasoning, restarts=part.restarts)

    def as_part(self, reply: ModelReply | None = None) -> ReplyPart:
        """The part that it was."""
        return ReplyPart(text=self.text, reasoning=self.reasoning, restarts=self.restarts, reply=reply)


class RecordedError(msgspec.Struct, frozen=True, kw_only=True):
    """A failure as it was raised; `code` tells its class."""

    code: str
    message: str
    hint: str | None = None
    retry_after: float | None = None
    prompt_tokens: int | None = None
    context_tokens: int | None = None


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider was asked, and what it answered.

    Attributes:
        kind: Which of its methods was called; "chat" for prose, objects and streams alike.
        provider: Who answered.
        purpose: What the reply was for, for readers.
        request: What was asked; see `describe_chat`.
        digest: Of the request before anything secret was taken out of it; "" when nothing was.
        pieces: The parts of a stream, in order; the reply belongs to the last one.
        reply: The reply to a chat.
        value: The answer to anything else.
        error: Why there is no answer, or no more of it.
    """

    kind: ExchangeKind
    request: JsonObject
    provider: str = ""
    purpose: str = ""
    digest: str = ""
    pieces: tuple[Piece, ...] = ()
    reply: ModelReply | None = None
    value: Any = None
    error: RecordedError | None = None

    @property
    def key(self) -> str:
        """Equal for equal requests."""
        return self.digest or digest_request(self.kind, self.request)


@dataclass(frozen=True, slots=True)
class ExchangeRecorder:
    """Appends exchanges to a file, a line each, in one write.

    Attributes:
        path: The file; it and its folder are made when first needed.
        secrets: Texts that never get into it.
    """

    path: Path
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def write(self, exchange: Exchange) -> None:
        """Append an exchange.

        Raises:
            ModelRefusedError: The file cannot be written, or is something else than a recording.
        """
        line = write_line(hide_secrets(exchange, self.secrets))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Requests hold what documents say: the file is its owner's only.
            flags = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would be waited for
            place = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | flags, 0o600)
            try:
                self._check_recording(place)
                is_cut_off = os.fstat(place).st_size > 0 and not _ends_line(place)
                os.write(place, (b"\n" if is_cut_off else b"") + line)
            finally:
                os.close(place)
        except OSError as error:
            raise ModelRefusedError(
                f"the recording {self.path} cannot be written: {error.strerror or error}",
                provider="record",
                hint=_OTHER_PATH,
            ) from error

    def _check_recording(self, place: int) -> None:
        """A path that is wrong must not cost a file that is somebody else's."""
        head = os.read(place, len(_HEAD)) if stat.S_ISREG(os.fstat(place).st_mode) else b"?"
        if not _HEAD.startswith(head):
            raise ModelRefusedError(
                f"{self.path} is no recording, and is left as it is", provider="record", hint=_OTHER_PATH
            )


def describe_chat(request: ModelRequest, schema: JsonObject | None) -> JsonObject:
    """What a reply depends on, in a fixed order; what is empty is left out, and so is the deadline."""
    parts = {
        "model": request.model,
        "parameters": to_wire(request.parameters),
        "schema": None if schema is None else to_wire(schema),
        "messages": to_wire(request.messages),
    }
    return {name: part for name, part in parts.items() if part or name in ("model", "messages")}


def describe_count(messages: Sequence[Message], model: str) -> JsonObject:
    """A request for a count of tokens; the messages stand in the chat that follows, here only their hash."""
    return {"model": model, "messages_sha256": digest_request("count_tokens", {"messages": to_wire(messages)})}


def digest_request(kind: ExchangeKind, request: JsonObject) -> str:
    """A hash that equal requests share, whatever the order of their keys."""
    text = json.dumps([kind, request], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def describe_error(error: Exception) -> RecordedError:
    """A failure as a value; one that is no ModelError counts as a fault of the provider's own."""
    if not isinstance(error, ModelError):
        return RecordedError(code=ModelError.code, message=f"{type(error).__name__}: {error}".strip(": "))
    sizes = (error.prompt_tokens, error.context_tokens) if isinstance(error, ContextOverflowError) else (None, None)
    return RecordedError(
        code=error.code,
        message=error.message,
        hint=error.hint,
        retry_after=error.retry_after,
        prompt_tokens=sizes[0],
        context_tokens=sizes[1],
    )


def write_line(exchange: Exchange) -> bytes:
    """The exchange as one line of JSON with its line break; what is empty is left out."""
    parts = {
        "recording": FORMAT,
        "kind": exchange.kind,
        "purpose": exchange.purpose,
        "provider": exchange.provider,
        "request": exchange.request,
        "digest": exchange.digest,
        "pieces": [{name: part for name, part in to_wire(piece).items() if part} for piece in exchange.pieces],
        "reply": None if exchange.reply is None else _leave_out_empty(to_wire(exchange.reply)),
        "value": exchange.value,
        "error": None if exchange.error is None else _leave_out_empty(to_wire(exchange.error)),
    }
    is_fact = exchange.kind != "chat" and exchange.error is None
    kept = {name: part for name, part in parts.items() if part not in ("", None, []) or (name == "value" and is_fact)}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def read_line(line: bytes) -> Exchange:
    """The exchange of a line.

    Raises:
        ValueError: It is no line of a recording, or of a later format.
    """
    value = json.loads(line.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict) or "recording" not in value:
        raise ValueError("it is no recorded exchange")
    version = value.pop("recording")
    if version != FORMAT:
        raise ValueError(f"it has the format {version}, and this version reads {FORMAT}")
    return from_wire(Exchange, value)


def hide_secrets(exchange: Exchange, secrets: Iterable[str]) -> Exchange:
    """The exchange without the secrets; a request that held one is still found, by its digest."""
    long = [secret.strip() for secret in secrets if len(secret.strip()) >= _SECRET_CHARACTERS_MIN]
    # A placeholder such as "local" is no secret where it is a word of an answer, but errors quote keys.
    short = [secret.strip() for secret in secrets if secret.strip()]
    request = _hide(exchange.request, long)
    reply = exchange.reply and from_wire(ModelReply, _hide(to_wire(exchange.reply), long))
    has_changed = reply is not None and exchange.reply is not None and reply.text != exchange.reply.text
    error = exchange.error and from_wire(RecordedError, _hide(to_wire(exchange.error), short, is_error=True))
    return Exchange(
        kind=exchange.kind,
        request=request,
        provider=exchange.provider,
        purpose=exchange.purpose,
        digest=exchange.digest or ("" if digest_request(exchange.kind, request) == exchange.key else exchange.key),
        # A secret may be spread over several pieces; the reply is then told in one.
        pieces=() if has_changed else tuple(from_wire(Piece, _hide(to_wire(piece), long)) for piece in exchange.pieces),
        reply=reply,
        value=_hide(exchange.value, long),
        error=error,
    )


def _hide(value: Any, secrets: Sequence[str], *, is_error: bool = False) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
        if is_error:
            value = _USER_INFO.sub(f"{HIDDEN}@", _LOOKS_SECRET.sub(rf"\1{HIDDEN}", value))
        return value
    if isinstance(value, Mapping):
        return {_hide(key, secrets): _hide(part, secrets, is_error=is_error) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(part, secrets, is_error=is_error) for part in value]
    return value


def _leave_out_empty(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in ("", None, [], ())}


def _ends_line(place: int) -> bool:
    os.lseek(place, -1, os.SEEK_END)
    return os.read(place, 1) == b"\n"
