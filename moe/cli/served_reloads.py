"""The Apps of a project that is served while it changes, each told of in lines."""

from collections.abc import Iterator

from moe.app import App
from moe.cli.outcome import tell
from moe.cli.problems import tell_problems
from moe.cli.project_watch import follow_changes
from moe.contracts.reload import PartChange, Reload
from moe.reloading import AppReloader
from moe_core.text.lines import join_line


def follow_apps(reloader: AppReloader) -> Iterator[App]:
    """Each App that counts from then on, once something has changed; without end."""
    for found in follow_changes(reloader):
        _tell(found)
        if found.changes:
            yield reloader.app
            tell("runs that begin now have it")


def _tell(found: Reload) -> None:
    for change in found.changes:
        tell(join_line(change.describe()))
    if found.is_mended:
        tell("mended")
    if any(map(_waits, found.changes)):
        tell("what is set for the server itself counts when it starts again")
    tell_problems(found.faults)
    if found.faults:
        tell("what was there before stays until this is mended")


def _waits(change: PartChange) -> bool:
    return change.kind == "setting" and change.name.startswith("server.")
