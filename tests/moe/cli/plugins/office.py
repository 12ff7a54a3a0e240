"""Two tools that write a line: one that must not be called twice unasked, and one that asks before each call."""

import os
import time
from pathlib import Path

from moe_core import BaseTool


class LodgeNote(BaseTool):
    """Lodge a note with the harbour office."""

    effects = ("fs.write",)

    def execute(self, query: str) -> dict:
        """Write it, and stay there when it is told to."""
        with Path("log.txt").open("a", encoding="utf-8") as log:
            log.write(query + "\n")
        time.sleep(60 if os.environ.get("OFFICE_HANGS") else 0)
        return {"statement": "The office has the note.", "value": "lodged"}


class PostNote(LodgeNote):
    """Post a note on the harbour's board."""

    asks_first = True
    repeats = "safe"
