"""From which level on logs are written: the variable MOE_LOG."""

import logging
from collections.abc import Mapping

VARIABLE = "MOE_LOG"
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def find_level(environ: Mapping[str, str]) -> int | None:
    """The level; None when it is off.

    Raises:
        ValueError: The variable holds something else, which is its argument.
    """
    word = environ.get(VARIABLE, "").strip().lower()
    if word in ("", "off", "0"):
        return None
    if word not in LEVELS:
        raise ValueError(word)
    return LEVELS[word]
