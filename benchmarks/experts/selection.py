"""What choosing among a thousand personas costs, in CPU.

python benchmarks/experts/selection.py [--personas 1000] [--questions 200]
"""

import argparse
import random
import time

from moe.contracts.personas import PersonaScore
from moe.experts.selection import choose_personas, make_bench
from moe.experts.track_records import build_records
from moe_core import Persona, Tier, Traits
from moe_core.contracts.persona import MAIN_TRAITS

WORDS = "law rents tables dates people history prices ferries mills towers keys floods wheels lamps".split()
KINDS = ("when", "count", "money", "name", "other")
QUESTIONS = ("When was the {} restored?", "What does the {} cost?", "How many {} are there?", "Who built the {}?")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--personas", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    rng = random.Random(1)
    personas = [
        Persona(
            name=f"p{at}",
            traits=Traits(**{name: rng.randint(1, 9) for name in MAIN_TRAITS}),
            expertise=tuple(rng.sample(WORDS, 3)),
            activation_cost=rng.choice([0.1, 0.2, 0.3, 0.4]),
            traversal=rng.choice(["belief", "beam", "lens", "order"]),
            tier=rng.choice([Tier.ACTIVE, Tier.STABLE, Tier.EXPERIMENTAL]),
        )
        for at in range(given.personas)
    ]
    scores = (
        PersonaScore(persona=one.name, score=rng.random(), kind=rng.choice(KINDS))
        for one in personas
        for _ in range(20)
    )
    records, bench = build_records(scores), make_bench(personas)
    costs = []
    for at in range(given.questions):
        question = rng.choice(QUESTIONS).format(rng.choice(WORDS))
        started = time.process_time()
        choose_personas(question, bench, records, budget=1.0, most=3, seed=at)
        costs.append(time.process_time() - started)
    costs.sort()
    p50, p95 = (costs[int(share * (len(costs) - 1))] * 1000 for share in (0.5, 0.95))
    print(f"{given.personas} personas, {given.questions} questions: p50 {p50:.2f} ms, p95 {p95:.2f} ms of CPU a choice")


if __name__ == "__main__":
    main()
