"""How documents are read, whoever reads them."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.file_time import FileTime
from moe.knowledge.loading.sources import SourceList, find_sources, is_there
from moe.knowledge.settings import DocumentSettings
from moe_core.loading.registry import Registry


class ReadingSetup(msgspec.Struct, frozen=True, kw_only=True):
    """The formats that are read, and what reading may take.

    Attributes:
        folder: Where relative paths are looked for; "" for the process's own folder.
    """

    formats: FileFormats
    settings: DocumentSettings
    time: FileTime
    folder: str = ""

    def end_by(self, until: float | None, *, is_waived: bool = True) -> "ReadingSetup":
        """The same for a run that must be over at that Unix time; None for whenever it is done.

        Args:
            until: When.
            is_waived: Whether a file that this leaves no time for is left out; else all is given up for it.
        """
        return replace(self, time=replace(self.time, until=until, is_waived=is_waived))

    def find_sources(self, arguments: Sequence[str]) -> SourceList:
        """The files that are meant by files, folders and globs; see `find_sources`.

        Raises:
            DocumentError: An argument names nothing, no document that can be read, or a file of an unknown format.
        """
        return find_sources(
            arguments, formats=self.formats, follow_links=self.settings.follow_links, folder=self.folder
        )

    def check_there(self, arguments: Sequence[str]) -> None:
        """Refuse arguments that name nothing; folders that are there are not looked through.

        Raises:
            DocumentError: Which, with the path that is most like it.
        """
        missing = [argument for argument in arguments if not is_there(argument)]
        if missing:
            self.find_sources(missing)


def make_reading_setup(registry: Registry, settings: DocumentSettings) -> ReadingSetup:
    """The loaders that are registered, with the settings' choice among them.

    Raises:
        ConfigError: A loader is chosen that is not there, or does not read that ending.
    """
    formats = FileFormats(registry.loaders, settings.loaders)
    return ReadingSetup(formats=formats, settings=settings, time=FileTime(seconds=settings.seconds))
