"""What a run without documents can answer from: a language model, or a tool."""

from moe_core.contracts.chain import Chain
from moe_core.contracts.errors import RequestError
from moe_core.contracts.task import Status, TaskResult
from moe_core.loading.registry import Registry

_NOTHING = "no language model is configured and there are no documents to answer from"
_HOW_TO_MEND = "give documents with --docs PATH, or name a model server in config/providers.yaml"


def insist_on_source(registry: Registry, chain: Chain, *, is_asked: bool = False, is_general: bool = False) -> bool:
    """Whether only a tool can bring an answer, since nothing in the chain could answer without documents.

    Args:
        registry: The providers.
        chain: Who works.
        is_asked: A Belter was asked for by name, whose Drummers' tools may need neither documents nor a model.
        is_general: The task is to be answered by a model alone.

    Raises:
        RequestError: Nothing can.
    """
    top = chain.top()
    if any(registry.model_providers.get(served.provider).value.is_language_model for served in top.served_by()):
        return False
    if is_general:
        raise RequestError(
            "a task of type general is answered by a language model, and none is configured",
            hint="name a model server in config/providers.yaml, or take --type research and documents",
        )
    if (is_asked or chain.camina is None) and any(drummer.tools for drummer in chain.drummers):
        return True
    raise RequestError(_NOTHING, hint=_HOW_TO_MEND)


def tell_no_tool_answered(outcome: TaskResult) -> RequestError:
    """The error for a run whose tools, which alone could, brought no answer."""
    reason = f" ({outcome.notes[-1]})" if outcome.status is Status.DEGRADED else ""
    return RequestError(f"{_NOTHING}, and no tool brought an answer{reason}", hint=_HOW_TO_MEND)
