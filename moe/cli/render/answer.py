"""An answer for reading: the text with its marks, the sources with their words, one line on the run."""

from moe.cli.render.places import find_place
from moe.cli.render.screen import Screen, Toned, Words
from moe.cli.render.text import quote_line
from moe.contracts.result import Citation, RunResult
from moe_core.contracts.chain import Chain
from moe_core.text.amounts import format_seconds
from moe_core.text.lines import join_line

NEAREST = "Nearest to the question, though not surely an answer"


def show_answer(screen: Screen, result: RunResult) -> None:
    """Print the answer, its sources and how it came about."""
    if result.asked_as:
        screen.line(Toned(f"asked as: {join_line(result.asked_as)}", "dim"))
        screen.line()
    if result.short_answer:
        screen.line(Toned(join_line(result.short_answer), "strong"))
        screen.line()
    screen.prose(result.answer)
    if result.citations:
        screen.line()
        screen.line(Toned("Sources", "strong"))
        for number, citation in enumerate(result.citations, start=1):
            _show_source(screen, f"[{number}]", citation)
    if result.nearest:
        screen.line()
        screen.line(Toned(NEAREST, "strong"))
        for citation in result.nearest:
            _show_source(screen, "-", citation)
    screen.line()
    screen.line(Toned(describe_run(result), "dim"))


def show_notes(screen: Screen, result: RunResult) -> None:
    """Print all that the Observer noted."""
    screen.line()
    screen.line(Toned("Observer", "strong"))
    for note in result.observer.notes:
        tone: Words = Toned("warning  ", "warn") if note["severity"] == "warning" else Toned("info     ", "dim")
        screen.line(tone, join_line(note["text"]), indent=2)
    if not result.observer.notes:
        screen.line(Toned("nothing to remark", "dim"), indent=2)


def describe_run(result: RunResult) -> str:
    """One line: who answered, how long it took, and the run's id."""
    parts = []
    if result.route is not None:
        parts.append(f"route {result.route.route}")
    if result.chain is not None:
        parts.append(describe_servers(result.chain, result.models.answered_by))
    if "total" in result.timings:
        parts.append(format_seconds(result.timings["total"]))
    parts.append(f"run {result.run_id}")
    return ", ".join(parts)


def describe_servers(chain: Chain, answered_by: str = "") -> str:
    """Who served the agent that answers, and with which model where it is not the modelfile's; who stood in for it."""
    served = chain.top().served
    if answered_by and answered_by != served.provider:
        return f"by {answered_by} in place of {served.provider}"
    instead = f" with {served.model} instead of {served.instead_of}" if served.instead_of else ""
    return f"by {served.provider}{instead}"


def _show_source(screen: Screen, mark: str, citation: Citation) -> None:
    where = f"{find_place(citation)}, characters {citation.start}-{citation.end}"
    screen.line(Toned(f"{mark} ", "name"), quote_line(citation.document), Toned(where, "dim"))
    screen.line(f"“{quote_line(citation.text)}”", indent=4)
