"""How personas came to passages, for reading: each walk in one line, each path edge by edge."""

from collections.abc import Mapping
from pkgutil import resolve_name

from moe.cli.render.screen import Screen, Toned
from moe.cli.render.text import quote_line
from moe.contracts.walks import Path, PathStep, WalkReport
from moe_core.text.amounts import count


def describe_walk(walk: WalkReport) -> str:
    """What a walk looked at, in one line."""
    seen = f"{walk.visited} of {count(walk.reached, 'passage')} visited"
    return f"{count(walk.rounds, 'round')}, {seen}, {count(walk.hops, 'hop')} at most"


def show_path(screen: Screen, path: Path, *, query: str, indent: int) -> None:
    """A path, an edge a line; what a passage has of the query stands there in the query's words."""
    words = _read_words(query) if any(step.covers for step in path.steps) else {}
    for hop, step in enumerate(path.steps, start=1):
        what = f"{step.passage_id} {step.title}".rstrip()
        screen.line(
            Toned(f"{hop}. ", "dim"),
            describe_edge(step),
            " -> ",
            Toned(quote_line(what), "name"),
            Toned(_describe_cover(step, words), "dim"),
            indent=indent,
        )


def describe_edge(step: PathStep) -> str:
    """Why a walk came to a passage."""
    via = f"“{quote_line(step.via)}”"
    match step.kind:
        case "found":
            return f"search finds it ({step.weight:.2f})"
        case "named":
            return f"the question names it: {via} ({step.weight:.2f})"
        case "contains":
            return f"it holds {via} of the question ({step.weight:.2f})"
        case "mentions":
            return f"its name {via} stands there ({step.weight:.2f}, strength {step.strength:.1f})"
        case "shares":
            return f"both write {via} ({step.weight:.2f}, strength {step.strength:.1f})"
        case _:
            return f"{step.kind} {via} ({step.weight:.2f}, strength {step.strength:.1f})"


def _describe_cover(step: PathStep, words: Mapping[str, str]) -> str:
    return f", has {', '.join(words.get(term, term) for term in step.covers)}" if step.covers else ""


def _read_words(query: str) -> dict[str, str]:
    """A query's words by their stems."""
    stem, iterate_tokens = (resolve_name(f"moe_core.text.tokens:{name}") for name in ("stem", "iterate_tokens"))
    return {stem(token.folded): token.text for token in iterate_tokens(query)}
