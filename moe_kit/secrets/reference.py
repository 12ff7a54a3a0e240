"""What a setting says in a key's place: where the key is."""

import re
from dataclasses import dataclass

from moe_core.contracts.errors import SecretError
from moe_core.text.secrets import ask_for_scheme, is_reference

FORMS = "env:NAME, file:/PATH, keyring:SERVICE/NAME or vault:PATH#KEY"
_PLACES = {
    "env": re.compile(r"[A-Za-z_]\w*", re.ASCII),
    "file": re.compile(r"(?:/|~/|[A-Za-z]:[/\\]).*"),
    "keyring": re.compile(r"[^/]+/.+"),
    "vault": re.compile(r"[^/#\s]+/[^#\s]+#[^#\s]+"),
}
_WANTED = {
    "env": "env:NAME names a variable of the environment",
    "file": "file:/PATH names a file by its whole path",
    "keyring": "keyring:SERVICE/NAME names an entry of the system's keyring",
    "vault": "vault:PATH#KEY names a secret of Vault, as vault:secret/moe/models#key",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """Where a key is.

    Attributes:
        scheme: "env", "file", "keyring" or "vault".
        place: What comes after it.
    """

    scheme: str
    place: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"


def parse_reference(text: str, *, setting: str) -> SecretReference:
    """A reference from its text.

    Args:
        text: What the setting says.
        setting: Its name, for messages.

    Raises:
        SecretError: It is none, but perhaps the key itself. The message does not repeat it.
    """
    scheme, _, place = text.partition(":")
    if not is_reference(text):
        hint = ask_for_scheme(text) or f"say where the key is: {FORMS}; it never stands here itself"
        raise SecretError(f"{setting} is no reference to a key", hint=hint)
    if not _PLACES[scheme].fullmatch(place):
        raise SecretError(f"{setting}: {text!r} is no whole reference", hint=_WANTED[scheme])
    return SecretReference(scheme=scheme, place=place)
