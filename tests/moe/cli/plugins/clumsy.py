"""A model provider whose statements come in a wrong form first, until it is told what is wrong."""

import json

from moe_core import Health, ModelProvider, ModelReply, ModelRequest, Purpose


class Clumsy(ModelProvider):
    """Answer wrongly first."""

    name = "clumsy"
    summary = "Answers wrongly first"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Repeat the question."""
        return ModelReply(text=f"You said: {request.grounding.question}")

    async def generate_structured(self, request: ModelRequest, schema) -> ModelReply:
        """Choose the first of everything; quote the evidence, in a list of numbers first."""
        grounding = request.grounding
        names = [choice.name for choice in grounding.choices]
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            key = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            who = "search" if "search" in names else names[0]
            data = {"tasks": [{"id": "a", key: who, "instruction": grounding.instruction, "depends_on": []}]}
        elif grounding.purpose is Purpose.CHOOSE_TOOLS:
            data = {"calls": [{"tool": "document_search", "params": {"query": grounding.question}}]}
        elif "not valid" in request.messages[-1].content:
            quoted = [{"text": one.text, "evidence": [one.evidence_id]} for one in grounding.evidence[:1]]
            data = {"statements": quoted, "notes": ["</script><script>window.ran = 1</script>"]}
        else:
            data = {"statements": [{"text": 412, "evidence": []}], "notes": []}
        return ModelReply(text=json.dumps(data), reasoning="Let me see.")

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True)

    async def models(self) -> list[str]:
        """One model."""
        return ["clumsy:1b"]
