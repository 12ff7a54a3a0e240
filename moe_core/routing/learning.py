"""Making lessons from examples: what the router knows of them, and the file that keeps it."""

import io
import json
import os
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import numpy as np

from moe_core.routing.features import Vocabularies, find_features, read_words, stem_words
from moe_core.routing.lessons import Lessons, find_key
from moe_core.routing.profile import Profile
from moe_core.routing.training import train

KEPT_MAX = 16  # each has a few hundred kilobytes, and a project at work makes one with each change

FREQUENT_REQUESTS = 20
"""A stem that this many examples contain belongs to how a request is put rather than to its subject."""


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
        stem: float(np.float32(max(count[stem] / len(group) for count, group in zip(counts, read, strict=True))))
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


def keep_lessons(lessons: Lessons, path: Path) -> None:
    """Write lessons in one step, and drop what was learned long ago; where nothing can be written, nothing is."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = mkstemp(dir=path.parent, prefix=".")
        os.close(handle)
        try:
            write_lessons(lessons, Path(name))
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in kept[KEPT_MAX:]:
            old.unlink(missing_ok=True)


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
    arrays["weights"] = np.frombuffer(lessons.classifier.weights, "<f2").reshape(-1, len(lessons.classifier.classes))
    arrays["shares"] = np.array(list(lessons.shares.values()), "<f4")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)
