"""Which column names a table's rows: "name" rather than "street_name", "title" rather than "type"."""

from collections.abc import Sequence

from moe_kit.tables.words import split_name

_NAMES = ("name", "title", "label", "bezeichnung", "titel")
_ADDRESSES = ("address", "adresse", "place", "site", "building", "property", "town", "city", "ort")
_STREETS = ("street", "road", "strasse")
_IDENTIFIERS = ("id", "ref", "code")
_FRAMES = frozenset(("properties", "tags", "attributes", "display", "full", "de", "en"))  # "properties.name", "name_de"
# Whose name is not the row's: "street_name", "owner name", "file name".
_OTHERS = frozenset(
    """street road town city county country region district area owner agent contact seller buyer customer user author
    editor file layer type kind category class company firm brand month day strasse ort stadt land kreis besitzer
    eigentumer makler kunde datei art typ firma""".split()
)


def choose_naming(names: Sequence[str]) -> str | None:
    """The name of the column that names the rows; None where none says so."""
    rated = [(*rate, place) for place, name in enumerate(names) if (rate := _rate(name))]
    return names[min(rated)[-1]] if rated else None


def _rate(name: str) -> tuple[int, int] | None:
    """How well a column's name says that it names the rows: less is better; None where it does not say so."""
    words = split_name(name)
    words = [word for word in words if word not in _FRAMES] or words
    is_alone, is_others = len(words) == 1, not _OTHERS.isdisjoint(words)
    tiers = (
        (_NAMES, is_alone),
        (_NAMES, not is_others),
        (_ADDRESSES, True),
        (_STREETS, True),
        (_NAMES, True),
        (_IDENTIFIERS, is_alone),
    )
    for tier, (known, counts) in enumerate(tiers):
        place = next((place for place, word in enumerate(known) if counts and word in words), None)
        if place is not None:
            return tier, place
    return None
