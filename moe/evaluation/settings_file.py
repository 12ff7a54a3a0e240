"""Settings of one variant, as they stand in a file by themselves."""

from pathlib import Path

from moe_core.contracts.errors import RequestError
from moe_core.files.regular import read_regular
from moe_core.loading.config.keys import join_key
from moe_core.loading.config.layers import iterate_leaves
from moe_core.loading.config.yaml_values import parse_yaml

_MAX_BYTES = 1 << 20


def read_settings(path: Path) -> dict[str, object]:
    """The settings of a YAML file by dotted key; `experts: {most: 3}` is what `most: 3` in config/experts.yaml is.

    Raises:
        RequestError: The file cannot be read.
        ConfigError: It is not well formed.
    """
    try:
        text = read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8")
    except OSError as error:
        hint = 'name a YAML file of settings: "experts: {most: 3}"'
        raise RequestError(f"cannot read {path}: {error.strerror}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"cannot read {path}: it is not UTF-8", hint="save it as UTF-8") from error
    return {join_key(key): value for key, value in iterate_leaves(parse_yaml(text, source=str(path)).values)}
