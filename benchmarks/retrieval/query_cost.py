"""What a question costs beside search engines, in one process: CPU milliseconds, asked in turn.

    pip install bm25s PyStemmer tantivy
    python benchmarks/retrieval/query_cost.py CORPUS.jsonl [QUESTIONS.jsonl] [--questions 200] [--words N] [--json]

Every question is asked of each system before the next question, so that what else the machine does falls on all of
them. moe walks as it does by default, and again without walking; bm25s and tantivy find ten passages by words. With
--words, passages are joined to documents of about so many words, each one passage. Without questions some are made up,
of how a line in the middle of a document begins and ends. The first questions are not counted.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bm25s
import Stemmer
import tantivy

from moe.knowledge.library import DocumentLibrary, make_library
from moe.knowledge.search import SearchSetup, Walker
from moe_core.contracts.evidence import Document
from moe_core.contracts.persona import Persona
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

WARM = 5  # questions that are not counted
Search = Callable[[str], object]


def read_documents(corpus: Path, words: int) -> Iterator[Document]:
    texts: list[str] = []
    for number, line in enumerate(corpus.read_text(encoding="utf-8").split("\n")):
        if not line:
            continue
        item = json.loads(line)
        title, text = item.get("title") or "", item["text"]
        if words:
            texts.append(f"{title}. {text}" if title else text)
            if sum(len(part.split()) for part in texts) < words:
                continue
            title, text = "", "\n".join(texts)
            texts = []
        yield Document(document_id=str(number), title=title, text=text, source=str(corpus), is_atomic=True)


def make_questions(documents: list[Document], count: int) -> list[str]:
    """Questions about documents all over the corpus."""
    questions = []
    for place in range(count):
        lines = documents[place * len(documents) // count].text.split("\n")
        line = lines[len(lines) // 2]
        questions.append(f"What has {line.split('.')[0]} to do with {' '.join(line.split()[-7:]).strip('.')}?")
    return questions


def open_moe(documents: list[Document]) -> tuple[Search, Search]:
    walker = Walker(persona=Persona(name="generalist"), strategy=BeliefTraversal)
    walking = make_library(documents, setup=SearchSetup(retriever=LexicalRetriever(), walkers=(walker,)))
    plain = DocumentLibrary(walking.index, setup=SearchSetup(retriever=LexicalRetriever()))
    return lambda question: walking.search(question, k=10), lambda question: plain.search(question, k=10)


def open_bm25s(documents: list[Document]) -> Search:
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    texts = [f"{document.title} {document.text}" for document in documents]
    index.index(bm25s.tokenize(texts, stemmer=stemmer, show_progress=False), show_progress=False)

    def search(question: str) -> object:
        return index.retrieve(bm25s.tokenize(question, stemmer=stemmer, show_progress=False), k=10, show_progress=False)

    return search


def open_tantivy(documents: list[Document]) -> Search:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(schema.build())
    writer = index.writer(50_000_000, 1)
    for document in documents:
        writer.add_document(tantivy.Document(text=f"{document.title} {document.text}"))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(question: str) -> object:
        words = "".join(letter if letter.isalnum() else " " for letter in question)
        return searcher.search(index.parse_query(words.lower(), ["text"]), 10)

    return search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions_file", type=Path, nargs="?")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--json", action="store_true", dest="is_json")
    arguments = parser.parse_args()
    documents = list(read_documents(arguments.corpus, arguments.words))
    if arguments.questions_file is None:
        questions = make_questions(documents, arguments.questions)
    else:
        lines = arguments.questions_file.read_text(encoding="utf-8").split("\n")
        questions = [json.loads(line)["question"] for line in lines[: arguments.questions] if line]
    walking, plain = open_moe(documents)
    systems = {
        "moe": walking,
        "moe --no-walk": plain,
        "bm25s": open_bm25s(documents),
        "tantivy": open_tantivy(documents),
    }
    times: dict[str, list[float]] = {name: [] for name in systems}
    for question in questions:
        for name, search in systems.items():
            began = time.process_time()
            search(question)
            times[name].append(1000 * (time.process_time() - began))
    for name, spent in times.items():
        ordered = sorted(spent[WARM:])
        figures = {"p50_ms": ordered[len(ordered) // 2], "p95_ms": ordered[int(len(ordered) * 0.95)]}
        line = {"system": name, "passages": len(documents), "questions": len(ordered), **figures}
        print(
            json.dumps(line)
            if arguments.is_json
            else "  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items())
        )


if __name__ == "__main__":
    main()
