"""A model provider that writes its answers piece by piece, and invents a sentence that nothing supports."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import anyio

from moe_core import Health, ModelProvider, ModelReply, ModelRequest, Purpose
from moe_core.contracts.messages import ReplyPart, Usage

_COST = Usage(prompt_tokens=250, completion_tokens=50)


class Talker(ModelProvider):
    """Talk and talk."""

    name = "talker"
    summary = "Talks and talks"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Repeat the question."""
        return ModelReply(text=f"You said: {request.grounding.question}", usage=_COST)

    async def generate_structured(self, request: ModelRequest, schema) -> ModelReply:
        """Choose the first of everything; quote the evidence."""
        grounding = request.grounding
        names = [choice.name for choice in grounding.choices]
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            key = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            who = "search" if "search" in names else names[0]
            data = {"tasks": [{"id": "a", key: who, "instruction": grounding.instruction, "depends_on": []}]}
        elif grounding.purpose is Purpose.CHOOSE_TOOLS:
            data = {"calls": [{"tool": "document_search", "params": {"query": grounding.question}}]}
        else:
            data = {
                "statements": [
                    *(
                        {"text": item.text.split(".")[0].strip() + ".", "evidence": [item.evidence_id]}
                        for item in grounding.evidence[:1]
                    ),
                    {"text": "Gulls invented it.", "evidence": []},
                ],
                "notes": [],
            }
        return ModelReply(text=json.dumps(data), data=data, usage=_COST)

    async def stream(self, request: ModelRequest, schema=None) -> AsyncIterator[ReplyPart]:
        """The same, a few letters at a time."""
        reply = await (self.generate(request) if schema is None else self.generate_structured(request, schema))
        for start in range(0, len(reply.text), 6):
            await anyio.sleep(0.02)
            yield ReplyPart(text=reply.text[start : start + 6])
        yield ReplyPart(text="", reply=replace(reply))

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True, detail="talking")

    async def models(self) -> list[str]:
        """One model."""
        return ["talker:1b"]
