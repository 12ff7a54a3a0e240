"""Options that say what kind of work a question is, and what its answer looks like."""

from collections.abc import Callable
from typing import Any

import click

from moe.contracts.depth import Depth
from moe.contracts.misfits import name_near
from moe.contracts.task_kinds import AnswerForm, TaskSource, TaskType


def _read_sources(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Sources, parted by commas."""
    given = [word.strip().lower() for word in (text or "").split(",") if word.strip()]
    known = [str(source) for source in TaskSource]
    wrong = [word for word in given if word not in known]
    if wrong or (text is not None and not given):
        told = f"{wrong[0]!r} is no source" if wrong else "no source is named"
        raise click.BadParameter(f"{told}{name_near(wrong[0] if wrong else '', known)}")
    return tuple(dict.fromkeys(given))


_OPTIONS = {
    "task_type": click.option(
        "--type",
        "task_type",
        type=click.Choice([str(kind) for kind in TaskType]),
        help="Who works on it: Camina alone, the research Belter, analysis or property, document or knowledge.",
    ),
    "depth": click.option(
        "--depth",
        type=click.Choice([str(depth) for depth in Depth]),
        help="How thoroughly: evidence, tasks, experts, time and what models may spend.",
    ),
    "include": click.option(
        "--include",
        metavar="SOURCE,...",
        callback=_read_sources,
        help="What may be used: academic, news, analysis, documents; by default all.",
    ),
    "format": click.option(
        "--format",
        type=click.Choice([str(form) for form in AnswerForm]),
        default=str(AnswerForm.PROSE),
        show_default=True,
        help="The answer as paragraphs, or as a list.",
    ),
}


def task_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --type, --depth, --include and --format, handed over as one argument `task`: fields of a `RunRequest`."""

    def call(*args: Any, **kwargs: Any) -> Any:
        task = {name: kwargs.pop(name) for name in _OPTIONS}
        return function(*args, task=task, **kwargs)

    call.__doc__ = function.__doc__
    call.__name__ = function.__name__
    call.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]  # click's own
    for option in reversed(_OPTIONS.values()):
        call = option(call)
    return call
