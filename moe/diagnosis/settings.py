"""Every setting by name, with keys and passwords masked."""

from collections.abc import Container, Iterator
from typing import Any

from moe.app import App
from moe_core.text.secrets import mask_secrets


def iterate_settings(app: App) -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted key, in the order of the files; defaults that nobody wrote down included.

    Keys and passwords are masked.
    """
    origins = app.loaded_config.origins
    places = {section: place for place, section in enumerate(dict.fromkeys(map(_section, origins)))}
    for file, values in app.config.model_dump(mode="json", by_alias=True).items():
        found = _iterate_leaves({file: values}, origins, "")
        for key, value in sorted(found, key=lambda one: places.get(_section(one[0]), len(places))):
            yield key, mask_secrets(value, key)


def _iterate_leaves(values: dict[str, Any], origins: Container[str], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and value:
            yield from _iterate_leaves(value, origins, f"{key}.")
        elif value is not None or key in origins or prefix.startswith("system."):
            yield key, value


def _section(key: str) -> str:
    return ".".join(key.split(".")[:2])
