"""A model provider that repeats the first sentence of each passage, so that runs come out the same every time."""

from collections.abc import Sequence

from moe_core import Health, ModelProvider, ModelReply, ModelRequest, ModelUnavailableError, Purpose


class Parrot(ModelProvider):
    """Repeat what the documents say."""

    name = "parrot"
    summary = "Repeats what the documents say"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Repeat the question."""
        return ModelReply(text=f"You said: {request.grounding.question}")

    async def generate_structured(self, request: ModelRequest, schema) -> ModelReply:
        """Choose the first of everything."""
        grounding = request.grounding
        names = [choice.name for choice in grounding.choices]
        words = grounding.question.lower()
        if "model is down" in words:
            raise ModelUnavailableError("the parrot is asleep", hint="wake it")
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            key = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            who = "sluggish" if "slowly" in words and "sluggish" in names else names[0]
            who = "search" if who != "sluggish" and "search" in names else who
            task = {"id": "a", key: who, "instruction": grounding.instruction, "depends_on": []}
            return ModelReply(text="", data={"tasks": [task]})
        if grounding.purpose is Purpose.CHOOSE_TOOLS:
            return ModelReply(text="", data={"calls": list(self._call(names, words))})
        statements = [
            {"text": item.text.split(".")[0].strip() + ".", "evidence": [item.evidence_id]}
            for item in grounding.evidence[:2]
        ]
        return ModelReply(text="", data={"statements": statements, "notes": []})

    def _call(self, names: Sequence[str], words: str):
        if "slow" in names:
            yield {"tool": "slow", "params": {}}
        if "document_search" in names:
            yield {"tool": "document_search", "params": {"query": words}}
        if "tool breaks" in words and "web_search" in names:
            yield {"tool": "web_search", "params": {"query": words}}

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True, detail="awake")

    async def models(self) -> list[str]:
        """One model."""
        return ["polly:1b"]
