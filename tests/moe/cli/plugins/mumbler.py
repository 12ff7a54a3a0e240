"""A model provider whose every first reply in a run is no JSON; each takes 10 tokens in and 5 out."""

from moe_core import Health, ModelProvider, ModelReply, ModelRequest, Purpose, Usage

USAGE = Usage(prompt_tokens=10, completion_tokens=5)


class Mumbler(ModelProvider):
    """Mumble, then repeat what the documents say."""

    name = "mumbler"
    summary = "Mumbles first"

    def __init__(self, settings=None) -> None:
        super().__init__(settings)
        self.has_mumbled = False

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Say hello."""
        return ModelReply(text="Hello.", usage=USAGE)

    async def generate_structured(self, request: ModelRequest, schema) -> ModelReply:
        """Choose the first of everything, the second time."""
        if not self.has_mumbled:
            self.has_mumbled = True
            return ModelReply(text="mmm", usage=USAGE)
        grounding = request.grounding
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            key = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            names = [choice.name for choice in grounding.choices]
            who = "search" if "search" in names else names[0]
            data = {"tasks": [{"id": "a", key: who, "instruction": grounding.instruction, "depends_on": []}]}
            return ModelReply(text="", data=data, usage=USAGE)
        if grounding.purpose is Purpose.CHOOSE_TOOLS:
            return ModelReply(text="", data={"calls": []}, usage=USAGE)
        statements = [
            {"text": item.text.split(".")[0] + ".", "evidence": [item.evidence_id]} for item in grounding.evidence[:1]
        ]
        return ModelReply(text="", data={"statements": statements, "notes": []}, usage=USAGE)

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True, detail="mumbling")

    async def models(self) -> list[str]:
        """One model."""
        return ["mumbler:1b"]
