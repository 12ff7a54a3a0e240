"""Modelfiles, read from disk."""

from __future__ import annotations

from pathlib import Path

import moe.rooms as rooms
from moe_core.contracts.errors import ModelfileError


class Modelfiles:
    """Reads modelfiles; needs no project."""

    @staticmethod
    def load(path: Path) -> rooms.AgentSpec:
        """The agent that a modelfile declares.

        Raises:
            ModelfileError: It is wrong, or cannot be read.
        """
        return rooms.load_agent(path)

    @staticmethod
    def check(path: Path) -> rooms.ModelfileCheck:
        """What is wrong with a modelfile, up to the first error."""
        try:
            parsed = rooms.load_modelfile(path)
        except ModelfileError as error:
            return rooms.ModelfileCheck(path=path, error=error)
        try:
            rooms.build_agent(parsed, name=path.stem, folder=path.parent)
        except ModelfileError as error:
            return rooms.ModelfileCheck(path=path, error=error, warnings=parsed.warnings)
        return rooms.ModelfileCheck(path=path, warnings=parsed.warnings)
