"""Whether building a project's wheel would run code of that project."""

import re
import tomllib
from pathlib import Path

from moe_core.contracts.errors import RequestError

# flit reads files and runs none of them, as long as it is told version and summary; every other backend may run a
# project's own hooks. It is what `moe plugin new` writes.
_BACKEND = "flit_core.buildapi"
_REQUIREMENT = re.compile(r"flit[-_]core\s*(?:[<>=!~][^@;]*)?")


def runs_code(folder: Path) -> bool:
    """Whether a build of the project in a folder runs code of the folder's or of its choosing.

    Raises:
        RequestError: Its pyproject.toml cannot be read.
    """
    path = folder / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read: {error}", hint="moe plugin new NAME makes a sound one") from error
    return not _is_plain(project)


def _is_plain(project: dict[str, object]) -> bool:
    build, described, tools = (project.get(key, {}) for key in ("build-system", "project", "tool"))
    if not (isinstance(build, dict) and isinstance(described, dict) and isinstance(tools, dict)):
        return False
    required, flit = build.get("requires"), tools.get("flit", {})
    return (
        build.keys() == {"requires", "build-backend"}
        and build["build-backend"] == _BACKEND
        and isinstance(required, list)
        and all(isinstance(one, str) and _REQUIREMENT.fullmatch(one.strip()) for one in required)
        and bool(described)
        and "dynamic" not in described
        and isinstance(flit, dict)
        and "metadata" not in flit
    )
