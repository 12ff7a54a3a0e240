"""Which state a plugin is in that brings nothing, by what is wrong with it."""

from collections.abc import Iterable

from moe_core.contracts.plugin import PluginState, Problem

_FAILURES = {"import", "exit", "hook", "hang", "ended", "crash"}


def find_bad_state(problems: Iterable[Problem]) -> PluginState:
    """Incompatible before failed before invalid."""
    reasons = {problem.reason for problem in problems}
    if "api_version" in reasons:
        return "incompatible"
    return "failed" if reasons & _FAILURES else "invalid"
