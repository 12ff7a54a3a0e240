"""The graph of a question for reading: terms, seeds, each persona's walk, the ranking."""

from moe.cli.render.paths import describe_walk, show_path
from moe.cli.render.screen import Screen, Table, Toned
from moe.cli.render.text import quote_line
from moe.contracts.snapshot import Seed, Snapshot
from moe.contracts.walks import WalkReport
from moe_core.text.amounts import count, format_seconds
from moe_core.text.lines import join_line

_MOST_SEEDS = 10


def show_graph(screen: Screen, snapshot: Snapshot) -> None:
    """Print all of a snapshot but its nodes and edges, which are counted."""
    screen.line(Toned(join_line(snapshot.question), "strong"))
    terms = ", ".join(f"{term} {weight:.2f}" for term, weight in snapshot.terms.items())
    screen.line(Toned("terms: ", "dim"), terms or "none")
    kinds = [str(node["kind"]) for node in snapshot.nodes]
    counted = ", ".join(
        count(kinds.count(kind), noun, plural)
        for kind, noun, plural in (
            ("passage", "passage", ""),
            ("entity", "entity", "entities"),
            ("sentence", "sentence", ""),
        )
    )
    cut = ", cut at its limits" if snapshot.is_cut else ""
    cut += "" if snapshot.is_whole else ", only what was walked to the passages found"
    took = format_seconds(snapshot.seconds)
    screen.line(Toned("graph: ", "dim"), f"{counted}, {count(len(snapshot.edges), 'edge')}{cut}; {took}")
    _show_seeds(screen, snapshot)
    for walk in snapshot.walks:
        _show_walk(screen, walk, snapshot.question)
    _show_ranking(screen, snapshot)


def _show_seeds(screen: Screen, snapshot: Snapshot) -> None:
    screen.line()
    screen.line(Toned(count(len(snapshot.seeds), "seed"), "strong"))
    rows = [(seed.passage_id, seed.title, _describe_why(seed)) for seed in snapshot.seeds[:_MOST_SEEDS]]
    if rows:
        screen.table(Table(columns=("passage", "title", "why"), rows=rows))
    if len(snapshot.seeds) > _MOST_SEEDS:
        screen.line(Toned(f"and {len(snapshot.seeds) - _MOST_SEEDS} more", "dim"))


def _describe_why(seed: Seed) -> str:
    parts = []
    for kind, edge in seed.why.items():
        via = f" “{quote_line(edge['via'])}”" if edge["via"] else ""
        parts.append(f"{kind}{via} {edge['weight']:.2f}")
    return ", ".join(parts)


def _show_walk(screen: Screen, walk: WalkReport, question: str) -> None:
    screen.line()
    screen.line(Toned(f"{walk.persona} by {walk.traversal}", "strong"), Toned(f"  {describe_walk(walk)}", "dim"))
    for path in walk.paths:
        screen.line(
            f"place {path.rank}, rating {path.rating:.2f}: ", Toned(quote_line(path.passage_id), "name"), indent=2
        )
        show_path(screen, path, query=question, indent=4)


def _show_ranking(screen: Screen, snapshot: Snapshot) -> None:
    screen.line()
    screen.line(Toned("ranking", "strong"))
    rows = [(f"{item.rank}", item.passage_id, item.title, f"{item.score:.2f}") for item in snapshot.ranking]
    if rows:
        screen.table(Table(columns=("place", "passage", "title", "score"), rows=rows))
    else:
        screen.line(Toned("nothing was found", "dim"))
