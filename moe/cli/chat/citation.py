"""A citation, opened: its words among those around them."""

from moe.cli.render.places import find_place
from moe.cli.render.screen import Screen, Toned
from moe.cli.render.text import quote_line
from moe.contracts.result import Citation

_AROUND = 400  # characters on each side: a paragraph or two


def show_citation(screen: Screen, number: int, citation: Citation, text: str) -> None:
    """Print where a citation stands and what stands around it.

    Args:
        screen: Where.
        number: The mark in the answer.
        citation: What it points to.
        text: That of the whole document; "" where it is not at hand.
    """
    place = find_place(citation)
    screen.line(Toned(f"[{number}] ", "name"), quote_line(citation.document), Toned(place, "dim"))
    before, after = _find_surroundings(citation, text)
    screen.line(Toned(before, "dim"), Toned(quote_line(citation.text), "strong"), Toned(after, "dim"))


def _find_surroundings(citation: Citation, text: str) -> tuple[str, str]:
    """What stands before and behind, from a word's begin to a word's end; "" where that is not known."""
    if text[citation.start : citation.end] != citation.text:
        return "", ""
    before = text[max(0, citation.start - _AROUND) : citation.start]
    after = text[citation.end : citation.end + _AROUND]
    if citation.start > _AROUND:
        before = f"… {before.partition(' ')[2]}"
    if citation.end + _AROUND < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    return before.lstrip("\n"), after.rstrip("\n")
