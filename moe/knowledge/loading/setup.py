"""How documents are read, whoever reads them."""

import msgspec

from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.settings import DocumentSettings
from moe_core.loading.registry import Registry


class ReadingSetup(msgspec.Struct, frozen=True, kw_only=True):
    """The formats that are read, and what reading may take."""

    formats: FileFormats
    settings: DocumentSettings


def make_reading_setup(registry: Registry, settings: DocumentSettings) -> ReadingSetup:
    """The loaders that are registered, with the settings' choice among them.

    Raises:
        ConfigError: A loader is chosen that is not there, or does not read that ending.
    """
    return ReadingSetup(formats=FileFormats(registry.loaders, settings.loaders), settings=settings)
