"""The catalog of personas: what plugins bring, and over it what the workspace has."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from moe.contracts.personas import StandingPersona
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry, Kind, Later, PluginSource
from moe_core.loading.registry import Catalog


def make_source(path: Path) -> PluginSource:
    """Where a persona of the workspace comes from."""
    return PluginSource(plugin="workspace", origin="workspace", location=str(path))


def join_catalog(
    seeds: Catalog[Persona], paths: Mapping[str, Path], read: Callable[[Path], StandingPersona]
) -> Catalog[Persona]:
    """Lay the workspace's personas over those of plugins.

    Args:
        seeds: What plugins bring.
        paths: The files, by the personas' names.
        read: Reads one; called when its persona is used.
    """
    stored: list[Entry[Persona]] = [
        Entry(kind=Kind.PERSONA, name=name, offered=Later(partial(_load, read, path)), source=make_source(path))
        for name, path in sorted(paths.items())
    ]
    return Catalog(Kind.PERSONA, [*(entry for entry in seeds if entry.name not in paths), *stored])


def _load(read: Callable[[Path], StandingPersona], path: Path) -> Persona:
    return read(path).persona
