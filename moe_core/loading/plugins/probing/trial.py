"""One plugin imported and asked for what it brings, in a process that is there for this only."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from moe_core.contracts.plugin import PluginInfo
from moe_core.loading.plugins.failures import explain_failure
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.probing.side_effects import SideEffects
from moe_core.loading.plugins.records import make_record
from moe_core.loading.plugins.stamps import Stamp, take_stamps
from moe_core.loading.plugins.targets import Target


def try_target(target: Target) -> dict[str, Any]:
    """The plugin's record."""
    effects = SideEffects()
    before = take_stamps(target.list_files())
    since = time.perf_counter()
    loaded = _load(target)
    seconds = time.perf_counter() - since
    info = replace(loaded.info, problems=(*loaded.info.problems, *effects.list_problems(target.source)))
    files = target.list_imported_files() if info.is_used else target.list_all_files()
    after = take_stamps(files)
    # A file that changed meanwhile was perhaps read as it was before.
    is_steady = before is not None and after is not None and _without_digests(before) <= _without_digests(after)
    return make_record(msgspec.structs.replace(loaded, info=info), after if is_steady else None, seconds=seconds)


def _without_digests(stamps: Iterable[Stamp]) -> set[Stamp]:
    """A digest is taken only of a file that has changed just now, which it may be before and no longer be after."""
    return {stamp._replace(digest="") for stamp in stamps}


def _load(target: Target) -> LoadedPlugin:
    """The plugin; it cannot interrupt this process, for nobody sits at it."""
    try:
        return target.load()
    except KeyboardInterrupt as error:
        location = target.source.location
        problem = explain_failure(
            error, plugin=target.source.plugin, location=location, doing="while being imported", reason="import"
        )
        return LoadedPlugin(info=PluginInfo(source=target.source, state="failed", problems=(problem,)))
