"""Options that several commands share."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pkgutil import resolve_name
from typing import Any, TypeVar

import click

from moe.cli.globals import Globals
from moe.contracts.budget import SECONDS_MAX
from moe_core.contracts.mode import Mode

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """What every command that asks a question takes.

    Attributes:
        docs: Files, folders and globs.
        collection: Documents that are kept under this name, in place of `docs`.
        mode: What models are asked for; None for what they were measured to be able to do.
        deadline: Seconds.
        is_strict: Exit 3 when the run is degraded.
        is_json: Print the result as JSON.
        is_quiet: Print nothing but the answer and errors.
        personas: Who walks, parted by commas; None leaves it to the choice.
        experts: So many are woken for each search.
        is_explained: Show how the cited passages were found.
        budget: What models may spend, as typed.
        is_streamed: Show the answer while it is written, where a terminal can.
        has_web: Tools may reach the network although documents are given.
    """

    docs: tuple[str, ...] = ()
    collection: str | None = None
    provider: str | None = None
    model: str | None = None
    mode: str | None = None
    deadline: float | None = None
    is_strict: bool = False
    is_json: bool = False
    is_quiet: bool = False
    personas: str | None = None
    experts: int | None = None
    is_explained: bool = False
    budget: str | None = None
    is_streamed: bool = True
    has_web: bool = False


def read_seconds(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """Read a number of seconds above 0, a week's at most."""
    try:
        seconds = None if text is None else float(text)
    except ValueError:
        seconds = math.nan
    if seconds is not None and not 0 < seconds <= SECONDS_MAX:
        raise click.BadParameter(f"{text!r} is no number of seconds from above 0 to {SECONDS_MAX:,.0f}")
    return seconds


def complete_files(*_: object) -> list[Any]:
    """Completes names of files and folders."""
    return [resolve_name("click.shell_completion:CompletionItem")("", type="file")]


json_option = click.option("--json", "is_json", is_flag=True, help="Print one JSON document on standard output.")
docs_option = click.option(
    "--docs",
    metavar="PATH",
    multiple=True,
    shell_complete=complete_files,
    help="File, folder or glob (in quotes) to answer from; repeatable.",
)


def _set_follow_links(context: click.Context, _parameter: click.Parameter, is_wanted: bool) -> None:
    """Put the flag above the settings, as `--set` would."""
    if is_wanted:
        found = context.find_object(Globals) or Globals()
        context.obj = replace(found, overrides={**found.overrides, "system.documents.follow_links": "true"})


follow_links_option = click.option(
    "--follow-links",
    is_flag=True,
    expose_value=False,
    callback=_set_follow_links,
    help="Read also what links in folders lead to outside of them.",
)


def complete_names(catalog: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Completes the names of one of the registry's catalogs."""

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        settings = ctx.find_object(Globals) or Globals()
        try:
            app = resolve_name("moe.app:App").open(
                settings.project,
                overrides=settings.overrides,
                with_project=settings.with_project,
                plugin_choice=settings.plugin_choice,
            )
            names: list[str] = getattr(app.registry, catalog).names()
        except Exception:  # noqa: BLE001 - a key press must never end in a traceback
            return []
        return [name for name in names if name.startswith(incomplete)]

    return complete


def belter_option(function: F) -> F:
    """Add --belter."""
    option = click.option(
        "--belter",
        metavar="NAME",
        shell_complete=complete_names("belters"),
        help="The Belter to use; without it the router chooses.",
    )
    return option(function)


_REQUEST_OPTIONS = (
    docs_option,
    click.option("--collection", metavar="NAME", help="Collection to answer from, in place of --docs."),
    follow_links_option,
    click.option("--web", "has_web", is_flag=True, help="Let tools reach the network although documents are given."),
    click.option(
        "--provider",
        metavar="NAME",
        shell_complete=complete_names("model_providers"),
        help="Provider for every agent, in place of the configured one.",
    ),
    click.option("--model", metavar="NAME", help="Model for every agent, in place of their own."),
    click.option(
        "--mode",
        type=click.Choice([str(mode) for mode in Mode]),
        help="What models are asked for, in place of what they were measured to be able to do: everything, "
        "the wording of the answer, nothing.",
    ),
    click.option(
        "--deadline",
        metavar="SECONDS",
        callback=read_seconds,
        help="Longest the run may take.",
    ),
    click.option(
        "--budget",
        metavar="LIMITS",
        help="Most that models may spend: tokens=20000,requests=40,cost=0.5,seconds=60, any of them; "
        "drummer.tokens=12k is one layer's share.",
    ),
    click.option(
        "--persona",
        "--personas",
        "personas",
        metavar="P,...",
        help="Who walks the documents' graph, in place of those that are chosen for each search.",
    ),
    click.option(
        "--experts",
        type=click.IntRange(1, 100),
        metavar="N",
        help="Wake so many experts for each search, whether what the first one found is doubtful or not.",
    ),
    click.option(
        "--explain",
        "is_explained",
        is_flag=True,
        help="Show how each cited passage was found: every persona's path from the question to it.",
    ),
)
_STREAM_OPTION = click.option(
    "--stream/--no-stream",
    "is_streamed",
    default=True,
    help="Show the answer on a terminal while it is written; what is printed at the end is the checked one. "
    "A pipe and --json get only that.",
)
_OUTPUT_OPTIONS = (
    click.option("--strict", "is_strict", is_flag=True, help="Exit with 3 when a part failed or fell back."),
    json_option,
    click.option("--quiet", "is_quiet", is_flag=True, help="No progress and no warnings."),
)


def ask_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of AskOptions, handed over as one argument `options`."""
    return _add_options(function, (*_REQUEST_OPTIONS, _STREAM_OPTION, *_OUTPUT_OPTIONS))


def batch_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of AskOptions but that of streaming: nobody reads along."""
    return _add_options(function, (*_REQUEST_OPTIONS, *_OUTPUT_OPTIONS))


def schedule_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of AskOptions that say what is asked, and --json: nothing is answered yet."""
    return _add_options(function, (*_REQUEST_OPTIONS, json_option))


def _add_options(function: Callable[..., Any], options: Sequence[Callable[[Any], Any]]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        fields = {name: kwargs.pop(name) for name in AskOptions.__slots__ if name in kwargs}
        return function(*args, options=AskOptions(**fields), **kwargs)

    call.__doc__ = function.__doc__
    call.__name__ = function.__name__
    # Click lists options in the reverse order of their decorators.
    for option in reversed(options):
        call = option(call)
    return call
