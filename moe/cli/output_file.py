"""A file that a command writes for its user."""

import os
from pathlib import Path

from moe_core.contracts.errors import RequestError


def write_output(path: Path, text: str) -> None:
    """Write a text into a file, not through a link: what stands at its other end may be anything.

    Raises:
        RequestError: The file cannot be written, or is a link.
    """
    if os.path.islink(path) and (os.path.isfile(path) or not os.path.exists(path)):
        target = os.readlink(path)
        raise RequestError(f"{path} is a link to {target}", hint=f"name the file itself: --output {target}")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise RequestError(f"{path} cannot be written: {reason}", hint="name a file in a folder that exists") from error
