"""The keys that one tool may read, which no output shows."""

import os
from collections.abc import Callable, Mapping

from moe_core.contracts.errors import ToolError
from moe_core.contracts.wire import JsonObject
from moe_core.text.secrets import MASK, hide_secrets, is_reference, remember_secret

_SHORTEST_MASKED = 4  # a shorter value stands in too many words to be told apart


class SecretBox:
    """Keys by name, read from the environment or from where the tool's settings say that they are."""

    def __init__(
        self,
        tool: str = "",
        settings: JsonObject | None = None,
        *,
        is_open: bool = False,
        environ: Mapping[str, str] = os.environ,
        resolve: Callable[[str, str], str] | None = None,
    ) -> None:
        """A box for one call.

        Args:
            tool: The tool's name, for messages.
            settings: The tool's; NAME in them refers to the key (vault:PATH#KEY), or NAME_env names its variable.
            is_open: The tool declares the effect "secrets".
            environ: The environment.
            resolve: Reads what a reference in the setting of that name refers to.
        """
        self._tool = tool
        self._settings = settings or {}
        self._is_open = is_open
        self._environ = environ
        self._resolve = resolve
        self._read: set[str] = set()

    def __repr__(self) -> str:
        return f"<SecretBox of {self._tool}, {len(self._read)} read>"

    def get(self, name: str) -> str:
        """The secret of that name.

        It is where the settings' NAME refers to, else in the variable that they name as NAME_env, else in NAME in
        capitals. Somebody else may be asked for it, so a tool in the event loop calls this in a thread.

        Raises:
            ToolError: The tool does not declare the effect "secrets", or the variable is not set.
            SecretError: There is nothing where the settings refer to.
        """
        if not self._is_open:
            message = f"tool {self._tool} wants the secret {name}, and does not declare that it reads keys"
            raise ToolError(message, tool=self._tool, hint='its author declares it with effects = ("secrets",)')
        reference = str(self._settings.get(name, ""))
        if self._resolve is not None and is_reference(reference):
            value = self._resolve(reference, f"tools.{self._tool}.settings.{name}")
            self._read.add(value)
            return value
        variable = str(self._settings.get(f"{name}_env") or name.upper())
        value = self._environ.get(variable, "")
        if not value:
            hint = f"set it: export {variable}=…, or name another variable in config/tools.yaml"
            raise ToolError(f"tool {self._tool} needs {variable}, which is not set", tool=self._tool, hint=hint)
        self._read.add(value)
        remember_secret(value)
        return value

    def mask(self, text: str) -> str:
        """The text with every secret that was read replaced by stars, by this tool or anybody in the process."""
        text = hide_secrets(text)
        for value in sorted(self._read, key=len, reverse=True):
            if len(value) >= _SHORTEST_MASKED:
                text = text.replace(value, MASK)
        return text
