"""A project's office: Drummers whose tools write a line into log.txt, on which a person decides."""

import shutil
from pathlib import Path

_PLUGINS = Path(__file__).parents[1] / "moe" / "cli" / "plugins"
CLERK = {"question": "Lodge that the ferry is late", "top": "drummer", "drummer": "clerk"}  # not twice unasked
POSTER = {"question": "Post that the ferry is late", "top": "drummer", "drummer": "poster"}  # asks before each call


def open_office(project: Path) -> Path:
    """Put the tools and the Drummers into a project; where their lines are found."""
    tools, drummers = project / "plugins" / "tools" / "office", project / "modelfiles" / "drummers"
    for folder in (tools, drummers):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_PLUGINS / "office.py", tools / "office.py")
    for name in ("clerk.moe", "poster.moe"):
        shutil.copy(_PLUGINS / name, drummers / name)
    return project / "log.txt"


def count_notes(log: Path) -> int:
    """How often one of the tools was called."""
    return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0
