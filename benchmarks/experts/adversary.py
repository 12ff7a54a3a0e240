"""What a persona that prefers irrelevant passages does to the runs of a workspace, and when it is pruned.

    python benchmarks/experts/adversary.py DATA_FOLDER/SET [--questions 100] [--skip 0] [--as-proven]

Asks the questions one after the other as runs do: experts are chosen and judged, scores are kept and move personas.
Prints recall@5 and recall@10 with and without the adversary among the bundled personas, and after how many questions,
and how many in which it took part, it was pruned. --as-proven lets it begin as active, so that doubt wakes it sooner.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from msgspec.structs import replace

from moe.app import App
from moe.evaluation.corpus import Gold, OpenedCorpus, open_corpus, resolve_gold
from moe.evaluation.questions import GoldQuestion, load_questions
from moe.experts.cycle import ExpertCycle
from moe.experts.ledger import list_scores
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import GuidedWalkers, Walker
from moe_core import Node, Persona, Tier, TraversalStrategy
from moe_core.contracts.persona_payloads import ExpertScored
from moe_core.contracts.wire import from_wire, to_wire
from moe_kit.graphs.attributes import find_score

NAME = "adversary"


class WorstFirst(TraversalStrategy):
    """Rates a passage the higher the less it has to do with the question."""

    name = "worst-first"
    summary = "prefers what is irrelevant"

    def begin(self, question, graph):
        return WorstFirst()

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        return 1 / (1 + max(0.0, 50 + find_score(node)))

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        return []


@dataclass(frozen=True)
class FreshGuide:
    """Consults with what is known now, as each run of its own does."""

    app: App

    words_shift = 0.0

    def may_rest(self, question, wish):
        return self.open_cycle().may_rest(question, wish)

    def consult(self, question, walk, wish):
        return self.open_cycle().consult(question, walk, wish)

    def open_cycle(self) -> ExpertCycle:
        return ExpertCycle(
            personas=self.app.personas.store.join(),
            scorers=self.app.registry.scorers,
            settings=self.app.config.experts,
            load=self.app.persona_ledger.load,
        )


def ask(
    questions: Sequence[GoldQuestion], library: DocumentLibrary, gold: Gold, app: App
) -> tuple[dict[int, float], int, int]:
    recalls: dict[int, list[float]] = {5: [], 10: []}
    took_part, pruned_after = 0, 0
    for number, question in enumerate(questions, 1):
        exploration = library.explore(question.question, k=10)
        for depth, values in recalls.items():
            values.append(100 * gold.measure_recall(question, (hit.passage for hit in exploration.hits[:depth])))
        scores = () if exploration.consultation is None else exploration.consultation.scores
        took_part += not pruned_after and any(one.persona == NAME for one in scores)
        events = [from_wire(ExpertScored, {"query": question.question, **to_wire(one)}) for one in scores]
        moves = app.persona_ledger.learn(list_scores(events), is_feedback=False)
        if any((move.persona, move.after) == (NAME, "pruned") for move in moves):
            pruned_after = number
    return {depth: mean(values) for depth, values in recalls.items()}, pruned_after, took_part


def measure(corpus: OpenedCorpus, questions: Sequence[GoldQuestion], gold: Gold, tier: Tier | None) -> str:
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), environ={"XDG_CONFIG_HOME": project, "MOE_TRUST": "/"})
        if tier is not None:
            adversary = Persona(name=NAME, tier=tier, activation_cost=0.1, traversal=WorstFirst.name)
            app.personas.store.add([adversary], reason="for the benchmark")
        find = corpus.setup.guided.find_walker

        def find_walker(name: str) -> Walker:
            return Walker(persona=Persona(name=NAME), strategy=WorstFirst) if name == NAME else find(name)

        setup = replace(corpus.setup, guided=GuidedWalkers(guide=FreshGuide(app), find_walker=find_walker))
        library = DocumentLibrary(corpus.library.index, setup=setup)
        recalls, pruned_after, took_part = ask(questions, library, gold, app)
        moved = [one.data.describe() for one in app.personas.store.read_history() if one.data.action == "moved"]
    told = ", ".join(f"recall@{depth} {value:.1f}" for depth, value in recalls.items())
    end = f"; took part in {took_part}, " + (f"pruned after question {pruned_after}" if pruned_after else "not pruned")
    return f"{told}{end}; moves: {moved}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--skip", type=int, default=0, help="questions that are left out before these")
    parser.add_argument("--as-proven", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), overrides={"system.record": False}, environ={"XDG_CONFIG_HOME": project})
        corpus = open_corpus(str(given.set / "corpus.jsonl"), app)
        questions = [one for one in load_questions(given.set / "questions.jsonl") if one.gold]
        questions = questions[given.skip :][: given.questions]
        gold = resolve_gold(questions, corpus, given.set)
        print("without it:", measure(corpus, questions, gold, None), flush=True)
        tier = Tier.ACTIVE if given.as_proven else Tier.EXPERIMENTAL
        print("with it:", measure(corpus, questions, gold, tier), flush=True)


if __name__ == "__main__":
    main()
