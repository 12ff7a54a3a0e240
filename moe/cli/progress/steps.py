"""Work that goes step by step, told on standard error: a moving line on a terminal, lines or nothing elsewhere."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Literal, ParamSpec, TypeAlias, cast

from moe.cli.outcome import tell
from moe.cli.render.screens import is_live
from moe.contracts.index import IndexProgress
from moe_core.contracts.download import PullProgress
from moe_core.text.amounts import count, format_bytes
from moe_core.text.lines import join_line

P = ParamSpec("P")

Measure: TypeAlias = Literal["count", "share", "bytes"]
"""What a terminal shows beside the bar: how many of how many; nothing; how many bytes, how fast."""

_INDEX_STEPS = {
    "looking": "looking for changes",
    "reading": "indexing",
    "writing": "writing the index",
    "preparing": "preparing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressStep:
    """Where the work is.

    Attributes:
        label: What is done now.
        done: How much of it.
        total: Of how much; 0 when that is not known.
        part: Which part of it, when several have the same label.
        note: Words beside the bar.
        name: The file at hand; a terminal cuts it to its width.
    """

    label: str
    done: int = 0
    total: int = 0
    part: str = ""
    note: str = ""
    name: str = ""


StepListener: TypeAlias = Callable[[ProgressStep], None]


def open_steps(
    first: str, measure: Measure, *, is_coloured: bool, has_lines: bool = False
) -> AbstractContextManager[StepListener]:
    """Whom to tell of each step, while the context lasts.

    Args:
        first: The label until the first step.
        measure: What is shown of a step.
        is_coloured: Whether a terminal may be given colours.
        has_lines: Where there is no terminal, each new step is a line of its own, rather than nothing.
    """
    if not is_live(sys.stderr):
        return nullcontext(_Lines() if has_lines else _ignore)
    # By name: rich is not imported for a pipe.
    view = resolve_name("moe.cli.render.steps:StepView")(sys.stderr, first, measure, is_coloured=is_coloured)
    return cast(AbstractContextManager[StepListener], view)


def make_listener(show: StepListener, describe: Callable[P, ProgressStep]) -> Callable[P, None]:
    """A listener for what `describe` turns into steps."""

    def listen(*args: P.args, **kwargs: P.kwargs) -> None:
        show(describe(*args, **kwargs))

    return listen


def describe_reading(done: int, total: int, name: str) -> ProgressStep:
    """Documents that are read, and then made searchable."""
    return ProgressStep(label="indexing" if done == total else "reading documents", done=done, total=total, name=name)


def describe_asking(done: int, total: int) -> ProgressStep:
    """Questions that are asked."""
    return ProgressStep(label="asking questions", done=done, total=total)


def describe_indexing(progress: IndexProgress) -> ProgressStep:
    """An update of the index."""
    return ProgressStep(
        label=_INDEX_STEPS[progress.step],
        done=progress.done_bytes,
        total=progress.total_bytes,
        note=count(progress.passages, "passage") if progress.passages else "",
        name=progress.name,
    )


def describe_pull(progress: PullProgress) -> ProgressStep:
    """A model's download."""
    return ProgressStep(label=progress.status, done=progress.completed, total=progress.total, part=progress.digest)


def _ignore(_step: ProgressStep) -> None:
    """Nobody looks."""


class _Lines:
    """Writes each new step on a line of its own; how far it is within the step is not told."""

    def __init__(self) -> None:
        self._last = ("", "")

    def __call__(self, step: ProgressStep) -> None:
        if (step.label, step.part) != self._last:
            self._last = (step.label, step.part)
            tell(join_line(step.label) + (f", {format_bytes(step.total)}" if step.total else ""))
