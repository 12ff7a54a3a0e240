"""The whole configuration: what every room declares, joined in one class that has a field a file in config/."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import Field, field_validator

from moe.contracts.server_settings import ServerSettings
from moe.running.settings import RunConfig, RunSettings
from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.keys import join_key
from moe_core.loading.config.load import LoadedConfig, load_config
from moe_core.loading.config.write_paths import check_write_paths
from moe_core.loading.locations import Locations

_POLICY = "plugins.policy"
_LINE = re.compile(r":\d+$")  # behind the file that an error names
_DATABASES = ("postgresql://", "postgres://", "env:", "file:", "keyring:", "vault:")


class SystemSettings(RunSettings):
    """config/system.yaml."""

    workspace: str = Field(".moe", description="Folder of the workspace, below the project")
    database: str = Field(
        "",
        examples=["postgresql://moe@localhost/moe", "env:MOE_DATABASE"],
        description="Address of a PostgreSQL database for runs and their queue, or where that address is; empty keeps "
        "them in the workspace",
    )

    @field_validator("database")
    @classmethod
    def _check_database(cls, said: str) -> str:
        if said and not said.startswith(_DATABASES):
            raise ValueError(
                "must be postgresql://USER@HOST/NAME, which needs moe-core[durable], or env:, file:, keyring: or vault:"
                " with where that address is; empty keeps runs in the workspace"
            )
        return said


class Config(RunConfig):
    """The whole configuration."""

    system: SystemSettings = Field(default_factory=SystemSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)


def load_settings(
    locations: Locations,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
    left_out: Collection[Path] = (),
) -> LoadedConfig[Config]:
    """The configuration of a project.

    Args:
        locations: Where the files of the bundle, the user and the project lie.
        environ: Environment variables.
        overrides: Settings by dotted key, above all others.
        left_out: Files that are passed over.

    Raises:
        ConfigError: A file, key or value is not right; says where, and the nearest name.
    """
    loaded = load_config(
        Config,
        bundled=locations.bundled,
        user=locations.user,
        project=locations.project,
        environ=environ,
        overrides=overrides,
        left_out=left_out,
    )
    _check_policy(loaded)
    if locations.project is not None:
        check_write_paths(_iterate_places(loaded.config, locations.project), loaded.origins, locations.project)
    return loaded


def load_readable_settings(
    locations: Locations, *, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> tuple[LoadedConfig[Config], list[ConfigError]]:
    """The same without the files in which something is wrong, and what that is, one error a file.

    Raises:
        ConfigError: A variable or an override is wrong.
    """
    wrong: dict[Path, ConfigError] = {}
    while True:
        try:
            loaded = load_settings(locations, environ=environ, overrides=overrides, left_out=wrong)
        except ConfigError as error:
            path = Path(_LINE.sub("", error.source))
            if path.suffix not in (".yaml", ".yml") or path in wrong:
                raise
            wrong[path] = error
        else:
            return loaded, list(wrong.values())


def _check_policy(loaded: LoadedConfig[Config]) -> None:
    """Insist that a project locks plugins or says nothing: who may run is the user's to open."""
    origin = loaded.get_origin(_POLICY)
    if origin.layer == "project" and loaded.config.plugins.policy != "locked":
        raise ConfigError(
            f"{origin.source}: a project may only say {_POLICY}: locked",
            source=origin.source,
            key=_POLICY,
            hint="remove the line; your own settings (moe config path) may say open",
        )


def _iterate_places(config: Config, project: Path) -> Iterator[tuple[str, Path]]:
    """Keys that name a place to write to, each with the place."""
    yield "system.workspace", project / Path(config.system.workspace)
    certificates = Path(config.system.encryption.folder).expanduser()
    yield "system.encryption.folder", project / config.system.workspace / certificates
    record = config.providers.providers.get("record")
    path = record.options.get("path") if record is not None else None
    if isinstance(path, str) and path:
        yield join_key(("providers", "providers", "record", "options", "path")), Path(path).expanduser().absolute()
