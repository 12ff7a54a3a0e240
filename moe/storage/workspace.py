"""The workspace: the folder in which moe keeps what it makes for a project."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from moe_core.contracts.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace; nothing is on disk until `create`, which whoever writes first calls.

    Attributes:
        folder: Where it is, absolute; usually `<project>/.moe`.
        on_birth: Called when the folder has been made where there was none.
    """

    folder: Path
    on_birth: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    @property
    def runs_path(self) -> Path:
        """The record of runs."""
        return self.folder / "runs.db"

    @property
    def personas_path(self) -> Path:
        """What became of the personas."""
        return self.folder / "personas"

    def exists(self) -> bool:
        """Whether anything was ever kept here."""
        return self.folder.is_dir()

    def create(self) -> None:
        """Make the folder, hidden from git. Safe to repeat, and for several processes at once.

        Raises:
            StorageError: The folder cannot be made.
        """
        try:
            is_new = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # questions, answers and documents are in it
            if not any(self.folder.iterdir()):  # a folder that already holds something keeps its own rules
                (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise StorageError(
                f"cannot make the workspace {self.folder}: {error.strerror}",
                hint="make the folder writable, choose another with system.workspace, or set system.record to false",
            ) from error
        if is_new and self.on_birth is not None:
            self.on_birth()


def open_workspace(folder: Path, *, on_birth: Callable[[], None] | None = None) -> Workspace:
    """The workspace in a folder, which need not exist yet."""
    return Workspace(folder=folder.absolute(), on_birth=on_birth)
