"""What differs between two registries, and between two configurations."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from moe.contracts.reload import Change, PartChange
from moe_core.contracts.agent import Role
from moe_core.contracts.plugin import Entry, Kind
from moe_core.loading.config.keys import join_key
from moe_core.loading.config.settings import Settings
from moe_core.loading.registry import Registry

_DEFINING = ("summary", "category", "capabilities", "effects", "schema", "settings", "alias_of")
_Named = Mapping[tuple[str, str], Entry[Any]]


def compare_registries(old: Registry, new: Registry) -> list[PartChange]:
    """What came, went and changed, by kind and name; code is not compared."""
    before, after = _list_entries(old), _list_entries(new)
    changes = []
    for kind, full_id in sorted({*before, *after}):
        then, now = before.get((kind, full_id)), after.get((kind, full_id))
        known = now or then
        differing = _list_differing(then, now) if then and now else ()
        if known is None or (then and now and not differing):
            continue
        what: Change = "changed" if then and now else "added" if now else "removed"
        changes.append(PartChange(what=what, kind=kind, name=known.name, plugin=known.source.plugin, fields=differing))
    return changes


def compare_settings(old: Settings, new: Settings) -> list[PartChange]:
    """The settings whose values differ, by key."""
    keys = _list_differing_keys(old.model_dump(by_alias=True), new.model_dump(by_alias=True), ())
    return [PartChange(what="changed", kind="setting", name=join_key(key)) for key in keys]


def _list_entries(registry: Registry) -> _Named:
    return {(str(kind), entry.full_id): entry for kind in (*Role, *Kind) for entry in registry.catalog(kind)}


def _list_differing(then: Entry[Any], now: Entry[Any]) -> tuple[str, ...]:
    """Names of what defines it: of agents and personas, which are data, all there is."""
    differing = [name for name in _DEFINING if getattr(then, name) != getattr(now, name)]
    if isinstance(now.kind, Role) or now.kind is Kind.PERSONA:
        old, new = then.value, now.value
        differing = [one.name for one in fields(new) if getattr(old, one.name) != getattr(new, one.name)]
    return tuple(differing)


def _list_differing_keys(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if old != new:
            yield path
        return
    for key in sorted({*old, *new}, key=str):
        yield from _list_differing_keys(old.get(key), new.get(key), (*path, str(key)))
