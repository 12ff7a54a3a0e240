"""A new plugin's three files."""

import re
from dataclasses import dataclass
from pathlib import Path

from moe.authoring.templates import PROJECT, TEST, write_module
from moe_core.contracts.errors import RequestError

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlugin:
    """What was written.

    Attributes:
        folder: Where it lies.
        module: What is imported.
        name: What it brings, by its short name.
        files: Names of the files.
    """

    folder: Path
    module: str
    name: str
    files: tuple[str, ...]


def write_plugin(given: str, kind: str, below: Path) -> NewPlugin:
    """Write a plugin that works as it stands.

    Args:
        given: Its name, with or without the "moe-plugin-" in front.
        kind: One of the templates'.
        below: The folder that its own is made in.

    Raises:
        RequestError: The name is none, the folder is there already, or it cannot be written.
    """
    short = given.removeprefix("moe-plugin-").removeprefix("moe_plugin_")
    if not _NAME.fullmatch(short):
        hint = "use lower-case letters, digits and -, starting with a letter: moe plugin new weather"
        raise RequestError(f"a plugin cannot be called {given!r}", hint=hint)
    name = short.replace("-", "_")
    module, distribution = f"moe_plugin_{name}", f"moe-plugin-{name.replace('_', '-')}"
    spoken = name.replace("_", " ")
    words = {
        "name": name,
        "cls": "".join(part.capitalize() for part in name.split("_")),
        "constant": name.upper(),
        "summary": f"{spoken.capitalize()}: say here in one line what it does.",
    }
    samples = f', samples={{"a.{name}": b"Fair wind from the north."}}' if kind == "loader" else ""
    files = {
        "pyproject.toml": PROJECT.format(**words, distribution=distribution, module=module),
        f"{module}.py": write_module(kind, words),
        f"test_{module}.py": TEST.format(module=module, samples=samples),
    }
    folder = below / distribution
    try:
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise RequestError(f"{folder} is there already", hint="choose another name, or remove it") from error
    except OSError as error:
        raise RequestError(f"{folder} cannot be written: {error.strerror or error}") from error
    return NewPlugin(folder=folder, module=module, name=name, files=tuple(files))
