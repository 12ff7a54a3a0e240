"""What providers have in common that answer from a request's evidence alone, with no language model."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio

from moe_core.contracts.errors import InvalidOutputError, ModelRefusedError
from moe_core.contracts.messages import Grounding, ModelReply, ModelRequest, Purpose, Usage
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.wire import JsonObject
from moe_kit.extraction.read_spans import PassageReading
from moe_kit.extraction.replies import build_reply
from moe_kit.extraction.statements import extract_statements
from moe_kit.extraction.support import COVERAGE_MIN
from moe_kit.extraction.wording import write_answer

_CONTEXT_TOKENS = 1 << 20

Done = TypeVar("Done")


class EvidenceProvider(ModelProvider):
    """Plans, picks tools, quotes evidence with the characters it stands on, and fills schemas with what it says.

    The option `evidence_coverage` is the share of a question's weight, in [0, 1], that evidence must cover before it
    is quoted.
    """

    is_language_model = False
    is_free = is_deterministic = serves_any_model = True

    async def read(self, request: ModelRequest) -> PassageReading | None:
        """What a model reads in the evidence; None to leave the choice of quotes to the rules.

        Raises:
            ModelError: It fails.
        """
        return None

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Quote the evidence in prose; [n] is the n-th piece of evidence given.

        Raises:
            ModelRefusedError: A conversation without evidence: there is nothing to answer from.
        """
        self._require_evidence(request)
        grounding = request.grounding
        reading = await self.read(request)
        extract = await _do(
            grounding, partial(extract_statements, grounding, coverage_min=self._coverage_min(), reading=reading)
        )
        return self._reply(request, text=write_answer(extract.quotes, grounding.evidence))

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer in the schema's form: a plan, tool calls, cited statements, or any form filled from the evidence.

        Raises:
            ModelRefusedError: A conversation without evidence.
            InvalidOutputError: The schema is broken, or asks for what the evidence cannot give.
        """
        self._require_evidence(request)
        reading = await self.read(request)
        try:
            reply = await _do(
                request.grounding,
                partial(build_reply, request.grounding, schema, coverage_min=self._coverage_min(), reading=reading),
            )
        except InvalidOutputError as error:
            raise InvalidOutputError(error.message, provider=self.name, model=request.model, hint=error.hint) from error
        return self._reply(request, text=reply.text, data=reply.data)

    async def max_context_tokens(self, model: str) -> int:
        """More than any run gathers: evidence is never cut for this provider."""
        return _CONTEXT_TOKENS

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


async def _do(grounding: Grounding, work: Callable[[], Done]) -> Done:
    """Do the work; in a thread of its own where a model takes a while for it."""
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True) if grounding.reads_closely else work()
