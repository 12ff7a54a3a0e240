"""The boundary to model providers, which are plugins: what one does wrong becomes a model's error."""

from contextlib import AbstractContextManager
from types import TracebackType

from moe_core.contracts.errors import ModelError, MoeError
from moe_core.contracts.model import ModelProvider
from moe_core.text.secrets import hide_secrets


def contain_provider(provider: ModelProvider, model: str) -> AbstractContextManager[None]:
    """Let nothing out of the block but errors of moe's own, time-outs and cancellation.

    Raises:
        ModelError: What else the provider raised, in one line.
    """
    return _Boundary(provider, model)


class _Boundary(AbstractContextManager[None]):
    """A class, as each call of a model passes it: a generator takes four times as long."""

    __slots__ = ("_model", "_provider")

    def __init__(self, provider: ModelProvider, model: str) -> None:
        self._provider = provider
        self._model = model

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, MoeError):
            error.message = hide_secrets(error.message)
        elif isinstance(error, Exception) and not isinstance(error, TimeoutError):
            reason = hide_secrets(f"{type(error).__name__}: {error}".strip(": "))
            name = self._provider.name
            raise ModelError(f"provider {name} failed: {reason}", provider=name, model=self._model) from error
