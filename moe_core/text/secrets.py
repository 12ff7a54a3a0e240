"""Hiding what is nobody's to read in settings that are shown: values whose names say so, and passwords in addresses."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

MASK = "********"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = re.compile(
    r"(?:api|access|private|secret)?keys?|tokens?|secrets?|pass(?:word|phrase|wd)s?|credentials?|authorization|cookies?"
)
_ADDRESS = re.compile(r"(?<=://)[^/\s@]+(?=@)")
SCHEMES = ("env", "file", "keyring", "vault")
"""How a text begins that says where a key is, in place of the key."""


def is_reference(text: str) -> bool:
    """Whether a text says where a key is; an address begins otherwise (`file://`)."""
    scheme, _, place = text.partition(":")
    return scheme in SCHEMES and bool(place) and not place.startswith("//")


def ask_for_scheme(text: str) -> str:
    """A question that names the beginning that a misspelt reference was to have; "" where none is near.

    Args:
        text: The reference, or a key: nothing of it is repeated.
    """
    scheme, _, place = text.partition(":")
    near = get_close_matches(scheme, SCHEMES, n=1, cutoff=_NEAR_MIN) if place else []
    return f"did you mean {near[0]}:…?" if near else ""


_NEAR_MIN = 0.6  # "evn" is 0.67 like "env"
_SHORTEST = 6  # a shorter value stands in too many words to be told apart
_known: set[str] = set()  # of this process


def remember_secret(value: str) -> None:
    """Have a key that was read never be shown where `hide_secrets` stands before what is written."""
    if len(value) >= _SHORTEST:
        _known.add(value)


def hide_secrets(text: str) -> str:
    """The text with stars for every key that this process has read."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def mask_secrets(value: object, name: str = "") -> object:
    """The value with every secret in it replaced by stars.

    A secret is text whose name, or the name of what holds it, ends in such a word as key, token or password
    (`api_key`, `X-Auth-Token`, `weatherKey`), but not in what only names a secret (`api_key_env`), and that refers to
    none (`vault:secret/moe#key`); and what stands before the @ of an address.

    Args:
        value: JSON-like.
        name: Its own name; the last part of a dotted one counts with those before it.
    """
    return _mask(value, is_secret=any(_is_secret(part) for part in name.split(".")))


def _mask(value: object, *, is_secret: bool) -> object:
    if isinstance(value, Mapping):
        return {key: _mask(inner, is_secret=is_secret or _is_secret(str(key))) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mask(inner, is_secret=is_secret) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    return MASK if is_secret and not is_reference(value) else _ADDRESS.sub(MASK, value)


def _is_secret(name: str) -> bool:
    words = _WORD.findall(name)
    return bool(words) and _SECRET.fullmatch(words[-1].lower()) is not None
