"""What a build of the page was made from, and of what it consists, as moe/web/static/BUILD.json tells."""

import hashlib
import json
from pathlib import Path
from typing import Any

from moe.version import VERSION

UI = Path(__file__).parent
BUILT = UI.parent / "moe" / "web" / "static"
RECORD = "BUILD.json"
API_VERSION = "v1"
# What a build depends on; tests and the linter's settings are not among it.
SOURCES = (
    "src",
    "public",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "next.config.ts",
    "postcss.config.mjs",
    "tsconfig.json",
)


def list_files(folder: Path) -> list[Path]:
    """All files below a folder, in the order of their names, wherever they are looked at."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def list_sources(ui: Path = UI) -> list[Path]:
    """The files that a build depends on."""
    found = ((ui / name) for name in SOURCES)
    return [path for one in found for path in (list_files(one) if one.is_dir() else [one])]


def hash_sources(ui: Path = UI) -> str:
    """One hash of all sources: their names and what is in them."""
    digest = hashlib.sha256()
    for path in list_sources(ui):
        digest.update(f"{path.relative_to(ui).as_posix()} {_hash(path)}\n".encode())
    return digest.hexdigest()


def describe_build(folder: Path = BUILT, ui: Path = UI) -> dict[str, Any]:
    """What BUILD.json says, if the folder was built from these sources."""
    files = {path.relative_to(folder).as_posix(): _hash(path) for path in list_files(folder) if path.name != RECORD}
    return {"moe": VERSION, "api": API_VERSION, "sources": hash_sources(ui), "files": files}


def read_record(folder: Path = BUILT) -> dict[str, Any]:
    """What BUILD.json says."""
    said: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return said


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
