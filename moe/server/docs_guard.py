"""Which documents a request may name: those below the server's roots."""

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from moe.server.problems import ProblemError, ProblemPart

_GLOB = "*?["
_OUTSIDE = "lies outside of the folders that may be asked about"
_MISSING = "is not there"
_MATCHES_MAX = 10_000  # of one glob, looked at


class DocsGuard:
    """Holds the documents that requests name to some folders.

    Args:
        project: Where relative names begin.
        roots: The folders; without any the project's.
        workspace: A folder that does not count wherever it lies: collections of all keys are in it.
    """

    def __init__(self, project: Path, roots: Sequence[str] = (), *, workspace: Path | None = None) -> None:
        self._project = project
        self._workspace = None if workspace is None else workspace.resolve()
        self._roots = tuple((project / os.path.expanduser(root)).resolve() for root in roots) or (project.resolve(),)

    def check(self, docs: Sequence[str]) -> None:
        """Refuse documents that lie elsewhere, whether they exist or not.

        Raises:
            ProblemError: One does; which.
        """
        outside = [place for place, given in enumerate(docs) if not self._is_within(given)]
        if outside:
            raise ProblemError(
                "docs_outside",
                f"{docs[outside[0]]!r} {_OUTSIDE}",
                hint="server.docs_roots names them; relative names begin in the project's folder",
                errors=tuple(ProblemPart(pointer=f"/docs/{place}", detail=_OUTSIDE) for place in outside),
            )

    def check_there(self, docs: Sequence[str]) -> None:
        """Refuse documents that are not there, before a run is taken that could only fail by them.

        Raises:
            ProblemError: There is nothing of that name, or a glob meets nothing; which.
        """
        missing = [place for place, given in enumerate(docs) if not self._is_there(given)]
        if missing:
            near = self._find_near(docs[missing[0]])
            raise ProblemError(
                "document",
                f"{docs[missing[0]]!r} {_MISSING}",
                hint=f"did you mean {near!r}?" if near else "relative names begin in the project's folder",
                errors=tuple(ProblemPart(pointer=f"/docs/{place}", detail=_MISSING) for place in missing),
            )

    def _is_there(self, given: str) -> bool:
        """Whether a name is a file or folder, or a glob that meets one."""
        if os.path.exists(self._project / given):  # false, too, for a name that no file can have
            return True
        base, pattern = self._split(given)
        return bool(pattern) and next(base.glob(pattern), None) is not None

    def _find_near(self, given: str) -> str | None:
        """The name most like one that is not there, in its folder, as a request may write it."""
        folder = (self._project / given).parent
        names = [entry.name for entry in islice(folder.iterdir(), _MATCHES_MAX)] if os.path.isdir(folder) else []
        close = get_close_matches(Path(given).name, names, n=1, cutoff=0.6)
        return str(Path(given).with_name(close[0])) if close else None

    def _is_within(self, given: str) -> bool:
        if ".." in Path(given).parts or given.startswith("~"):
            return False
        try:
            return all(self._is_below(place) for place in self._find_places(given))
        except (OSError, ValueError, RuntimeError):  # a name that no file can have, or links in a circle
            return False

    def _is_below(self, place: Path) -> bool:
        real = place.resolve()
        if self._workspace is not None and real.is_relative_to(self._workspace):
            return False
        return any(real.is_relative_to(root) for root in self._roots)

    def _find_places(self, given: str) -> Iterator[Path]:
        """The folder or file that is named; of a glob its fixed beginning, and what it matches."""
        base, pattern = self._split(given)
        yield base
        if pattern:
            yield self._project / given if os.path.lexists(self._project / given) else base
            yield from islice(base.glob(pattern), _MATCHES_MAX)

    def _split(self, given: str) -> tuple[Path, str]:
        """A name's beginning that is no glob, and the glob below it; "" where it is none."""
        parts = Path(given).parts
        end = next((place for place, part in enumerate(parts) if any(mark in part for mark in _GLOB)), len(parts))
        return self._project.joinpath(*parts[:end]), "/".join(parts[end:])
