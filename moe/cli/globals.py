"""What stands before the command: the project, settings and colours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Globals:
    """The global options of one call.

    Attributes:
        project: The project's folder; None for the nearest upwards.
        overrides: Settings by dotted key, as text.
        with_project: Whether what the project's folder brings may count.
        plugin_choice: Which plugins count, in place of MOE_PLUGINS; None for what that says.
        is_coloured: Whether a terminal may be given colours.
    """

    project: Path | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    with_project: bool = True
    plugin_choice: str | None = None
    is_coloured: bool = True

    def as_words(self) -> list[str]:
        """These options as they are typed, for another process."""
        words = [word for key, value in self.overrides.items() for word in ("--set", f"{key}={value}")]
        words += [] if self.project is None else ["--project", str(self.project)]
        words += [] if self.with_project else ["--no-project"]
        return words
