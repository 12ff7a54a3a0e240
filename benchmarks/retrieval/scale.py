"""How indexing grows: seconds per 1,000 passages, peak memory and disk, for corpora of several sizes.

    python benchmarks/retrieval/scale.py [--sizes 10000,100000,1000000] [--folder DIR] [--json]

Each size is a made-up corpus (synthetic.py) in one JSON lines file, indexed by `update_index` in a process of its own,
from the file to the published generation. Seconds are of wall time and of CPU, memory is the process's highest
resident set, which counts the corpus while it is held. Then the index is opened in another process: milliseconds, and
memory beyond that of the process before. There, questions are asked that need two passages: "What of A's B", where a
passage about A mentions B; CPU milliseconds a question, each asked once. Adding one file tells what an increment costs.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from moe.configuration import Config
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.status import read_status
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.index_update import update_index
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.loading.setup import ReadingSetup, make_reading_setup
from moe.knowledge.search import SearchSetup, Walker
from moe.storage.workspace import open_workspace
from moe_core.contracts.persona import Persona
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

HERE = Path(__file__).parent
NOWHERE = HERE / "no-such-folder"
QUESTIONS = 65


def open_store(folder: Path) -> IndexStore:
    return IndexStore(workspace=open_workspace(folder / ".moe"), project=folder)


def open_reading() -> ReadingSetup:
    config, bundled = Config(), find_bundled_root()
    locations = Locations(bundled=bundled, user=NOWHERE, project=NOWHERE)
    registry = build_registry(config, locations, with_distributions=False)
    return make_reading_setup(registry, config.system.documents)


def read_peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def read_resident_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return read_peak_mb()
    return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)


def measure_update(folder: Path, name: str) -> dict[str, float]:
    store = open_store(folder)
    reading = open_reading()
    began, cpu = time.perf_counter(), time.process_time()
    writing = 0.0

    def note(progress) -> None:
        nonlocal writing
        if progress.step == "writing" and not writing:
            writing = time.perf_counter()

    change = update_index(store, reading=reading, add=[str(folder / name)], on_progress=note)
    ended = time.perf_counter()
    return {
        "passages": change.passages,
        "seconds": ended - began,
        "cpu_seconds": time.process_time() - cpu,
        "writing_seconds": ended - writing,
        "peak_mb": read_peak_mb(),
        "disk_mb": read_status(store).size_bytes / 1e6,
    }


def make_questions(index: PassageIndex, count: int) -> list[str]:
    """Questions about passages all over the corpus: the title, and some words of the last sentence."""
    questions = []
    for number in np.linspace(0, len(index) - 1, count).astype(int).tolist():
        passage = index.get_passage(number)
        words = passage.text.split()[-6:]
        questions.append(f"What has {passage.title} to do with {' '.join(words).strip('.')}?")
    return questions


def measure_opening(folder: Path) -> dict[str, float]:
    store = open_store(folder)
    before, began = read_resident_mb(), time.perf_counter()
    index = store.open()
    seconds = time.perf_counter() - began
    assert index is not None
    opened = read_resident_mb() - before
    walker = Walker(persona=Persona(name="generalist"), strategy=BeliefTraversal)
    library = DocumentLibrary(index, setup=SearchSetup(retriever=LexicalRetriever(), walkers=(walker,)))
    times = []
    for question in make_questions(index, QUESTIONS):
        began = time.process_time()
        library.search(question, k=10)
        times.append(1000 * (time.process_time() - began))
    times = sorted(times[5:])  # the first ones also read what is read once
    return {
        "open_ms": 1000 * seconds,
        "open_mb": opened,
        "query_p50_ms": times[len(times) // 2],
        "query_p95_ms": times[int(len(times) * 0.95)],
        "query_peak_mb": read_peak_mb(),
    }


def run_apart(*arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def measure(folder: Path, passages: int) -> dict[str, float]:
    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus.jsonl"
    if not corpus.exists():
        subprocess.run([sys.executable, HERE / "synthetic.py", corpus, "--passages", str(passages)], check=True)
    (folder / "more.txt").write_text("Ada Brook restored the Tidal Mill.\n", encoding="utf-8")
    whole = run_apart("--update", str(folder), "corpus.jsonl")
    opened = run_apart("--open", str(folder))
    more = run_apart("--update", str(folder), "more.txt")
    return {
        "passages": passages,
        "corpus_mb": corpus.stat().st_size / 1e6,
        "seconds_per_1000": 1000 * whole["seconds"] / passages,
        "cpu_seconds_per_1000": 1000 * whole["cpu_seconds"] / passages,
        "writing_seconds": whole["writing_seconds"],
        "peak_mb": whole["peak_mb"],
        "disk_mb": whole["disk_mb"],
        **opened,
        "increment_seconds": more["seconds"],
        "increment_cpu_seconds": more["cpu_seconds"],
        "increment_peak_mb": more["peak_mb"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--folder", type=Path, help="keeps the corpora; by default they are thrown away")
    parser.add_argument("--json", action="store_true", dest="is_json")
    parser.add_argument("--update", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--open", dest="opened", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.update:
        print(json.dumps(measure_update(Path(arguments.update[0]), arguments.update[1])))
        return
    if arguments.opened:
        print(json.dumps(measure_opening(Path(arguments.opened))))
        return
    with tempfile.TemporaryDirectory() as kept:
        folder = arguments.folder or Path(kept)
        for size in map(int, arguments.sizes.split(",")):
            result = measure(folder / str(size), size)
            line = json.dumps(result) if arguments.is_json else "  ".join(f"{k} {v:,.4g}" for k, v in result.items())
            print(line, flush=True)


if __name__ == "__main__":
    main()
