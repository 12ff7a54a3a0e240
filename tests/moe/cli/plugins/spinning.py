"""A tool that never looks at the clock, and gives nothing else a turn."""

from moe_core import BaseTool


class Slow(BaseTool):
    """Spin for ever."""

    effects = ()

    async def execute(self, params: dict) -> dict:
        """Spin."""
        while True:
            pass
