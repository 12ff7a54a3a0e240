"""The boundary to model providers, which are plugins: what one does wrong becomes a model's error."""

from collections.abc import Iterator
from contextlib import contextmanager

from moe_core.contracts.errors import ModelError, MoeError
from moe_core.contracts.model import ModelProvider


@contextmanager
def contain_provider(provider: ModelProvider, model: str) -> Iterator[None]:
    """Let nothing out of the block but errors of moe's own, time-outs and cancellation.

    Raises:
        ModelError: What else the provider raised, in one line.
    """
    try:
        yield
    except (MoeError, TimeoutError):
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".strip(": ")
        name = provider.name
        raise ModelError(f"provider {name} failed: {reason}", provider=name, model=model) from error
