"""What a run asks of its models."""

from enum import StrEnum


class Mode(StrEnum):
    """What a run asks of its models, by what they were measured to be able to do.

    FULL: every layer. READER: rules plan and search; the model writes the answer, once, from the cited sentences.
    QUOTES: no model.
    """

    FULL = "full"
    READER = "reader"
    QUOTES = "quotes"


AUTO_MODE = "auto"
"""In the configuration: by measuring."""
