"""Prometheus' text format."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Labels = tuple[str, ...]
Values: TypeAlias = Mapping[Any, float]


class Histogram:
    """Counts of how long things took, by the least bound that each kept.

    Args:
        bounds: In seconds, rising.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts: Counter[float] = Counter()
        self._seconds = 0.0

    def count(self, seconds: float) -> None:
        """Take in one."""
        self._counts[next((bound for bound in self._bounds if seconds <= bound), float("inf"))] += 1
        self._seconds += seconds

    def tell(self, name: str, told: str) -> Iterator[str]:
        """Its lines."""
        yield from tell_head(name, "histogram", told)
        total = 0
        for bound in (*self._bounds, float("inf")):
            total += self._counts[bound]
            yield f'{name}_bucket{{le="{"+Inf" if bound == float("inf") else bound}"}} {total}'
        yield f"{name}_sum {self._seconds!r}"
        yield f"{name}_count {total}"


def tell_head(name: str, kind: str, told: str) -> Iterator[str]:
    """What a family of samples is."""
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def tell_family(name: str, kind: str, told: str, values: Values, labels: Iterable[str] = ()) -> Iterator[str]:
    """A family of samples, in the order of their labels."""
    yield from tell_head(name, kind, told)
    for key, value in sorted(values.items()):
        pairs = ",".join(f'{label}="{_escape(word)}"' for label, word in zip(labels, key, strict=True))
        yield f"{name}{{{pairs}}} {value!r}" if pairs else f"{name} {value!r}"


def tell_gauge(name: str, told: str, value: float) -> Iterator[str]:
    """One number as it is now."""
    return tell_family(name, "gauge", told, {(): value})


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
