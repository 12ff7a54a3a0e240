"""The embeddings of a provider's model, for retrievers that search by meaning."""

from collections.abc import Sequence

from anyio.from_thread import start_blocking_portal

from moe.asking.servers.health import open_provider
from moe.asking.settings import AskingConfig
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.model import Endpoint, ModelProvider
from moe_core.contracts.plugin import Entry
from moe_core.loading.registry import Registry

SETTING = "system.embeddings"
_FORM = "write provider:model, as in ollama:nomic-embed-text, or leave it empty for the model on this machine"


class ProviderEmbeddings:
    """Vectors of one model of one provider, asked for anew each time: providers belong to the loop that opens them."""

    def __init__(self, entry: Entry[type[ModelProvider]], model: str, registry: Registry, config: AskingConfig) -> None:
        self._entry = entry
        self._model = model
        self._registry = registry
        self._config = config

    def __repr__(self) -> str:
        return f"<ProviderEmbeddings {self.model_id}>"

    @property
    def model_id(self) -> str:
        """The provider, its model, and its server's address: another server may mean another model by the name."""
        endpoint = self.endpoint()
        place = f" at {endpoint.address}" if endpoint is not None else ""
        return f"{self._entry.name}:{self._model}{place}"

    def endpoint(self) -> Endpoint | None:
        """Where the server is that gets the texts; None when there is none."""
        return self._open().endpoint()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of shape (texts, dimensions), as the provider gives them; blocks, so call it from a worker thread.

        Raises:
            ModelError: There are none.
        """
        with start_blocking_portal() as portal:
            return portal.call(self._embed, texts)

    async def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        provider = self._open()
        try:
            return await provider.embed(texts, model=self._model)
        finally:
            await provider.close()

    def _open(self) -> ModelProvider:
        return open_provider(self._entry, self._registry, self._config)


def find_embeddings(registry: Registry, config: AskingConfig) -> ProviderEmbeddings | None:
    """The embeddings that `system.embeddings` names; None when it names none.

    Raises:
        ConfigError: It is not of the form provider:model.
        NameUnknownError: There is no such provider; the nearest are in the hint.
        NameTakenError: Two plugins bring it.
    """
    named = config.system.embeddings
    if not named:
        return None
    name, colon, model = named.partition(":")
    if not (name and colon and model):
        raise ConfigError(f"{SETTING}: {named!r} names no model of a provider", key=SETTING, hint=_FORM)
    return ProviderEmbeddings(registry.model_providers.get(name), model, registry, config)
