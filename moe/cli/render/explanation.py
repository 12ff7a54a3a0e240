"""Why an answer cites what it cites, for reading."""

from collections.abc import Mapping, Sequence

from moe.cli.render.paths import describe_walk, show_path
from moe.cli.render.screen import Screen, Toned
from moe.cli.render.text import quote_line
from moe.contracts.experts import ExpertChoice
from moe.contracts.explanation import CitedPassage, FindingSearch
from moe_core.text.amounts import count

_SHARES = {"mean": "expected of use in", "at_least": "at least", "chance": "chance"}


def show_explanation(screen: Screen, passages: Sequence[CitedPassage]) -> None:
    """Print, for each cited passage, the search that found it best and each persona's path to it."""
    screen.line()
    screen.line(Toned("Why these sources", "strong"))
    if not passages:
        screen.line(Toned("nothing is cited", "dim"), indent=2)
    told: set[str] = set()  # what was said of a search, once for all passages that it found
    for passage in passages:
        marks = "".join(f"[{number}]" for number in passage.citations)
        screen.line(Toned(f"{marks} ", "name"), quote_line(passage.passage_id))
        if not passage.searches:
            screen.line(Toned("a tool gave it without searching the documents", "dim"), indent=4)
            continue
        _show_search(screen, passage.searches[0], told)
        more = len(passage.searches) - 1
        if more:
            screen.line(Toned(f"{count(more, 'other search', 'other searches')} found it too", "dim"), indent=4)


def _show_search(screen: Screen, search: FindingSearch, told: set[str]) -> None:
    who = " with ".join(filter(None, (search.agent, search.tool)))
    seeds = "" if search.verdict is not None else f", {count(search.seeds, 'seed')}"
    place = f"place {search.rank} of {search.found}{seeds}"
    screen.line(f"searched for “{quote_line(search.query)}”", Toned(f" ({who}; {place})", "dim"), indent=4)
    for choice in search.experts:
        if (said := _describe_choice(choice)) not in told:
            told.add(said)
            _show_choice(screen, choice)
    for walk in search.walks:
        label = Toned(f"{walk.persona} by {walk.traversal}", "strong")
        if not walk.paths:
            screen.line(label, Toned(": did not come to it", "dim"), indent=4)
            continue
        path = walk.paths[0]
        words = f": place {path.rank}, rating {path.rating:.2f}; {describe_walk(walk)}"
        screen.line(label, Toned(words, "dim"), indent=4)
        show_path(screen, path, query=search.query, indent=6)
    if search.verdict is not None:
        numbers = _tell_numbers(search.verdict.numbers)
        screen.line("search by words: nobody walked, as ", search.verdict.reason, Toned(numbers, "dim"), indent=4)
    elif not search.walks:
        screen.line(Toned("the retriever's own ranking: nobody walked", "dim"), indent=4)


def _describe_choice(choice: ExpertChoice) -> str:
    return f"{choice.persona} {choice.reason} {choice.failure}"


def _show_choice(screen: Screen, choice: ExpertChoice) -> None:
    numbers = _tell_numbers(choice.numbers)
    failed = f"; it failed: {quote_line(choice.failure)}" if choice.failure else ""
    screen.line(
        "woke ", Toned(choice.persona, "strong"), f", as {choice.reason}", Toned(numbers, "dim"), failed, indent=4
    )


def _tell_numbers(numbers: Mapping[str, float]) -> str:
    told = [_tell_number(name, value) for name, value in numbers.items()]
    return f" ({', '.join(told)})" if told else ""


def _tell_number(name: str, value: float) -> str:
    """A figure that was weighed, in words where it has some."""
    if name == "observations":
        return f"{count(round(value), 'answer')} rated so far"
    if name in _SHARES:
        return f"{_SHARES[name]} {100 * value:.0f} %"
    return f"{name.replace('_', ' ')} {value:.3g}"
