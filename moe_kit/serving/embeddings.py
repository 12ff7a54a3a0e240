"""Vectors from the shapes in which servers answer."""

from typing import Any

BATCH = 64
"""Texts a request: what every server takes."""


def read_vectors(value: Any, *, count: int) -> list[list[float]]:
    """The vectors in an answer of OpenAI's shape (`data`) or Ollama's (`embeddings`), in the texts' order.

    Raises:
        ValueError: There are not as many as texts, or one is no list of numbers; the message continues a sentence.
    """
    if not isinstance(value, dict):
        raise ValueError("holds no vectors")
    if isinstance(value.get("data"), list):
        entries = [entry for entry in value["data"] if isinstance(entry, dict)]
        entries.sort(key=lambda entry: entry["index"] if isinstance(entry.get("index"), int) else 0)
        found = [entry.get("embedding") for entry in entries]
    else:
        found = value.get("embeddings") or []
    if not isinstance(found, list) or len(found) != count:
        raise ValueError(f"holds {len(found) if isinstance(found, list) else 0} vectors for {count} texts")
    return [_read(vector) for vector in found]


def _read(vector: Any) -> list[float]:
    if not isinstance(vector, list) or not vector:
        raise ValueError("holds something that is no vector")
    if isinstance(vector[0], list):
        if len(vector) != 1:
            raise ValueError("holds a vector for each token instead of one for each text")
        return _read(vector[0])
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in vector):
        raise ValueError("holds a vector of something else than numbers")
    return [float(number) for number in vector]
