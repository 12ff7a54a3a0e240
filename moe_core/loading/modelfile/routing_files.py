"""Text files beside a modelfile that the router learns from: example requests, and words that speak for an agent."""

from pathlib import Path

from moe_core.loading.modelfile.sibling import read_sibling
from moe_core.schemas.plain_json import MisfitError


def read_examples_file(reference: str, folder: Path | None) -> tuple[str, ...]:
    """Requests, one a line; blank lines and lines that begin with "#" are left out.

    Raises:
        MisfitError: There is no such file in the folder, or it is no UTF-8 text.
    """
    return tuple(_read_lines(reference, folder))


def read_vocabulary_file(reference: str, folder: Path | None) -> dict[str, list[str]]:
    """Words by group, from lines "group: word word two-words"; a group may have several lines.

    Raises:
        MisfitError: There is no such file in the folder, it is no UTF-8 text, or a line names no group.
    """
    groups: dict[str, list[str]] = {}
    for line in _read_lines(reference, folder):
        group, colon, words = line.partition(":")
        if not colon or not group.strip() or len(group.split()) > 1:
            raise MisfitError(f"{reference!r:.80}: {line!r:.60} names no group", (), "write a line as group: word word")
        groups.setdefault(group.strip(), []).extend(words.split())
    return groups


def _read_lines(reference: str, folder: Path | None) -> list[str]:
    try:
        text = read_sibling(reference, folder).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MisfitError(
            f"{reference!r:.80}: byte {error.start + 1} is no UTF-8 text", (), "save it as UTF-8"
        ) from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
