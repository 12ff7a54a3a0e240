"""How documents are read with the bundled loaders and without any configuration."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import moe.knowledge.index.update.index_update as index_update
import moe.knowledge.library as library
import moe.knowledge.loading.sources as sources
from moe.configuration import Config
from moe.contracts.index import IndexChange
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import LoadedLibrary
from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.reading import load_file
from moe.knowledge.loading.setup import ReadingSetup, make_reading_setup
from moe.knowledge.loading.sources import SourceList
from moe.knowledge.settings import DocumentSettings
from moe_core.contracts.loader import Loaded, Loader
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root

_NOWHERE = Path(gettempdir()) / "moe-tests-without-a-folder"
_REGISTRY = build_registry(
    Config(), Locations(bundled=find_bundled_root(), user=_NOWHERE, project=_NOWHERE), with_distributions=False
)
FORMATS = FileFormats(_REGISTRY.loaders)
READING = make_reading_setup(_REGISTRY, DocumentSettings())


def find_loader(path: Path) -> type[Loader]:
    """The bundled loader that reads a file."""
    entry = FORMATS.find(path)
    assert entry is not None, f"nobody reads {path}"
    return entry.value


def load_bundled(path: Path, document_id: str) -> Loaded:
    """Read a file with the bundled loader of its ending."""
    return load_file(path, document_id, find_loader(path))


def find_sources(arguments: Sequence[str], **options: Any) -> SourceList:
    """`find_sources` with the bundled formats."""
    return sources.find_sources(arguments, **{"formats": FORMATS, **options})


def load_library(arguments: Sequence[str], **options: Any) -> LoadedLibrary:
    """`load_library` with the bundled loaders."""
    return library.load_library(arguments, **{"reading": READING, **options})


def update_index(store: IndexStore, **options: Any) -> IndexChange:
    """`update_index` with the bundled loaders."""
    return index_update.update_index(store, **{"reading": READING, **options})


def read_with(settings: DocumentSettings) -> ReadingSetup:
    """The bundled loaders under other settings."""
    return make_reading_setup(_REGISTRY, settings)
