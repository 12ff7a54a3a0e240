"""The embedded provider: answers with the documents' own sentences, and no language model."""

from moe_core import (
    Health,
    InvalidOutputError,
    ModelProvider,
    ModelRefusedError,
    ModelReply,
    ModelRequest,
    Purpose,
    Usage,
    hookimpl,
)
from moe_core.contracts.wire import JsonObject
from moe_kit.extraction.replies import build_reply
from moe_kit.extraction.statements import extract_statements
from moe_kit.extraction.support import COVERAGE_MIN
from moe_kit.extraction.wording import NO_MODEL_NOTE, write_answer

__all__ = ["NO_MODEL_NOTE", "ExtractiveProvider", "moe_model_providers"]

_CONTEXT_TOKENS = 1 << 20


class ExtractiveProvider(ModelProvider):
    """Serves every role by rule from a request's grounding; never reads its messages, never invents.

    Plans, picks tools, quotes evidence with the characters it stands on, and fills schemas with what the evidence
    says. Equal requests get equal replies. The option `evidence_coverage` is the share of a question's weight, in
    [0, 1], that evidence must cover before it is quoted.
    """

    name = "extractive"
    summary = "Embedded: quotes the documents' own sentences, needs no server and no language model"
    is_language_model = False
    is_free = is_deterministic = serves_any_model = is_last_resort = True

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Quote the evidence in prose; [n] is the n-th piece of evidence given.

        Raises:
            ModelRefusedError: A conversation without evidence: there is nothing to answer from.
        """
        self._require_evidence(request)
        grounding = request.grounding
        extract = extract_statements(grounding, coverage_min=self._coverage_min())
        return self._reply(request, text=write_answer(extract.quotes, grounding.evidence))

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer in the schema's form: a plan, tool calls, cited statements, or any form filled from the evidence.

        Raises:
            ModelRefusedError: A conversation without evidence.
            InvalidOutputError: The schema is broken, or asks for what the evidence cannot give.
        """
        self._require_evidence(request)
        try:
            reply = build_reply(request.grounding, schema, coverage_min=self._coverage_min())
        except InvalidOutputError as error:
            raise InvalidOutputError(error.message, provider=self.name, model=request.model, hint=error.hint) from error
        return self._reply(request, text=reply.text, data=reply.data)

    async def max_context_tokens(self, model: str) -> int:
        """More than any run gathers: evidence is never cut for this provider."""
        return _CONTEXT_TOKENS

    async def health(self) -> Health:
        """Always well: there is no server."""
        return Health(ok=True, detail="embedded, no language model")

    async def models(self) -> list[str]:
        """One; any other name is served just the same."""
        return [self.name]

    def _require_evidence(self, request: ModelRequest) -> None:
        if request.grounding.purpose is Purpose.CHAT and not request.grounding.evidence:
            raise ModelRefusedError(
                "there are no documents to answer from and no language model to ask",
                provider=self.name,
                model=request.model,
                hint="give documents with --docs PATH, or start a model server and name it in config/providers.yaml",
            )

    def _coverage_min(self) -> float:
        option = self.settings.options.get("evidence_coverage", COVERAGE_MIN)
        return float(option) if isinstance(option, int | float) else COVERAGE_MIN

    def _reply(self, request: ModelRequest, *, text: str, data: JsonObject | None = None) -> ModelReply:
        return ModelReply(
            text=text, data=data, usage=Usage(requests=1), model=request.model or self.name, is_language_model=False
        )


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """The embedded provider."""
    return [ExtractiveProvider]
