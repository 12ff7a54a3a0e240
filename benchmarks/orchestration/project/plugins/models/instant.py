"""A model that answers at once: plans of a given size, and one note a task."""

import asyncio
from collections.abc import Mapping

from moe_core import Health, ModelProvider, ModelReply, ModelRequest, Purpose
from moe_core.contracts.wire import JsonObject


class Instant(ModelProvider):
    """Plans one Belter task for each number in the option `hands`, each with that many Drummer tasks.

    The option `seconds` is how long a Drummer's call takes.
    """

    name = "instant"
    summary = "Answers at once"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Two letters."""
        return ModelReply(text="ok")

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """A plan, or no statement and a note."""
        options, grounding = self.settings.options, request.grounding
        hands = options["hands"]
        if grounding.purpose is Purpose.PLAN:
            names = [choice.name for choice in grounding.choices]
            tasks = [_plan("belter", names[n % len(names)], n) for n in range(len(hands))]
            return ModelReply(text="", data={"tasks": tasks})
        if grounding.purpose is Purpose.DECOMPOSE:
            part = grounding.instruction.rpartition(" ")[2]
            count = hands[int(part)] if part.isdecimal() else hands[0]
            return ModelReply(text="", data={"tasks": [_plan("drummer", "hand", n) for n in range(count)]})
        if grounding.purpose is Purpose.EXECUTE and options["seconds"]:
            await asyncio.sleep(options["seconds"])
        return ModelReply(text="", data={"statements": [], "notes": ["ok"]})

    async def health(self) -> Health:
        """Always there."""
        return Health(ok=True)

    async def models(self) -> list[str]:
        """One."""
        return ["instant:1"]


def _plan(pick: str, name: str, number: int) -> Mapping[str, object]:
    return {"id": str(number), pick: name, "capability": "work", "instruction": f"part {number}", "depends_on": []}
