"""Settings that say where moe writes: a project's stay inside the project."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.layers import Origin


def check_write_paths(places: Iterable[tuple[str, Path]], origins: Mapping[str, Origin], project: Path) -> None:
    """Insist that places to write to, where the project's settings name them, are below the project's folder.

    The user's own settings, variables and flags may name any place.

    Args:
        places: The keys that name one, each with the place.
        origins: Who set each key.
        project: The project's folder.

    Raises:
        ConfigError: One leads outside, links followed.
    """
    inside = project.resolve()
    for key, path in places:
        origin = origins.get(key)
        if origin is None or origin.layer != "project" or path.resolve().is_relative_to(inside):
            continue
        raise ConfigError(
            f"{origin.source}: {key} leads outside of the project, to {path}",
            source=origin.source,
            key=key,
            hint="name a place below the project; your own settings (moe config path) may name any",
        )
