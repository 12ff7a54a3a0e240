"""What the router has learned from examples, and the copy of it that ships for the bundled modelfiles."""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from pkgutil import resolve_name
from struct import iter_unpack

import msgspec

from moe_core.contracts.wire import decode_json, encode_json
from moe_core.loading.locations import find_bundled_root, find_cache_root
from moe_core.routing.classifier import Classifier
from moe_core.routing.features import Owner, Phrase, Vocabularies
from moe_core.routing.profile import Profile

SHIPPED = find_bundled_root() / "modelfiles" / "lessons.npz"
"""Written by benchmarks/routing.py --learn; used when it was learned from the very same profiles."""

FOLDER = "lessons"
"""Of the cache: lessons learned from profiles that nothing is shipped for, a file each, named after the profiles."""

TEXTS = ("classes", "features", "words", "frequent", "stems", "key", "spelt", "owners")

REVISION = 2
"""Raise it when features or training change: lessons of another revision are not used."""


class Lessons(msgspec.Struct, frozen=True, eq=False):
    """The outcome of learning.

    Attributes:
        key: Of the profiles that they were learned from.
        classifier: Weights by feature and candidate.
        words: Words of the examples, as written.
        frequent: Stems that many examples contain.
        shares: For a stem, its share of the examples of the candidate that uses it most.
        vocabularies: The phrases that speak for a candidate.
        spelt: Words of these phrases, as written.
    """

    key: str
    classifier: Classifier
    words: frozenset[str]
    frequent: frozenset[str]
    shares: Mapping[str, float]
    vocabularies: Vocabularies
    spelt: frozenset[str]


def recall_lessons(profiles: Sequence[Profile]) -> Lessons:
    """The lessons of these very profiles: shipped, kept since they were learned, or learned now and kept."""
    key = find_key(profiles)
    shipped = _read_shipped()
    if shipped is not None and shipped.key == key:
        return shipped
    place = find_cache_root() / FOLDER / f"{key[:32]}.npz"
    kept = _read_kept(place)
    if kept is not None and kept.key == key:
        return kept
    learned: Lessons = resolve_name("moe_core.routing.learning:learn_lessons")(profiles)  # brings numpy
    resolve_name("moe_core.routing.learning:keep_lessons")(learned, place)
    return learned


def find_key(profiles: Sequence[Profile]) -> str:
    """A digest of everything that learning depends on."""
    content = [REVISION, *([profile.name, profile.vocabulary, profile.examples] for profile in profiles)]
    return hashlib.sha256(encode_json(content)).hexdigest()


def read_lessons(path: Path) -> Lessons:
    """The lessons that `write_lessons` kept.

    Raises:
        OSError: The file can't be read.
        ValueError, KeyError: It is something else.
    """
    with zipfile.ZipFile(path) as archive:
        texts = {name: _read_array(archive, name, "|u1").decode().splitlines() for name in TEXTS}
        weights, shares = _read_array(archive, "weights", "<f2"), _read_array(archive, "shares", "<f4")
    if len(weights) != 2 * len(texts["classes"]) * (len(texts["features"]) + 1) or len(shares) % 4:
        raise ValueError("the numbers do not fit the names")
    features = dict(zip(texts["features"], count()))
    return Lessons(
        key=texts["key"][0],
        classifier=Classifier(tuple(texts["classes"]), features, weights),
        words=frozenset(texts["words"]),
        frequent=frozenset(texts["frequent"]),
        shares=dict(zip(texts["stems"], (share for (share,) in iter_unpack("<f", shares)), strict=True)),
        vocabularies=Vocabularies(dict(decode_json(list[tuple[Phrase, tuple[Owner, ...]]], texts["owners"][0]))),
        spelt=frozenset(texts["spelt"]),
    )


def _read_array(archive: zipfile.ZipFile, name: str, kind: str) -> bytes:
    """The numbers of an array in numpy's format, version 1, as they lie there."""
    content = archive.read(f"{name}.npy")
    start = 10 + int.from_bytes(content[8:10], "little")
    if content[:8] != b"\x93NUMPY\x01\x00" or f"'descr': '{kind}'".encode() not in content[10:start]:
        raise ValueError(f"{name} is no array of {kind}")
    return content[start:]


@lru_cache(1)
def _read_shipped() -> Lessons | None:
    return _read_kept(SHIPPED)


def _read_kept(path: Path) -> Lessons | None:
    """What the file keeps; None where there is none, or it is damaged."""
    try:
        return read_lessons(path)
    except (OSError, ValueError, LookupError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None
