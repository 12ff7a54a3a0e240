"""The boundary to model providers, which are plugins: what one does wrong becomes a model's error."""

from collections.abc import Iterator
from contextlib import contextmanager

from moe_core.contracts.errors import ModelError, MoeError
from moe_core.contracts.model import ModelProvider
from moe_core.text.secrets import hide_secrets


@contextmanager
def contain_provider(provider: ModelProvider, model: str) -> Iterator[None]:
    """Let nothing out of the block but errors of moe's own, time-outs and cancellation.

    Raises:
        ModelError: What else the provider raised, in one line.
    """
    try:
        yield
    except MoeError as error:
        error.message = hide_secrets(error.message)
        raise
    except TimeoutError:
        raise
    except Exception as error:
        reason = hide_secrets(f"{type(error).__name__}: {error}".strip(": "))
        name = provider.name
        raise ModelError(f"provider {name} failed: {reason}", provider=name, model=model) from error
