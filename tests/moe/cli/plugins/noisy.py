"""A tool that prints to standard output."""

from moe_core import BaseTool


class Noisy(BaseTool):
    """Print, and count the words."""

    effects = ()

    async def execute(self, params: dict) -> dict:
        """Count."""
        print("noise from a tool")
        return {"words": len(params["text"].split()), "echo": params["text"]}
