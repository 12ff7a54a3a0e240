"""Which loader reads a file: by the ending of its name, else by how it begins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from moe.knowledge.loading.remedies import find_remedy
from moe_core.contracts.errors import ConfigError, DocumentError
from moe_core.contracts.loader import Loader
from moe_core.contracts.plugin import Entry
from moe_core.files.regular import open_regular

_TEXT = "text"  # reads files whose names have no ending, as README
LoaderEntry = Entry[type[Loader]]


class FileFormats:
    """The formats that are read, with the loader of each. Never changes."""

    def __init__(self, loaders: Iterable[LoaderEntry], chosen: Mapping[str, str] | None = None) -> None:
        """Give each ending to a loader.

        Args:
            loaders: Those that are registered.
            chosen: By ending, the name or full id of the loader that reads it (`system.documents.loaders`).

        Raises:
            ConfigError: A loader is chosen that is not there, or does not read that ending.
        """
        self._loaders = tuple(loaders)
        self._by_suffix: dict[str, list[LoaderEntry]] = defaultdict(list)
        for entry in self._loaders:
            for suffix in dict.fromkeys(entry.value.suffixes):
                self._by_suffix[suffix].append(entry)
        for suffix, found in self._by_suffix.items():
            bundled = [entry for entry in found if entry.source.origin == "bundled"]
            self._by_suffix[suffix] = bundled[:1] or found
        for suffix, name in (chosen or {}).items():
            self._by_suffix[suffix.lower()] = [self._choose(suffix, name)]

    def __repr__(self) -> str:
        return f"<FileFormats: {', '.join(sorted(self._by_suffix))}>"

    @property
    def loaders(self) -> tuple[LoaderEntry, ...]:
        """All loaders, those that read nothing too."""
        return self._loaders

    def find(self, path: Path) -> LoaderEntry | None:
        """The loader that reads a file; None when it is of no known format.

        Raises:
            DocumentError: Several plugins read its ending, and none was chosen.
        """
        suffix = path.suffix.lower()
        found = self._by_suffix.get(suffix, ())
        if len(found) > 1:
            raise _make_ambiguity_error(path, suffix, found)
        if found:
            return found[0]
        return self._recognise(path) or (None if suffix else self._find_text())

    def get(self, path: Path, document_id: str) -> type[Loader]:
        """The loader that reads a file.

        Raises:
            DocumentError: It is of no known format, or several plugins read its ending.
        """
        entry = self.find(path)
        if entry is None:
            raise DocumentError(
                f"{document_id} is of a kind that moe does not read", path=document_id, hint=self.get_remedy(path)
            )
        return entry.value

    def describe(self) -> str:
        """The endings that are read, as one line."""
        firsts = [entry.value.suffixes[0] for entry in self._loaders if entry.value.suffixes]
        return "moe reads " + ", ".join(dict.fromkeys(firsts))

    def get_remedy(self, path: Path) -> str:
        """What to do with a file that nobody reads."""
        return find_remedy(path) or self.describe()

    def _recognise(self, path: Path) -> LoaderEntry | None:
        """The loader whose signature a file begins with."""
        length = max((len(sign) for entry in self._loaders for sign in entry.value.signatures), default=0)
        try:
            with open_regular(path) as file:
                head = file.read(length)
        except OSError:
            return None
        return next((entry for entry in self._loaders if head.startswith(entry.value.signatures)), None)

    def _find_text(self) -> LoaderEntry | None:
        return next((entry for entry in self._loaders if entry.name == _TEXT), None)

    def _choose(self, suffix: str, name: str) -> LoaderEntry:
        found = [entry for entry in self._loaders if name in (entry.name, entry.full_id)]
        readers = [entry for entry in found if suffix.lower() in entry.value.suffixes]
        if len(readers) == 1:
            return readers[0]
        if len(readers) > 1:
            ids = " or ".join(entry.full_id for entry in readers)
            raise ConfigError(f"several plugins bring a loader {name!r} for {suffix}", hint=f"write {ids}")
        able = [entry.name for entry in self._loaders if suffix.lower() in entry.value.suffixes]
        if found:
            hint = f"{suffix} is read by {', '.join(able)}" if able else f"no loader reads {suffix}"
            raise ConfigError(f"system.documents.loaders: {name} does not read {suffix}", hint=hint)
        near = get_close_matches(name, [entry.name for entry in self._loaders], n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(self._list_names())}"
        raise ConfigError(f"system.documents.loaders: there is no loader {name!r}", hint=hint)

    def _list_names(self) -> list[str]:
        return sorted({entry.name for entry in self._loaders})


def _make_ambiguity_error(path: Path, suffix: str, found: Iterable[LoaderEntry]) -> DocumentError:
    ids = [entry.full_id for entry in found]
    return DocumentError(
        f"{path.as_posix()} could be read by {' or '.join(ids)}",
        path=path.as_posix(),
        hint=f'choose one in config/system.yaml: documents: {{loaders: {{"{suffix}": "{ids[0]}"}}}}',
    )
