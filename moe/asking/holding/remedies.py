"""What to do about a failed model call: the one table from errors to retry, fall back or give up."""

from enum import Enum

from moe_core.contracts.errors import (
    ContextOverflowError,
    InvalidOutputError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)


class Remedy(Enum):
    """What a failure calls for."""

    RETRY = "retry"
    FALL_BACK = "fall back"
    GIVE_UP = "give up"


REMEDIES: dict[type[Exception], Remedy] = {
    ModelTimeoutError: Remedy.FALL_BACK,  # the same words would take the same time
    ModelUnavailableError: Remedy.RETRY,  # a resting server's says that it is not retryable: fall back
    ModelMissingError: Remedy.FALL_BACK,
    ContextOverflowError: Remedy.FALL_BACK,  # after cutting and asking again, which its caller does
    InvalidOutputError: Remedy.FALL_BACK,  # after asking again with what was wrong, which its caller does
    ModelRefusedError: Remedy.GIVE_UP,
    ModelError: Remedy.FALL_BACK,  # a provider's own fault: another provider may serve
}
"""By class, the nearest ancestor counts; every other error (budget, deadline, ...) is a reason to give up."""


def classify(error: BaseException) -> Remedy:
    """What to do about a failure; a retry that the error itself says is useless becomes a fallback.

    Cancellation is no failure: it is never caught, and classified as giving up.
    """
    for kind in type(error).__mro__:
        remedy = REMEDIES.get(kind)
        if remedy is not None:
            is_useless = remedy is Remedy.RETRY and not getattr(error, "retryable", True)
            return Remedy.FALL_BACK if is_useless else remedy
    return Remedy.GIVE_UP


_HINTS: dict[type[Exception], str] = {
    ModelTimeoutError: "see how its server is: moe doctor; a FALLBACK in the modelfile of {agent} answers instead",
    ModelUnavailableError: "see how its server is: moe doctor; a FALLBACK in the modelfile of {agent} answers instead",
    ModelMissingError: "see which models are there: moe models list",
    ContextOverflowError: "use a model that reads more for {agent}, or shorten its system prompt",
    InvalidOutputError: "use a larger model for {agent}, or name another one as FALLBACK in its modelfile",
    ModelRefusedError: "take what the server does not accept out of the modelfile of {agent}, or use another model",
    ModelError: "see how its server is: moe doctor",
}


def find_hint(error: ModelError, *, agent: str) -> str:
    """What a person may do about a model failure that brings no hint of its own."""
    found = next(_HINTS[kind] for kind in type(error).__mro__ if kind in _HINTS)
    return found.format(agent=agent)


def is_servers_fault(error: BaseException) -> bool | None:
    """Whether a failure tells against the server: true; that it answered, and so lives: false; nothing: None."""
    if isinstance(error, ModelTimeoutError | ModelUnavailableError):
        return True if error.retryable else None
    if isinstance(error, ModelRefusedError | ModelMissingError | ContextOverflowError | InvalidOutputError):
        return False
    return None
