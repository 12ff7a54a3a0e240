"""What error messages need to know about a server: its name, its address, and what to type when it fails."""

import re
from dataclasses import dataclass, field

from moe_core.contracts.errors import ConfigError
from moe_core.text.secrets import is_reference

_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server as its provider names it to people.

    Attributes:
        provider: The provider's name.
        url: The server's address, without anything secret.
        start_hint: How one starts such a server.
        api_key: Sent as a bearer token; never shown.
        key_variable: The environment variable that the key comes from, or another reference to it; "" when the
            configuration names none.
    """

    provider: str
    url: str
    start_hint: str = ""
    api_key: str = field(default="", repr=False)
    key_variable: str = ""

    @property
    def label(self) -> str:
        """Name and address."""
        return f"{self.provider} at {self.url}"

    @property
    def address_hint(self) -> str:
        """What to do when nothing answers at the address."""
        start = f"{self.start_hint}, or " if self.start_hint else ""
        return f"{start}set providers.{self.provider}.base_url in config/providers.yaml"

    @property
    def key_hint(self) -> str:
        """What to do about a key that is missing or wrong."""
        if not self.key_variable:
            return (
                f"say where the key is: providers.{self.provider}.api_key, as env:MY_KEY, in config/providers.yaml, "
                "beside its base_url"
            )
        return f"{'check' if self.api_key else 'set'} the key in {_name_place(self.key_variable)}"

    def quote(self, text: str) -> str:
        """What a server said, fit for a message: one short line, without the key."""
        line = " ".join(text.split())
        if self.api_key:
            line = line.replace(self.api_key, "***")
        line = "".join(char for char in line if char.isprintable())
        return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"


def check_variable(name: str, *, provider: str) -> None:
    """Insist on the name of an environment variable where one is wanted, or on nothing.

    Raises:
        ConfigError: It is none, but perhaps the key itself. The message does not repeat it.
    """
    if not (is_reference(name) or re.fullmatch(r"([A-Za-z_]\w*)?", name, re.ASCII)):
        raise ConfigError(
            f"providers.{provider}.api_key_env is no name of an environment variable",
            hint="put the key into a variable, as in export MODEL_KEY=..., and the variable's name here",
        )


def clean_key(key: str, *, provider: str, key_variable: str = "") -> str:
    """The key without blank space around it.

    Raises:
        ConfigError: It holds characters that no header can carry. The message does not repeat it.
    """
    key = key.strip()
    if re.fullmatch(r"[!-~]*", key):
        return key
    where = _name_place(key_variable) if key_variable else f"the API key of provider {provider}"
    raise ConfigError(f"{where} holds blanks or characters that no key has", hint="copy the key again")


def _name_place(reference: str) -> str:
    return reference if is_reference(reference) else f"the environment variable {reference}"
