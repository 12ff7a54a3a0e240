"""What an update makes of the folders and globs that were added to the index."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from moe.contracts.documents import SourceNote
from moe.knowledge.index.format.records import SourceRecord, SourceRoot, SourceTable, make_absolute, name_path
from moe.knowledge.index.roots import find_base, has_changed, list_files, look_at_folders, make_root
from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.sources import SourceFile
from moe_core.contracts.errors import DocumentError


class RootPlan:
    """The roots from now on, and what the user took out from below them."""

    def __init__(self, table: SourceTable, project: Path, formats: FileFormats) -> None:
        """Begin with what is in the index.

        Args:
            table: Where it comes from.
            project: The project's folder, absolute.
            formats: What can be read.
        """
        self._project = project
        self._formats = formats
        self._real_project = Path(os.path.realpath(project))
        self._roots = {root.path: root for root in table.roots}
        self._removed = set(table.removed)

    @property
    def roots(self) -> tuple[SourceRoot, ...]:
        """All of them, in order."""
        return tuple(self._roots[path] for path in sorted(self._roots))

    @property
    def removed(self) -> tuple[str, ...]:
        """Real paths of what was taken out, in order."""
        return tuple(sorted(self._removed))

    def add(self, argument: str, *, follows_links: bool) -> None:
        """Take in what an argument to add names; what was taken out from below it counts again."""
        root = make_root(argument, self._project, follows_links=follows_links)
        if root is not None:
            self._roots[root.path] = root
        name = self._name_real(Path(argument).expanduser())
        self._removed = {path for path in self._removed if not _is_at_or_below(path, name)}

    def remove(self, argument: str, below: Sequence[SourceRecord], matched: Sequence[SourceRecord]) -> None:
        """Give up the roots that an argument to remove names; what it takes out from below others stays out.

        Args:
            argument: A file, folder or glob.
            below: The sources that it is the path or the folder of.
            matched: All that it means.
        """
        path = Path(argument).expanduser()
        name, lexical = self._name_real(path), name_path(make_absolute(path), self._project)
        self._roots = {key: root for key, root in self._roots.items() if not _is_at_or_below(key, lexical)}
        self._removed = {other for other in self._removed if not _is_at_or_below(other, name)}
        taken_out = {name} if below else {record.real_path for record in matched}
        bases = [self._name_real(find_base(root, self._project)) for root in self._roots.values()]
        self._removed |= {real for real in taken_out if any(_is_at_or_below(real, base) for base in bases)}

    def is_removed(self, record: SourceRecord) -> bool:
        """Whether the user took a file, or a folder above it, out."""
        return any(_is_at_or_below(record.real_path, path) for path in self._removed)

    def list_files(self, root: SourceRoot, notes: list[SourceNote]) -> Sequence[SourceFile] | None:
        """What lies in a root now; None when nothing has come or gone, or nothing is left that can be read."""
        if not has_changed(root, self._project):
            return None
        looked_at = look_at_folders(root, self._project)
        try:
            sources = list_files(root, self._project, self._formats)
        except DocumentError:
            return None
        self._roots[root.path] = looked_at
        notes += sources.notes
        return sources.files

    def _name_real(self, path: Path) -> str:
        return name_path(Path(os.path.realpath(path)), self._real_project)


def _is_at_or_below(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)
