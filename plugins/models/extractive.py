"""The embedded provider: answers with the documents' own sentences, and no language model."""

from moe_core import Health, ModelProvider, hookimpl
from moe_kit.extraction.evidence_provider import EvidenceProvider
from moe_kit.extraction.wording import NO_MODEL_NOTE

__all__ = ["NO_MODEL_NOTE", "ExtractiveProvider", "moe_model_providers"]


class ExtractiveProvider(EvidenceProvider):
    """Serves every role by rule from a request's grounding; never reads its messages, never invents.

    Equal requests get equal replies.
    """

    name = "extractive"
    summary = "Embedded: quotes the documents' own sentences, needs no server and no language model"
    is_last_resort = True

    async def health(self) -> Health:
        """Always well: there is no server."""
        return Health(ok=True, detail="embedded, no language model")

    async def models(self) -> list[str]:
        """One; any other name is served just the same."""
        return [self.name]


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """The embedded provider."""
    return [ExtractiveProvider]
