"""The Apps of a project that is served while it changes, each told of in lines."""

from collections.abc import Iterator

from moe.app import App
from moe.cli.outcome import tell
from moe.cli.project_watch import follow_changes, tell_reload
from moe.contracts.reload import PartChange, Reload
from moe.reloading import AppReloader


def follow_apps(reloader: AppReloader) -> Iterator[App]:
    """Each App that counts from then on, once something has changed; without end."""
    for found in follow_changes(reloader):
        _tell(found)
        if found.changes:
            yield reloader.app
            tell("runs that begin now have it")


def _tell(found: Reload) -> None:
    tell_reload(found, tell)
    if any(map(_waits, found.changes)):
        tell("what is set for the server itself counts when it starts again")


def _waits(change: PartChange) -> bool:
    return change.kind == "setting" and change.name.startswith("server.")
