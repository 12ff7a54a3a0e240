"""Choosing between plugins that bring the same name, as the configuration says."""

from collections.abc import Sequence
from typing import Any

from moe_core.contracts.plugin import Entry, Problem


def choose_plugin(
    entries: Sequence[Entry[Any]], name: str, plugin: str, *, config: str, kind: str | None = None
) -> tuple[list[Entry[Any]], Problem | None]:
    """Keep, of the entries with that name, those of the chosen plugin.

    Args:
        entries: All entries.
        name: The short name that several plugins bring.
        plugin: The chosen plugin's id, or the full id of the entry.
        config: The file that chooses, for the problem.
        kind: Choose among entries of this kind only; None for all that are given.

    Returns:
        The entries that stay, in order; and a problem, with nothing left out, when that plugin brings no such name.
    """
    contenders = [entry for entry in entries if entry.name == name and kind in (None, str(entry.kind))]
    chosen = [entry for entry in contenders if plugin in (entry.source.plugin, entry.full_id)]
    if not chosen:
        owners = ", ".join(dict.fromkeys(entry.source.plugin for entry in contenders))
        problem = Problem(
            plugin=f"{config}: {name}",
            reason="name_unknown",
            message=f"use: no plugin {plugin!r} brings {name}",
            hint=f"it is brought by {owners}" if owners else "no plugin brings that name",
            location=config,
        )
        return list(entries), problem
    left_out = {id(entry) for entry in contenders} - {id(entry) for entry in chosen}
    return [entry for entry in entries if id(entry) not in left_out], None
