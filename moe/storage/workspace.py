"""The workspace: the folder in which moe keeps what it makes for a project."""

from dataclasses import dataclass
from pathlib import Path

from moe_core.contracts.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace; nothing is on disk until `create`, which whoever writes first calls.

    Attributes:
        folder: Where it is, absolute; usually `<project>/.moe`.
    """

    folder: Path

    @property
    def runs_path(self) -> Path:
        """The record of runs."""
        return self.folder / "runs.db"

    def exists(self) -> bool:
        """Whether anything was ever kept here."""
        return self.folder.is_dir()

    def create(self) -> None:
        """Make the folder, hidden from git. Safe to repeat, and for several processes at once.

        Raises:
            StorageError: The folder cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not any(self.folder.iterdir()):  # a folder that already holds something keeps its own rules
                (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise StorageError(
                f"cannot make the workspace {self.folder}: {error.strerror}",
                hint="make the folder writable, choose another with system.workspace, or set system.record to false",
            ) from error


def open_workspace(folder: Path) -> Workspace:
    """The workspace in a folder, which need not exist yet."""
    return Workspace(folder=folder.absolute())
