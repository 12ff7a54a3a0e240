"""Keeping what is said to language models, and what they reply, word for word."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import msgspec

from moe.contracts.exchanges import KeptExchange, SaidMessage
from moe_core.contracts.messages import Message, ModelReply, ModelRequest
from moe_core.contracts.wire import decode_json, encode_json
from moe_core.text.secrets import MASK, mask_secrets

_NUMBERS = frozenset((int, float, bool))
_DIGEST_BYTES = 16  # no two texts ever meet by chance
_APART_MIN = (
    200  # characters of an agent's own words, which it says in each of its calls, from which they are kept once
)


class _StoredMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as it lies in the record: with its words, or with the digest of those that are kept apart."""

    role: str
    content: str = ""
    apart: str = ""


class _StoredExchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `KeptExchange` as it lies in the record."""

    messages: tuple[_StoredMessage, ...]
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    model: str = ""
    reasoning: str = ""
    finish_reason: str = ""


class ExchangeRecord:
    """Keeps the prompts and replies of one run, each text once.

    Args:
        keep: Takes a digest and the JSON that it is of.
    """

    def __init__(self, keep: Callable[[str, str], None]) -> None:
        self._keep = keep
        self._apart: dict[str, str] = {}
        self._kept: set[str] = set()

    def keep_prompt(self, request: ModelRequest, *, secret: str = "") -> str:
        """Keep what is sent.

        Args:
            request: It.
            secret: The provider's key; kept of it are stars, should it stand in a message.

        Returns:
            The digest that it is found by; "" for what cannot be kept.
        """
        parameters: Any = request.parameters
        if not _NUMBERS.issuperset(map(type, parameters.values())):
            parameters = mask_secrets(parameters)
        messages = tuple([self._part(message, secret) for message in request.messages])
        return self._write(_StoredExchange(messages, parameters), secret)

    def keep_reply(self, reply: ModelReply, *, secret: str = "") -> str:
        """Keep what came back; arguments and digest as for `keep_prompt`."""
        try:
            text = reply.text or ("" if reply.data is None else encode_json(reply.data).decode())
        except (TypeError, ValueError):
            return ""  # a plugin's provider may give back what is no JSON
        told = (_StoredMessage("assistant", text),)
        return self._write(_StoredExchange(told, {}, reply.model, reply.reasoning, reply.finish_reason), secret)

    def _part(self, message: Message, secret: str) -> _StoredMessage:
        content = message.content
        if message.role != "system" or len(content) < _APART_MIN:
            return _StoredMessage(message.role, content)
        digest = self._apart.get(content)
        if digest is None:
            digest = self._apart[content] = self._write(content, secret)
        return _StoredMessage(message.role, apart=digest)

    def _write(self, value: _StoredExchange | str, secret: str) -> str:
        try:
            data = encode_json(value)
        except (TypeError, ValueError):
            return ""
        if secret:
            data = data.replace(encode_json(secret)[1:-1], MASK.encode())  # as it would stand there
        digest = blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
        if digest not in self._kept:
            self._keep(digest, data.decode())
            self._kept.add(digest)
        return digest


def read_exchange(find: Callable[[str], str | None], digest: str) -> KeptExchange | None:
    """What was kept under a digest; None where nothing was.

    Args:
        find: The JSON of a digest, or None.
        digest: Of a prompt or a reply.
    """
    data = find(digest)
    if data is None or data.startswith('"'):  # no exchange, but words that are kept apart
        return None
    kept = decode_json(_StoredExchange, data)
    return KeptExchange(
        messages=tuple(SaidMessage(role=one.role, content=_join(find, one)) for one in kept.messages),
        parameters=kept.parameters,
        model=kept.model,
        reasoning=kept.reasoning,
        finish_reason=kept.finish_reason,
    )


def _join(find: Callable[[str], str | None], message: _StoredMessage) -> str:
    return message.content if not message.apart else decode_json(str, find(message.apart) or '""')
