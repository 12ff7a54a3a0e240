"""Writes what the page needs of the server's OpenAPI description to a file: `make ui-schema` makes types from it."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from moe.app import App
from moe.contracts.server_settings import ServerSettings
from moe.server.application import API, build_api
from moe.server.pool.messages import WorkerProject
from moe.server.serving import build_state

_PROBLEM = {
    "description": "What went wrong",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe() -> Any:
    """The endpoints below /api/v1 and the health; each has its good answers, and one problem for all others."""
    with tempfile.TemporaryDirectory() as folder:
        app = App.open(Path(folder))
        project = WorkerProject(project=folder, overrides={}, with_project=False)
        described: dict[str, Any] = build_api(build_state(app, project, ServerSettings())).openapi()
    paths = {path: found for path, found in described["paths"].items() if path.startswith((API, "/health/"))}
    for operation in (one for path in paths.values() for one in path.values()):
        good = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        for answer in good.values():
            answer["description"] = "Done."
        operation["responses"] = {**good, "default": _PROBLEM}
    described["paths"] = paths
    return _shorten(described)


def _shorten(value: Any) -> Any:
    """The description without titles, and with the first paragraph of each text."""
    if isinstance(value, list):
        return [_shorten(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _shorten(item) for name, item in value.items() if name != "title" or not isinstance(item, str)}
    if isinstance(kept.get("description"), str):
        kept["description"] = kept["description"].partition("\n\n")[0]
    return kept


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(describe(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
