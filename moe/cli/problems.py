"""What was left out of the registry: one line a culprit, on standard error."""

from collections.abc import Iterable

from moe.cli.outcome import tell
from moe_core.contracts.plugin import Problem
from moe_core.text.lines import join_line


def tell_problems(problems: Iterable[Problem]) -> None:
    """Name every plugin, modelfile and config entry that is not right, with its remedy."""
    for problem in problems:
        tell(describe_problem(problem))


def tell_misnamed(problems: Iterable[Problem]) -> None:
    """Name what the configuration says of agents and tools that are not there: else it is silently heeded by nobody."""
    tell_problems(problem for problem in problems if problem.reason == "name_unknown")


def describe_problem(problem: Problem) -> str:
    """The culprit, what is wrong, and the remedy, in one line."""
    text = f"problem: {problem.plugin}: {join_line(problem.message)}"
    return f"{text} -> {join_line(problem.hint)}" if problem.hint else text
