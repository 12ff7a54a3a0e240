"""Writing into a config/plugins.yaml whether a plugin counts, leaving the rest of the file as it is."""

import json
import os
import re
from pathlib import Path
from typing import Any

import yaml

from moe_core.contracts.errors import ConfigError


def write_plugin_switch(root: Path, plugin: str, *, is_enabled: bool) -> Path:
    """Write the switch of one plugin; the file.

    Args:
        root: The folder that holds `config/`.
        plugin: Its id.
        is_enabled: Whether it counts.

    Raises:
        ConfigError: The file cannot be written, or has the plugin in a form that only a person can change.
    """
    path = root / "config" / "plugins.yaml"
    line = f"{json.dumps(plugin)}: {{enabled: {'true' if is_enabled else 'false'}}}"
    hint = f"write into it: {line}"
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        kept = [one for one in text.splitlines() if not _is_switch_of(one, plugin)]
        changed = "\n".join([*kept, line]) + "\n"
        is_elsewhere = plugin in _parse("\n".join(kept))  # in a form that the line's would be a second one to
        if is_elsewhere or _parse(changed) != {**_parse(text), plugin: {"enabled": is_enabled}}:
            raise ConfigError(f"{path} cannot be changed here", source=str(path), hint=hint)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{os.getpid()}")
        half.write_text(changed, encoding="utf-8")
        half.replace(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} cannot be changed: {error}", source=str(path), hint=hint) from error
    return path


def _is_switch_of(line: str, plugin: str) -> bool:
    written = re.escape(plugin)
    return bool(re.fullmatch(rf"""(["']?){written}\1\s*:\s*\{{\s*enabled\s*:\s*\w+\s*\}}\s*(#.*)?""", line))


def _parse(text: str) -> dict[Any, Any]:
    found = yaml.safe_load(text)
    return found if isinstance(found, dict) else {}
