"""The configuration as loaded: every layer added up, and who said what."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

import msgspec

from moe_core.loading.config.environment import add_environment, add_overrides
from moe_core.loading.config.files import iterate_file_layers
from moe_core.loading.config.keys import join_key
from moe_core.loading.config.layers import DEFAULT_ORIGIN, Layer, LayerName, Origin, iterate_leaves, merge_layers
from moe_core.loading.config.problems import build_config
from moe_core.loading.config.settings import Settings
from moe_core.loading.config.yaml_memory import remember_yaml
from moe_core.loading.config.yaml_values import parse_yaml

ConfigT = TypeVar("ConfigT", bound=Settings, covariant=True)
SchemaT = TypeVar("SchemaT", bound=Settings)


class LoadedConfig(msgspec.Struct, Generic[ConfigT], frozen=True, kw_only=True):
    """A configuration and where it comes from.

    Attributes:
        config: The checked values.
        origins: Who set each value, by its dotted key as written in YAML; a key that nobody set is missing.
        files: The files that were read, lowest layer first.
    """

    config: ConfigT
    origins: Mapping[str, Origin]
    files: tuple[Path, ...]

    def get_origin(self, key: str) -> Origin:
        """Who set the value of that dotted key; the default's origin when nobody did."""
        return self.origins.get(key, DEFAULT_ORIGIN)


def load_config(
    schema: type[SchemaT],
    *,
    bundled: Path,
    user: Path,
    project: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, str | object],
    left_out: Collection[Path] = (),
) -> LoadedConfig[SchemaT]:
    """Add up bundled < user < project < environment < overrides.

    Args:
        schema: What they are checked against; has one field a file.
        bundled: The folder that holds moe's own `config/`.
        user: The user's moe folder; its `config/` need not exist.
        project: The project; its `config/` need not exist. Files identical to the bundled ones are no layer. None for
            none.
        environ: Environment variables; `MOE_<FILE>__<KEY>` ones are settings.
        overrides: Dotted key to value; text is read as an environment variable's is.
        left_out: Files that are passed over.

    Raises:
        ConfigError: A file, key or value is not right; says where, and the nearest name.
    """
    layer = Layer()
    files: list[Path] = []
    places: tuple[tuple[LayerName, Path | None, Path | None], ...] = (
        ("bundled", bundled, None),
        ("user", user, None),
        ("project", project, bundled),
    )
    with remember_yaml() as memory:
        for name, root, same_as in places:
            if root is None:
                continue
            parse = memory.parse if name == "bundled" else parse_yaml
            for path, above in iterate_file_layers(schema, root, name, bundled=same_as, parse=parse, left_out=left_out):
                files.append(path)
                layer = merge_layers(layer, above)
    layer = add_overrides(add_environment(schema, layer, environ), overrides)
    config = build_config(schema, layer)
    origins = {join_key(path): _find(path, layer.origins) for path, _ in iterate_leaves(layer.values)}
    return LoadedConfig(config=config, origins=MappingProxyType(origins), files=tuple(files))


def _find(path: tuple[str, ...], origins: Mapping[tuple[str, ...], Origin]) -> Origin:
    while path not in origins:
        path = path[:-1]
    return origins[path]
