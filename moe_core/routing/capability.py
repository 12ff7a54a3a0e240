"""Who offers a capability."""

from difflib import get_close_matches
from typing import TypeVar

from moe_core.contracts.errors import NameUnknownError
from moe_core.loading.registry import Catalog, Entry

T = TypeVar("T")


def find_by_capability(catalog: Catalog[T], capability: str) -> tuple[Entry[T], ...]:
    """The entries that offer a capability, by full id; upper and lower case are the same, and "-", "_" and " " too.

    A name counts as a capability of what bears it. Aliases are left out.

    Raises:
        NameUnknownError: Nothing offers it; the nearest capabilities are in the hint.
    """
    offers: dict[str, list[Entry[T]]] = {}
    shown: dict[str, str] = {}
    for entry in sorted(catalog, key=lambda entry: entry.full_id):
        if not entry.alias_of:
            for offered in {_normalise(word): word for word in (*entry.capabilities, entry.name)}.items():
                offers.setdefault(offered[0], []).append(entry)
                shown.setdefault(*offered)
    found = offers.get(_normalise(capability))
    if found:
        return tuple(found)
    near = get_close_matches(_normalise(capability), sorted(offers), n=3, cutoff=0.6)
    hint = None if near else f"{catalog.kind}s offer: {', '.join(sorted(shown.values())) or 'nothing'}"
    raise NameUnknownError(f"{catalog.kind} capability", capability, near=[shown[name] for name in near], hint=hint)


def _normalise(capability: str) -> str:
    return " ".join(capability.casefold().replace("-", " ").replace("_", " ").split())
