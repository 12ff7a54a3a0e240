"""The keys that one tool may read, which no output shows."""

import os
from collections.abc import Mapping

from moe_core.contracts.errors import ToolError
from moe_core.contracts.wire import JsonObject
from moe_core.text.secrets import MASK

_SHORTEST_MASKED = 4  # a shorter value stands in too many words to be told apart


class SecretBox:
    """Keys by name, read from the environment."""

    def __init__(
        self,
        tool: str = "",
        settings: JsonObject | None = None,
        *,
        is_open: bool = False,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """A box for one call.

        Args:
            tool: The tool's name, for messages.
            settings: The tool's; NAME_env in them names the variable for NAME.
            is_open: The tool declares the effect "secrets".
            environ: The environment.
        """
        self._tool = tool
        self._settings = settings or {}
        self._is_open = is_open
        self._environ = environ
        self._read: set[str] = set()

    def __repr__(self) -> str:
        return f"<SecretBox of {self._tool}, {len(self._read)} read>"

    def get(self, name: str) -> str:
        """The secret of that name, from the variable that the settings name as NAME_env, else from NAME in capitals.

        Raises:
            ToolError: The tool does not declare the effect "secrets", or the variable is not set.
        """
        if not self._is_open:
            message = f"tool {self._tool} wants the secret {name}, and does not declare that it reads keys"
            raise ToolError(message, tool=self._tool, hint='its author declares it with effects = ("secrets",)')
        variable = str(self._settings.get(f"{name}_env") or name.upper())
        value = self._environ.get(variable, "")
        if not value:
            hint = f"set it: export {variable}=…, or name another variable in config/tools.yaml"
            raise ToolError(f"tool {self._tool} needs {variable}, which is not set", tool=self._tool, hint=hint)
        self._read.add(value)
        return value

    def mask(self, text: str) -> str:
        """The text with every secret that was read replaced by stars."""
        for value in sorted(self._read, key=len, reverse=True):
            if len(value) >= _SHORTEST_MASKED:
                text = text.replace(value, MASK)
        return text
