"""Modelfiles, read from disk."""

from pathlib import Path

import moe.rooms as rooms
from moe.contracts.modelfile import ModelfileCheck
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import ModelfileError


class Modelfiles:
    """Reads modelfiles; needs no project."""

    @staticmethod
    def load(path: Path) -> AgentSpec:
        """The agent that a modelfile declares.

        Raises:
            ModelfileError: It is wrong, or cannot be read.
        """
        return rooms.load_agent(path)

    @staticmethod
    def check(path: Path) -> ModelfileCheck:
        """What is wrong with a modelfile, up to the first error."""
        try:
            parsed = rooms.load_modelfile(path)
        except ModelfileError as error:
            return ModelfileCheck(path=path, error=error)
        try:
            rooms.build_agent(parsed, name=path.stem, folder=path.parent)
        except ModelfileError as error:
            return ModelfileCheck(path=path, error=error, warnings=parsed.warnings)
        return ModelfileCheck(path=path, warnings=parsed.warnings)
