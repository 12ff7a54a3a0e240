"""The base of every class of settings that configuration files are checked against."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A part of the configuration: frozen, and strict about unknown keys.

    Each room declares its own, a subclass of what the rooms below it have declared for the same file; the application
    joins them in one class that has a field a file. Upper bounds of numbers are far above any use; they catch slips
    of the keyboard, and what no clock or counter holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
