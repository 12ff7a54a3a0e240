"""What all runs of a process share about models."""

import msgspec

from moe.asking.holding.resilience import Resilience
from moe.asking.servers.cache import ResponseCache
from moe.asking.servers.capability_store import CapabilityStore
from moe.asking.servers.facts import ModelKnowledge
from moe.asking.settings import AskingConfig
from moe.asking.spending.prices import PriceList
from moe.storage.workspace import Workspace


class ModelServices(msgspec.Struct, frozen=True):
    """What all runs of a process share about models.

    Attributes:
        resilience: Breakers and limits of the servers.
        knowledge: What the servers said of their models.
        prices: What models cost.
        cache: Answers to identical requests; None when caching is off.
        capabilities: What models were measured to be able to do.
    """

    resilience: Resilience
    knowledge: ModelKnowledge
    prices: PriceList
    cache: ResponseCache | None = None
    capabilities: CapabilityStore = msgspec.field(default_factory=CapabilityStore)

    @classmethod
    def open(cls, config: AskingConfig, *, workspace: Workspace | None = None) -> "ModelServices":
        """By the configuration; answers are kept only when it says so and there is a workspace."""
        cache = None
        if config.system.enable_caching and workspace is not None:
            cache = ResponseCache(workspace, max_bytes=config.system.cache_megabytes << 20)
        capabilities = CapabilityStore(workspace)
        return cls(Resilience(config), ModelKnowledge(), PriceList(config.models), cache, capabilities)
