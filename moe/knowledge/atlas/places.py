"""Where on the Earth the rows of an index's documents lie."""

from collections.abc import Iterable, Iterator

import numpy as np

from moe.contracts.atlas import AtlasPlace, AtlasPlaces
from moe.knowledge.analysis.words import read_words
from moe.knowledge.atlas.nodes import AtlasNodes
from moe.knowledge.index.format.index import PassageIndex
from moe_kit.tables.coordinates import locate_rows

# Words of columns that hold coordinates; one is in the first row of each table that has any.
_COLUMNS = "lat latitude latlon latlng latlong breitengrad coordinates bbox"
# "geoLat" is one word of the index, in small letters: the words that such names begin with.
_JOINED = (
    "geo gps map my start end begin from to point site station stop location loc place position pos center centre"
    " coord decimal origin destination dest pickup dropoff home address wgs84 wgs"
)
_PASSAGES_MAX = 5_000  # read in a second
_DIGITS = 5  # of degrees: a metre


def list_located(index: PassageIndex) -> Iterator[int]:
    """The passages of the documents that name coordinates, in their order."""
    keys = dict.fromkeys(word.term_key for word in read_words(_list_columns()) if word.term_key)
    rows = [row for row in index.terms.find_many(list(keys)).tolist() if row >= 0]
    if not rows:
        return
    _, members, _ = index.terms.gather(np.array(rows))
    seen: set[str] = set()
    for number in np.unique(members).tolist():
        document = index.get_passage(number).document_id
        if document not in seen:
            seen.add(document)
            found = index.find_document_number(document)
            yield from index.passages_of(found) if found is not None else ()


def _list_columns() -> str:
    return " ".join((_COLUMNS, *(f"{first}lat {first}latitude" for first in _JOINED.split())))


def locate_passages(index: PassageIndex, nodes: AtlasNodes, numbers: Iterable[int], *, limit: int) -> AtlasPlaces:
    """The places of passages' rows.

    Args:
        index: Theirs.
        nodes: What they are called.
        numbers: Theirs, the best first.
        limit: Places at most.
    """
    places: dict[tuple[float, float, str], AtlasPlace] = {}
    texts: dict[str, str] = {}
    headers: dict[int, list[str]] = {}  # of the tables of that text
    unmapped, is_cut = 0, False
    for place, number in enumerate(numbers):
        if place == _PASSAGES_MAX or len(places) > limit:
            is_cut = True
            break
        passage = index.get_passage(number)
        if passage.document_id not in texts:
            texts, headers = {passage.document_id: index.get_document(passage.document_id).text}, {}
        located = locate_rows(texts[passage.document_id], passage.start, passage.end, headers)
        unmapped += len(located.faults)
        for one in located.locations:
            latitude, longitude = round(one.latitude, _DIGITS), round(one.longitude, _DIGITS)
            label = " ".join(one.label.split())
            found = AtlasPlace(
                latitude=latitude,
                longitude=longitude,
                label=label,
                node=nodes.name("passage", number),
                document=passage.document_id,
            )
            places.setdefault((latitude, longitude, label), found)
    shown = tuple(places.values())[:limit]
    return AtlasPlaces(places=shown, unmapped=unmapped, is_cut=is_cut or len(places) > limit)
