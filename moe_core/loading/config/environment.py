"""Settings from environment variables and flags.

`MOE_SYSTEM__PROVIDER=ollama` sets system.provider: MOE_, the file, then the keys, parted by two underscores, in any
case. A variable without two underscores (MOE_PLUGIN_PATH, MOE_PROJECT, MOE_USER_DIR, ...) is no setting.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.keys import join_key, known_keys, split_key
from moe_core.loading.config.layers import Layer, Origin, join_parts, merge_layers
from moe_core.loading.config.settings import Settings
from moe_core.loading.config.yaml_values import KeyPath, parse_inline

PREFIX = "MOE_"
FLAG = "--set"


def add_environment(schema: type[Settings], below: Layer, environ: Mapping[str, str]) -> Layer:
    """Lay the settings among the environment variables over a layer, in the order of their names.

    Raises:
        ConfigError: A value is not well formed, or a name fits several keys.
    """
    found = Layer()
    for variable in sorted(environ):
        if not variable.upper().startswith(PREFIX):
            continue
        if "__" not in variable:
            _refuse_single_underscore(schema, variable)
            continue
        parts = variable[len(PREFIX) :].split("__")
        if not all(parts):
            raise ConfigError(
                f"environment variable {variable} names no setting",
                source=variable,
                hint="write MOE_<FILE>__<KEY>, as in MOE_SYSTEM__PROVIDER",
            )
        path = _resolve(schema, parts, join_parts(below, found).values, variable)
        value = parse_inline(environ[variable], source=f"environment variable {variable}")
        origin = Origin(layer="environment", place=variable, source=f"environment variable {variable}")
        found = join_parts(found, _build_layer(path, value, origin))
    return merge_layers(below, found)


def add_overrides(below: Layer, overrides: Mapping[str, str | object]) -> Layer:
    """Lay settings given as dotted keys over a layer; text is read as an environment variable's is.

    Raises:
        ConfigError: A key or value is not well formed.
    """
    found = Layer()
    for key, value in overrides.items():
        path = split_key(key)
        source = f"{FLAG} {key}"
        if isinstance(value, str):
            value = parse_inline(value, source=source)
        origin = Origin(layer="flag", place=FLAG, source=source)
        found = join_parts(found, _build_layer(path, value, origin))
    return merge_layers(below, found)


def variable_name(path: KeyPath) -> str:
    """The environment variable that sets the value at a path."""
    return PREFIX + "__".join(re.sub(r"\W", "_", part).upper() for part in path)


def _refuse_single_underscore(schema: type[Settings], variable: str) -> None:
    """MOE_SYSTEM_PROVIDER would be passed over in silence, as no setting."""
    rest = variable[len(PREFIX) :].lower()
    for field in schema.model_fields:
        key = rest.removeprefix(f"{field}_")
        if key != rest and key in (known_keys(schema, (field,)) or ()):
            raise ConfigError(
                f"environment variable {variable} names no setting",
                source=variable,
                hint=f"did you mean {variable_name((field, key))}?",
            )


def _build_layer(path: KeyPath, value: Any, origin: Origin) -> Layer:
    origins = {path[:length]: origin for length in range(1, len(path) + 1)}
    _add_origins(path, value, origin, origins)
    for part in reversed(path):
        value = {part: value}
    return Layer(values=value, origins=origins)


def _add_origins(path: KeyPath, value: Any, origin: Origin, origins: dict[KeyPath, Origin]) -> None:
    origins[path] = origin
    if isinstance(value, dict):
        for key, inner in value.items():
            _add_origins((*path, key), inner, origin, origins)


def _resolve(schema: type[Settings], parts: Iterable[str], values: Any, variable: str) -> KeyPath:
    """Find the keys meant by upper-case parts: known settings, or names that a lower layer uses."""
    path: KeyPath = ()
    for part in parts:
        there = values if isinstance(values, dict) else {}
        part = _match(part, [*(known_keys(schema, path) or ()), *there], path, variable)
        path = (*path, part)
        values = there.get(part)
    return path


def _match(part: str, known: Iterable[str], path: KeyPath, variable: str) -> str:
    same_case = sorted({key for key in known if key.lower() == part.lower()})
    loose = _loosen(part)
    fitting = same_case or sorted({key for key in known if _loosen(key) == loose})
    if len(fitting) > 1:
        names = " or ".join(join_key((*path, key)) for key in fitting)
        raise ConfigError(
            f"environment variable {variable} could mean {names}", source=variable, hint="set it in a config file"
        )
    return fitting[0] if fitting else part.lower()


def _loosen(key: str) -> str:
    """A shell variable cannot hold a dash or a dot: an underscore stands for either."""
    return re.sub(r"[\W_]", "_", key).lower()
