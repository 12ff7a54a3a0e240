"""Several threads ask at once, while what is remembered is forgotten between them."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from moe.knowledge.graph.links.written import WrittenReader

NAMES = ("Orla Finch", "Ida Vane", "Jory Pell", "Sorrel Light", "Wexmouth", "Tern Rock", "Nell Ash", "Wick Lane")
TEXTS = {
    f"{NAMES[number]}" if number < len(NAMES) else f"-{number}": (
        f"{NAMES[number % 8]} met {NAMES[(3 * number + 1) % 8]} near Brass Gull {number % 5}. "
        f"Later {NAMES[(5 * number + 2) % 8]} sold the Lamp Room to {NAMES[(7 * number + 3) % 8]}."
    )
    for number in range(48)
}
THREADS = 4


@pytest.fixture
def hurry():
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture(scope="module")
def index(make_index):
    return make_index(TEXTS)


def read_all(reader: WrittenReader, numbers: list[int]) -> list[object]:
    """What passages write, as plain values."""
    parts = [part for one in reader.read(numbers) for part in (one.namings, one.phrases)]
    return [[part.table.tolist(), [terms.rows for terms in part.terms]] for part in parts]


@pytest.mark.parametrize("most_remembered", [0, 3, 20, 1000])
def test_what_threads_read_is_what_one_would_read(index, hurry, most_remembered):
    rng = np.random.default_rng(most_remembered)
    batches = [rng.permutation(len(index))[: rng.integers(1, 12)].tolist() for _ in range(160)]
    expected = [read_all(WrittenReader(index, most_remembered=most_remembered), batch) for batch in batches]
    assert any(terms for links in expected for _, terms in links)
    reader = WrittenReader(index, most_remembered=most_remembered)
    start = Barrier(THREADS)

    def work(first: int) -> dict[int, list[object]]:
        start.wait()
        return {at: read_all(reader, batches[at]) for at in range(first, len(batches), THREADS)}

    with ThreadPoolExecutor(THREADS) as pool:
        found = {at: result for part in pool.map(work, range(THREADS)) for at, result in part.items()}
    assert [found[at] for at in range(len(batches))] == expected
