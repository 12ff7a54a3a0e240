"""What the router has learned from examples, and the copy of it that ships for the bundled modelfiles."""

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from moe_core.loading.locations import find_bundled_root
from moe_core.routing.classifier import Classifier, train
from moe_core.routing.features import Vocabularies, find_features, read_words, stem_words
from moe_core.routing.profile import Profile

SHIPPED = find_bundled_root() / "modelfiles" / "lessons.npz"
"""Written by benchmarks/routing.py --learn; used when it was learned from the very same profiles."""

REVISION = 2
"""Raise it when features or training change: lessons of another revision are not used."""

FREQUENT_REQUESTS = 20
"""A stem that this many examples contain belongs to how a request is put rather than to its subject."""


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
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
    """The shipped lessons when they are about these very profiles, else freshly learned ones."""
    shipped = _read_shipped()
    if shipped is not None and shipped.key == find_key(profiles):
        return shipped
    return learn_lessons(profiles)


def learn_lessons(profiles: Sequence[Profile]) -> Lessons:
    """Learn from the examples of at least two profiles; some seconds for thousands of them."""
    vocabularies = Vocabularies.index(
        (profile.name, group, phrase)
        for profile in profiles
        for group, phrases in profile.vocabulary
        for phrase in phrases
    )
    read = [[read_words(example) for example in profile.examples] for profile in profiles]
    counts = [Counter(stem for words in group for stem in set(stem_words(words))) for group in read]
    totals = sum(counts, Counter())
    frequent = frozenset(stem for stem, count in totals.items() if count >= FREQUENT_REQUESTS)
    samples, labels = [], []
    for profile, group in zip(profiles, read, strict=True):
        for example, words in zip(profile.examples, group, strict=True):
            samples.append(find_features(example, words, vocabularies, frequent))
            labels.append(profile.name)
    shares = {
        stem: max(count[stem] / len(group) for count, group in zip(counts, read, strict=True))
        for stem in sorted(totals)
    }
    return Lessons(
        key=find_key(profiles),
        classifier=train(samples, labels),
        words=frozenset(word for group in read for words in group for word in words),
        frequent=frequent,
        shares=shares,
        vocabularies=vocabularies,
        spelt=frozenset(word for profile in profiles for text in profile.phrases() for word in read_words(text)),
    )


def find_key(profiles: Sequence[Profile]) -> str:
    """A digest of everything that learning depends on."""
    content = [REVISION, *([profile.name, profile.vocabulary, profile.examples] for profile in profiles)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def write_lessons(lessons: Lessons, path: Path) -> None:
    """Keep lessons in a file; the same lessons make the same bytes."""
    texts = {
        "classes": lessons.classifier.classes,
        "features": lessons.classifier.features,
        "words": sorted(lessons.words),
        "frequent": sorted(lessons.frequent),
        "stems": lessons.shares,
        "key": [lessons.key],
        "spelt": sorted(lessons.spelt),
        "owners": [json.dumps(sorted(lessons.vocabularies.owners.items()))],
    }
    arrays = {name: np.frombuffer("\n".join(lines).encode(), np.uint8) for name, lines in texts.items()}
    arrays["weights"] = lessons.classifier.weights.astype(np.float16)
    arrays["shares"] = np.array(list(lessons.shares.values()), np.float32)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def read_lessons(path: Path) -> Lessons:
    """The lessons that `write_lessons` kept.

    Raises:
        OSError: The file can't be read.
        ValueError, KeyError: It is something else.
    """
    with np.load(path, allow_pickle=False) as arrays:
        texts = {
            name: arrays[name].tobytes().decode().splitlines()
            for name in ("classes", "features", "words", "frequent", "stems", "key", "spelt", "owners")
        }
        weights, shares = arrays["weights"].astype(np.float32), arrays["shares"].tolist()
    features = {feature: row for row, feature in enumerate(texts["features"])}
    return Lessons(
        key=texts["key"][0],
        classifier=Classifier(tuple(texts["classes"]), features, weights),
        words=frozenset(texts["words"]),
        frequent=frozenset(texts["frequent"]),
        shares=dict(zip(texts["stems"], shares, strict=True)),
        vocabularies=Vocabularies(
            {tuple(stems): tuple(map(tuple, owners)) for stems, owners in json.loads(texts["owners"][0])}
        ),
        spelt=frozenset(texts["spelt"]),
    )


@lru_cache(1)
def _read_shipped() -> Lessons | None:
    try:
        return read_lessons(SHIPPED)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
