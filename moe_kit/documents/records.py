"""One record as one line, "key: value; key: value", so that it can be cited as a unit."""

from collections.abc import Iterable

from moe_kit.documents.outline import collapse

_KEY_CHARACTERS = str.maketrans({";": ",", ":": ",", "\n": " ", "\r": " "})


def format_record(pairs: Iterable[tuple[str, str]]) -> str:
    """Write key and value pairs as one line; pairs without a value are left out.

    A semicolon in a value becomes a comma: it is what parts the pairs.
    """
    shown = ((clean_key(key), collapse(value).replace(";", ",")) for key, value in pairs)
    return "; ".join(f"{key}: {value}" if key else value for key, value in shown if value)


def clean_key(key: str) -> str:
    """A key without the characters that part keys, values and pairs."""
    return collapse(key.translate(_KEY_CHARACTERS))[:100]
