"""Settings that say where moe writes: a project's stay inside the project."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.keys import join_key
from moe_core.loading.config.layers import Origin
from moe_core.loading.config.settings import Config


def check_write_paths(config: Config, origins: Mapping[str, Origin], project: Path) -> None:
    """Insist that places to write to, where the project's settings name them, are below the project's folder.

    The user's own settings, variables and flags may name any place.

    Raises:
        ConfigError: One leads outside, links followed.
    """
    inside = project.resolve()
    for key, path in _iterate_places(config, project):
        origin = origins.get(key)
        if origin is None or origin.layer != "project" or path.resolve().is_relative_to(inside):
            continue
        raise ConfigError(
            f"{origin.source}: {key} leads outside of the project, to {path}",
            source=origin.source,
            key=key,
            hint="name a place below the project; your own settings (moe config path) may name any",
        )


def _iterate_places(config: Config, project: Path) -> Iterator[tuple[str, Path]]:
    """Keys that name a place to write to, each with the place."""
    yield "system.workspace", project / Path(config.system.workspace)
    record = config.providers.providers.get("record")
    path = record.options.get("path") if record is not None else None
    if isinstance(path, str) and path:
        yield join_key(("providers", "providers", "record", "options", "path")), Path(path).expanduser().absolute()
