"""Showing a route."""

from moe.cli.render.screen import Screen, Table, Toned
from moe_core.contracts.route import Route


def show_route(screen: Screen, route: Route) -> None:
    """Who would answer, why, and how near the others come."""
    screen.line(Toned(route.route, "strong"))
    screen.line(route.why)
    if route.scores:
        screen.line()
        rows = [
            (name, f"{score:.2f}", "chosen" if name in (*route.belters, route.route) else "")
            for name, score in route.scores.items()
        ]
        screen.table(Table(columns=("belter", "score", ""), rows=rows))


def list_fields(route: Route) -> dict[str, object]:
    """What is told of it as JSON."""
    return {"route": route.route, "scores": route.scores, "why": route.why, "runner_up": route.runner_up}
