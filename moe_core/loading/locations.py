"""The roots that plugins, modelfiles and configuration are looked for in."""

import os
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import msgspec
from platformdirs import user_cache_path, user_config_path, user_data_path

PLUGIN_PATH_VARIABLE = "MOE_PLUGIN_PATH"
PLUGINS_VARIABLE = "MOE_PLUGINS"
LOCK_NAME = "moe.lock"


class Locations(msgspec.Struct, frozen=True, kw_only=True):
    """The roots, each of which may hold `plugins/`, `modelfiles/` and `config/`.

    Attributes:
        bundled: What moe ships.
        user: The user's own, for all projects.
        project: The project's; None when it is not trusted, or not wanted.
        extra: From MOE_PLUGIN_PATH, in its order: more roots, or single `.py` files.
        index: The file that keeps what plugins bring; None for none.
        untrusted: The project's that waits for the user's word: what lies there is listed, and not read.
        plugin_choice: From MOE_PLUGINS: which plugins count, see `Selection`.
        locks: Where the files lie that plugins have to be named by; () when all of them may run.
    """

    bundled: Path
    user: Path
    project: Path | None
    extra: tuple[Path, ...] = ()
    index: Path | None = None
    untrusted: Path | None = None
    plugin_choice: str = "all"
    locks: tuple[Path, ...] = ()

    @property
    def lock_places(self) -> tuple[Path, ...]:
        """Where a lock may lie: in the project, when it counts, then among the user's own settings."""
        roots = [self.user] if self.project is None else [self.project, self.user]
        return tuple(dict.fromkeys(root / LOCK_NAME for root in roots))

    def find_data_folder(self, project: Path) -> Path:
        """Where what moe makes for a project is kept when nothing may be written into the project itself."""
        digest = blake2b(os.fsencode(project.resolve()), digest_size=6).hexdigest()
        return user_data_path("moe", appauthor=False) / "projects" / f"{project.name or 'root'}-{digest}"


def find_bundled_root() -> Path:
    """The root of what moe ships: package data of an installed wheel, else the checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "bundled"
    return shipped if shipped.is_dir() else package.parent


def find_cache_root() -> Path:
    """Where what can be found out again is kept, for all projects."""
    return user_cache_path("moe", appauthor=False)


def find_locations(project: Path | None, environ: Mapping[str, str]) -> Locations:
    """The roots for a project.

    Args:
        project: The project's folder; None for none.
        environ: The environment; `MOE_PLUGIN_PATH` lists more roots, parted like PATH.
            Relative ones count from the current folder. `MOE_PLUGINS` says which plugins count.
    """
    listed = environ.get(PLUGIN_PATH_VARIABLE, "").split(os.pathsep)
    return Locations(
        bundled=find_bundled_root(),
        user=user_config_path("moe", appauthor=False),
        project=project.absolute() if project is not None else None,
        index=_name_index(project),
        plugin_choice=environ.get(PLUGINS_VARIABLE, "all"),
        extra=tuple(Path(os.path.expanduser(entry.strip())).absolute() for entry in listed if entry.strip()),
    )


def _name_index(project: Path | None) -> Path:
    """A file for each Python and project."""
    digest = blake2b(os.fsencode(f"{sys.prefix}\0{project.absolute() if project else ''}"), digest_size=8).hexdigest()
    return find_cache_root() / "plugins" / f"{digest}.json"
