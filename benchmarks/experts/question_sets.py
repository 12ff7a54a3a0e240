"""The sets of questions that experts are measured with: each with its corpus, opened in a project of its own."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from moe.app import App
from moe.contracts.search import SearchNames
from moe.evaluation.corpus import Gold, OpenedCorpus, open_corpus, resolve_gold
from moe.evaluation.questions import GoldQuestion, load_questions


@dataclass(frozen=True)
class QuestionSet:
    """Questions with evidence that is known, and what they are asked of; it lasts until the next set is taken."""

    name: str
    app: App
    corpus: OpenedCorpus
    questions: Sequence[GoldQuestion]
    gold: Gold


def iterate_sets(data: Path, count: int, *, with_everybody: bool = False) -> Iterator[QuestionSet]:
    """Each set below a folder, with so many of its questions, spread over it.

    Args:
        with_everybody: The corpus is walked by every persona there is.
    """
    for path in sorted(data.rglob("corpus.jsonl")):
        folder = path.parent
        with tempfile.TemporaryDirectory() as project:
            app = App.open(Path(project), overrides={"system.record": False}, environ={"XDG_CONFIG_HOME": project})
            everybody = SearchNames(walkers=tuple(app.registry.personas.names())) if with_everybody else None
            corpus = open_corpus(str(path), app, search=everybody)
            questions = [one for one in load_questions(folder / "questions.jsonl") if one.gold]
            questions = questions[:: max(1, len(questions) // count)][:count]
            name = "-".join(folder.relative_to(data).parts)
            yield QuestionSet(name, app, corpus, questions, resolve_gold(questions, corpus, folder))
