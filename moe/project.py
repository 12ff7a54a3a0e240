"""Which folder is the project."""

import os
from collections.abc import Mapping
from pathlib import Path

from moe.contracts.trust import WORKSPACE
from moe.trust.ownership import find_intruder
from moe_core.contracts.errors import ConfigError

PROJECT_VARIABLE = "MOE_PROJECT"


def find_project(start: Path, environ: Mapping[str, str]) -> Path:
    """The project's folder: MOE_PROJECT, else the nearest one upwards that holds a workspace, else `start`.

    Raises:
        ConfigError: MOE_PROJECT names no folder.
    """
    if environ.get(PROJECT_VARIABLE):
        folder = Path(os.path.expanduser(environ[PROJECT_VARIABLE])).resolve()
        if not os.path.isdir(folder):
            problem = "is no folder" if os.path.exists(folder) else "does not exist"
            raise ConfigError(
                f"{PROJECT_VARIABLE} names {folder}, which {problem}",
                source=PROJECT_VARIABLE,
                hint="name the project's folder, or unset it",
            )
        return folder
    home = Path(os.path.expanduser("~"))
    for folder in (start, *start.parents):
        if (folder / WORKSPACE).is_dir() and not find_intruder(folder) and not find_intruder(folder / WORKSPACE):
            return folder
        if folder == home:
            break
    return start
