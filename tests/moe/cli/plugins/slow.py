"""A tool that takes a minute, and prints where it should not."""

import anyio

from moe_core import BaseTool


class Slow(BaseTool):
    """Wait for a minute."""

    effects = ()

    async def execute(self, params: dict) -> dict:
        """Wait."""
        print("noise from a tool", flush=True)
        await anyio.sleep(60)
        return {}
