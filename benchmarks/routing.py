"""How often the router finds the right route: accuracy, recall by route, what is taken for what, and confidence.

A line of the file is {"request": ..., "route": ..., "hard": true or false}.

    python benchmarks/routing.py [tests/core/routing/requests_dev.jsonl] [--errors]
    python benchmarks/routing.py --learn    after a change of the bundled examples or vocabularies
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from moe.configuration import Config
from moe_core.loading.locations import find_bundled_root
from moe_core.loading.modelfile.load import load_agent
from moe_core.routing.candidates import build_profiles
from moe_core.routing.learning import learn_lessons, write_lessons
from moe_core.routing.lessons import SHIPPED
from moe_core.routing.router import SmartRouter
from moe_core.testing.registries import memory_registry

DEV_SET = Path(__file__).parents[1] / "tests" / "core" / "routing" / "requests_dev.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DEV_SET)
    parser.add_argument("--errors", action="store_true", help="list what went wrong, with the router's reasons")
    parser.add_argument(
        "--learn", action="store_true", help=f"learn from the bundled examples and write {SHIPPED.name}"
    )
    options = parser.parse_args()
    agents = [load_agent(path) for path in sorted((find_bundled_root() / "modelfiles").rglob("*.moe"))]
    registry = memory_registry(agents=agents)
    if options.learn:
        write_lessons(learn_lessons(build_profiles(registry)), SHIPPED)
    rows = [json.loads(line) for line in options.file.read_text("utf-8").splitlines()]
    router = SmartRouter(registry, Config())
    before = time.perf_counter()
    router.route("warm up")
    learned = time.perf_counter()
    routes = [router.route(row["request"]) for row in rows]
    done = time.perf_counter()
    report([(row["route"], route.route, row["hard"]) for row, route in zip(rows, routes, strict=True)])
    tell_confidence(
        [(max(route.scores.values()), row["route"] == route.route) for row, route in zip(rows, routes, strict=True)]
    )
    print(
        f"\nlearned in {1000 * (learned - before):.0f} ms, then {1000 * (done - learned) / len(rows):.2f} ms a request"
    )
    if options.errors:
        for row, route in zip(rows, routes, strict=True):
            if row["route"] != route.route:
                print(f"\n{row['route']} -> {route.route}: {row['request']}\n    {route.why}")


def report(results: list[tuple[str, str, bool]]) -> None:
    """Print accuracy, recall and the confusion table of (expected, chosen, hard)."""
    for title, chosen in (
        ("all", results),
        ("hard", [result for result in results if result[2]]),
        ("others", [result for result in results if not result[2]]),
    ):
        right = sum(expected == found for expected, found, _ in chosen)
        print(f"{title:8} {right:3} of {len(chosen):3}  {right / max(len(chosen), 1):.1%}")
    names = sorted({name for expected, found, _ in results for name in (expected, found)})
    counts = Counter((expected, found) for expected, found, _ in results)
    print(f"\n{'expected':12} recall  " + " ".join(f"{name[:9]:>9}" for name in names))
    for expected in names:
        row = [counts[expected, found] for found in names]
        print(f"{expected:12} {counts[expected, expected] / max(sum(row), 1):6.1%}  " + " ".join(f"{n:9}" for n in row))


def tell_confidence(results: list[tuple[float, bool]]) -> None:
    """Print for each tenth of confidence how often the route was right, and how far the two lie apart on average."""
    print("\nconfidence   requests  mean  right")
    apart = 0.0
    for tenth in range(10):
        found = [result for result in results if min(int(10 * result[0]), 9) == tenth]
        if found:
            mean = sum(share for share, _ in found) / len(found)
            right = sum(is_right for _, is_right in found) / len(found)
            apart += len(found) / len(results) * abs(mean - right)
            print(f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}  {len(found):8}  {mean:5.1%} {right:6.1%}")
    print(f"expected calibration error {apart:.3f}")


if __name__ == "__main__":
    main()
