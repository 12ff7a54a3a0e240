"""Finding every plugin there is, in a fixed order: bundled, user, project, MOE_PLUGIN_PATH, distributions."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from moe_core.contracts.plugin import PluginInfo, Problem
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.files import PluginFile, find_plugin_files, list_untrusted_files
from moe_core.loading.plugins.folders import load_plugin_file
from moe_core.loading.plugins.installed import Installed, find_installed
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.locking.gate import PluginGate, open_gate
from moe_core.loading.plugins.plugin_index import PluginIndex
from moe_core.loading.plugins.probing.prober import DEFAULT_SECONDS, probe_targets
from moe_core.loading.plugins.records import make_record, revive
from moe_core.loading.plugins.selection import Selection
from moe_core.loading.plugins.stamps import take_stamps
from moe_core.loading.plugins.targets import Target


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        plugins: Those in use, broken ones too, in order.
        unused: Those that a later root's file stands in for, that are switched off, or that nobody trusts yet.
        problems: Of the roots and locks themselves; a plugin's own are in its info.
        withheld: Those that were asked for what they bring, and bring other tools than the lock says.
    """

    plugins: tuple[LoadedPlugin, ...]
    unused: tuple[PluginInfo, ...]
    problems: tuple[Problem, ...]
    withheld: tuple[LoadedPlugin, ...] = ()


def discover_plugins(
    locations: Locations,
    *,
    selection: Selection | None = None,
    with_distributions: bool = True,
    is_fresh: bool = False,
    seconds: float = DEFAULT_SECONDS,
) -> Discovery:
    """Find everything below the roots and, unless told otherwise, in installed distributions.

    A plugin that the index knows is not imported. Where there is an index, others are tried in a process of their own,
    moe's own apart; without one they run in this process and this thread: nothing they raise or print gets out, but
    one that never returns is waited for.

    Args:
        locations: The roots, and the index.
        selection: The user's word on plugins; those switched off are not imported.
        with_distributions: Whether installed distributions count.
        is_fresh: Try every plugin anew.
        seconds: How long each may take, in a process of its own.
    """
    files = find_plugin_files(locations)
    installed = find_installed() if with_distributions else []
    selection = selection or Selection(switches={}, choice=locations.plugin_choice)
    found: list[PluginFile | Installed] = []
    unused = [_describe_replaced(*pair) for pair in files.replaced]
    index = None
    if locations.index is not None:
        site = dict.fromkeys(str(one.folder.parent) for one in installed)
        index = PluginIndex(locations.index, site=site, is_fresh=is_fresh)
    gate = open_gate(locations.locks)
    refused: list[PluginInfo] = []
    for target in map(Target, itertools.chain[PluginFile | Installed](files.files, installed)):
        if (switch := selection.find_switch(target.source)) is not None:
            unused.append(PluginInfo(source=target.source, state="disabled", problems=(switch,)))
        elif (refusal := gate.find_refusal(target)) is not None:
            refused.append(PluginInfo(source=target.source, state="untrusted", problems=(refusal,)))
        else:
            found.append(target.found)
            continue
        if index is not None:
            index.retain(target)
    unused.extend(_describe_untrusted(file) for file in list_untrusted_files(locations))
    plugins, withheld = _part(_load(found, index, seconds=seconds), gate, refused)
    unused.extend(refused)
    unknown = selection.list_unknown([*(one.info for one in plugins), *unused])
    return Discovery(
        plugins=plugins,
        unused=tuple(unused),
        problems=(*files.problems, *gate.describe(refused), *unknown),
        withheld=withheld,
    )


def _part(
    loaded: Iterable[LoadedPlugin], gate: PluginGate, refused: list[PluginInfo]
) -> tuple[tuple[LoadedPlugin, ...], tuple[LoadedPlugin, ...]]:
    """Those that are what the locks say, and those whose tools are not, which are refused."""
    kept, withheld = list[LoadedPlugin](), list[LoadedPlugin]()
    for one in loaded:
        refusal = gate.find_changed_tools(one)
        if refusal is None:
            kept.append(one)
            continue
        withheld.append(one)
        refused.append(PluginInfo(source=one.info.source, state="untrusted", problems=(refusal,)))
    return tuple(kept), tuple(withheld)


def _load(found: Sequence[PluginFile | Installed], index: PluginIndex | None, *, seconds: float) -> list[LoadedPlugin]:
    """Every plugin, in order: as the index knows it, else by importing it."""
    loaded: dict[PluginFile | Installed, LoadedPlugin] = {}
    unknown: list[Target] = []
    for one in found:
        target = Target(one)
        if isinstance(one, PluginFile) and one.path.suffix != ".py":  # data, which is read as quickly as an index
            loaded[one] = load_plugin_file(one)
        elif index is None:
            loaded[one] = target.load()
        elif (known := index.find(target)) is not None:
            loaded[one] = known
        elif target.source.origin == "bundled":
            loaded[one] = target.load()
            index.keep(target, _record(target, loaded[one]))
        else:
            unknown.append(target)
    if index is not None:
        for target, record in zip(unknown, probe_targets(unknown, seconds=seconds), strict=True):
            loaded[target.found] = revive(record, target.source, target.load)
            index.keep(target, record)
        index.save()
    return [loaded[one] for one in found]


def _record(target: Target, loaded: LoadedPlugin) -> dict[str, Any]:
    stamps = take_stamps(target.list_imported_files()) if loaded.info.is_used else None
    return make_record(loaded, stamps, seconds=None)


def _describe_replaced(file: PluginFile, by: PluginFile) -> PluginInfo:
    note = Problem(
        plugin=file.source.plugin,
        reason="replaced",
        message=f"is replaced by {by.path}",
        hint="to have both, move or rename that file",
        location=str(file.path),
    )
    return PluginInfo(source=file.source, state="replaced", problems=(note,))


def _describe_untrusted(file: PluginFile) -> PluginInfo:
    note = Problem(
        plugin=file.source.plugin,
        reason="untrusted",
        message="waits for your word: nothing of it was read",
        hint="moe trust",
        location=str(file.path),
    )
    return PluginInfo(source=file.source, state="untrusted", problems=(note,))
