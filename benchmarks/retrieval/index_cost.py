"""What indexing costs beside bm25s: CPU microseconds a passage, from the file to the index on disk, in turn.

    pip install bm25s PyStemmer
    python benchmarks/retrieval/index_cost.py CORPUS.jsonl [--rounds 3] [--json]

Each system indexes the corpus in a process of its own, one after the other, several times; the least of each counts, so
that what else the machine does falls on both. CPU is of the process and of those that it starts. moe runs as it is, and
on one core alone: the quotient of the times on the clock tells what the second core brings. Whether the two runs of moe
wrote the same bytes is told too.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bm25s
import Stemmer
from scale import open_reading, open_store

from moe.knowledge.index.update.index_update import update_index
from moe.knowledge.loading.setup import ReadingSetup


def index_with_moe(corpus: Path, folder: Path, reading: ReadingSetup) -> int:
    return update_index(open_store(folder), reading=reading, add=[str(corpus)]).passages


def index_with_bm25s(corpus: Path, folder: Path, _reading: ReadingSetup) -> int:
    items = [json.loads(line) for line in corpus.read_text(encoding="utf-8").split("\n") if line]
    texts = [f"{item.get('title') or ''} {item['text']}" for item in items]
    index = bm25s.BM25()
    tokens = bm25s.tokenize(texts, stemmer=Stemmer.Stemmer("english"), show_progress=False)
    index.index(tokens, show_progress=False)
    index.save(folder / "index", corpus=items)
    return len(texts)


SYSTEMS = {"moe": index_with_moe, "moe, one core": index_with_moe, "bm25s": index_with_bm25s}


def measure(name: str, corpus: Path) -> dict[str, float | str]:
    if name == "moe, one core":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    reading = open_reading()  # which plugins there are is found out once, however large a corpus
    with tempfile.TemporaryDirectory() as folder:
        began, before = time.perf_counter(), read_cpu()
        passages = SYSTEMS[name](corpus, Path(folder), reading)
        seconds, cpu = time.perf_counter() - began, read_cpu() - before
        return {"passages": passages, "seconds": seconds, "cpu": cpu, "digest": sum_files(Path(folder))}


def read_cpu() -> float:
    own, started = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def sum_files(folder: Path) -> str:
    """The digest of the arrays of an index; the table of sources says when the file was changed."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*")):
        if path.name in ("arrays.bin", "text.bin"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def run_apart(name: str, corpus: Path) -> dict[str, float | str]:
    command = [sys.executable, __file__, str(corpus), "--only", name]
    return json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", dest="is_json")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(arguments.only, arguments.corpus)))
        return
    rounds = [{name: run_apart(name, arguments.corpus) for name in SYSTEMS} for _ in range(arguments.rounds)]
    least = {name: {key: min(one[name][key] for one in rounds) for key in ("seconds", "cpu")} for name in SYSTEMS}
    for name, figures in least.items():
        line = {
            "system": name,
            "cpu_us_a_passage": round(1e6 * figures["cpu"] / rounds[0][name]["passages"]),
            "seconds": round(figures["seconds"], 2),
            "cpu_beside_bm25s": round(figures["cpu"] / least["bm25s"]["cpu"], 2),
        }
        print(json.dumps(line) if arguments.is_json else "  ".join(f"{key} {value}" for key, value in line.items()))
    digests = {one[name]["digest"] for one in rounds for name in ("moe", "moe, one core")}
    clock = least["moe"]["seconds"] / least["moe, one core"]["seconds"]
    print(f"time on the clock beside one core: {clock:.2f}; same bytes: {len(digests) == 1}")


if __name__ == "__main__":
    main()
