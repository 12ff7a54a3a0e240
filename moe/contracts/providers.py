"""How model providers are."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from moe_core.contracts.download import PullProgress
from moe_core.contracts.model import Health

NOT_NAMED = "it is not on this machine, and config/providers.yaml has no entry for it"
"""Why a server elsewhere is not asked, in a provider's `Health.detail`."""

MEASURED_MODELS = 8
"""How many of a server's models are asked what they read: each is a request, and `moe doctor` lists no more."""


class ProviderStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one provider is.

    Attributes:
        models: The models that are there; empty when it is not well.
        address: Its server's; "" when it has none, or does not say.
        seconds: How long it took to answer.
        has_free_choice: A model may be asked that nobody named: it is on this machine, or takes no key, and so costs
            nothing.
    """

    name: str
    health: Health
    models: tuple[str, ...] = ()
    address: str = ""
    seconds: float = 0.0
    has_free_choice: bool = True


class ServerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one server tells beyond its health.

    Attributes:
        version: "" when it does not say.
        context_tokens: What models read, by name; those that were not asked for, or did not answer, are left out.
    """

    version: str = ""
    context_tokens: dict[str, int] = msgspec.field(default_factory=dict)


PullListener: TypeAlias = Callable[[PullProgress], None]
