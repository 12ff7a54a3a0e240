"""Keeping what is said to language models, and what they reply, word for word."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from moe.contracts.exchanges import KeptExchange, SaidMessage
from moe_core.contracts.messages import ModelReply, ModelRequest
from moe_core.contracts.wire import encode_json
from moe_core.text.secrets import MASK, mask_secrets

_DIGEST_BYTES = 16  # no two texts ever meet by chance


class ExchangeRecord:
    """Keeps the prompts and replies of one run, each text once.

    Args:
        keep: Takes a digest and the JSON that it is of.
    """

    def __init__(self, keep: Callable[[str, str], None]) -> None:
        self._keep = keep

    def keep_prompt(self, request: ModelRequest, *, secret: str = "") -> str:
        """Keep what is sent.

        Args:
            request: It.
            secret: The provider's key; kept of it are stars, should it stand in a message.

        Returns:
            The digest that it is found by; "" for what cannot be kept.
        """
        messages = tuple(SaidMessage(role=one.role, content=one.content) for one in request.messages)
        parameters: Any = request.parameters
        if not all(isinstance(value, int | float) for value in parameters.values()):
            parameters = mask_secrets(parameters)
        return self._keep_exchange(KeptExchange(messages=messages, parameters=parameters), secret)

    def keep_reply(self, reply: ModelReply, *, secret: str = "") -> str:
        """Keep what came back; arguments and digest as for `keep_prompt`."""
        try:
            text = reply.text or ("" if reply.data is None else encode_json(reply.data).decode())
        except (TypeError, ValueError):
            return ""  # a plugin's provider may give back what is no JSON
        exchange = KeptExchange(
            messages=(SaidMessage(role="assistant", content=text),),
            model=reply.model,
            reasoning=reply.reasoning,
            finish_reason=reply.finish_reason,
        )
        return self._keep_exchange(exchange, secret)

    def _keep_exchange(self, exchange: KeptExchange, secret: str) -> str:
        try:
            data = encode_json(exchange)
        except (TypeError, ValueError):
            return ""
        written = encode_json(secret)[1:-1]  # as it would stand there
        if written and written in data:
            data = data.replace(written, MASK.encode())
        digest = blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
        self._keep(digest, data.decode())
        return digest
