"""`moe tools`: what Drummers can use, and using it by hand."""

from contextlib import suppress
from functools import partial

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_names, docs_option, follow_links_option, json_option, read_seconds
from moe.cli.params import read_params
from moe.cli.problems import tell_problems
from moe.cli.progress.run import open_progress
from moe.cli.remembered.recorder import remembered
from moe.cli.render.schema import show_parameters
from moe.cli.render.schemas import list_variants
from moe.cli.render.screen import Table, Toned
from moe.cli.render.value import show_object, write_yaml
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json, describe_source
from moe.cli.time_wall import TimeWall
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import RequestError
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject
from moe_core.text.secrets import mask_secrets

_name = click.argument("name", shell_complete=complete_names("tools"))


@click.group(cls=NearGroup)
def tools() -> None:
    """List, show and run tools.

    \b
    Example:
      moe tools run calculator expression="15% of 80"
    """


@tools.command(name="list")
@json_option
@pass_session
@remembered
def list_tools(session: Session, is_json: bool) -> None:
    """List all tools; broken plugins are named on standard error.

    \b
    Example:
      moe tools list
    """
    registry = session.app.registry
    if is_json:
        session.show_json([_describe(entry) for entry in registry.tools])
    else:
        rows = [
            (
                registry.tools.find_name(entry),
                entry.category,
                entry.summary,
                ", ".join(entry.effects),
                describe_source(entry),
            )
            for entry in registry.tools
        ]
        columns = ("tool", "category", "what it does", "effects", "source")
        session.screen.table(Table(columns=columns, rows=sorted(rows)))
    tell_problems(registry.problems)


@tools.command()
@_name
@json_option
@pass_session
@remembered
def show(session: Session, name: str, is_json: bool) -> None:
    """Show a tool's parameters, settings and source.

    \b
    Example:
      moe tools show calculator
    """
    entry = session.app.registry.tools.get(name)
    if is_json:
        session.show_json(_describe(entry))
        return
    screen = session.screen
    screen.line(Toned(entry.name, "strong"), f"  {entry.summary}" if entry.summary else "")
    facts = {
        "category": entry.category,
        "capabilities": ", ".join(entry.capabilities),
        "effects": ", ".join(entry.effects),
        "asks": "a person decides on each call in a run" if entry.asks_first else "",
        "allowed with documents for": ", ".join(_list_allowed(session, entry)),
        "alias of": entry.alias_of,
        "settings": write_yaml(mask_secrets(entry.settings)) if entry.settings else "",
        "source": f"{entry.full_id}, {entry.source.location}",
    }
    for heading, words in facts.items():
        if words:
            screen.line(Toned(f"{heading}: ", "dim"), words.replace("\n", ", "), indent=2)
    screen.line()
    if list_variants(entry.schema):
        show_parameters(screen, entry.schema)
    else:
        screen.line("it declares no parameters: any key=value is handed on")
    tell_problems(one for one in session.app.registry.problems if one.plugin == entry.source.plugin)


_belter = click.option(
    "--belter",
    metavar="NAME",
    shell_complete=complete_names("belters"),
    help="The Belter; without it every one whose modelfile names the tool.",
)


@tools.command()
@_name
@_belter
@json_option
@pass_session
def allow(session: Session, name: str, belter: str | None, is_json: bool) -> None:
    """Let Belters use a tool of the network while documents are given.

    Such tools are off then, for a model could put into a search what stands in the documents. Your word is kept in your
    own moe folder. For one run say --web; for all of them set system.web.

    \b
    Example:
      moe tools allow web_search --belter research
    """
    entry, belters = _find_belters(session, name, belter)
    if Effect.NET not in entry.effects:
        raise RequestError(f"{entry.name} does not reach the network: it needs no word", hint="moe tools list")
    for one in belters:
        session.app.consents.allow_tool(one.full_id, entry.full_id)
    _tell_allowed(session, entry, is_json=is_json)


@tools.command()
@_name
@_belter
@json_option
@pass_session
def revoke(session: Session, name: str, belter: str | None, is_json: bool) -> None:
    """Take back what `moe tools allow` said.

    \b
    Example:
      moe tools revoke web_search
    """
    entry, belters = _find_belters(session, name, belter)
    for one in belters:
        session.app.consents.revoke_tool(one.full_id, entry.full_id)
    _tell_allowed(session, entry, is_json=is_json)


@tools.command(name="run")
@_name
@click.argument("params", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--params", "document", metavar="JSON", help="All parameters as one JSON object; - reads standard input.")
@docs_option
@follow_links_option
@click.option("--deadline", metavar="SECONDS", callback=read_seconds, help="Longest the tool may take.")
@json_option
@pass_session
def run_one(
    session: Session,
    name: str,
    params: tuple[str, ...],
    document: str | None,
    docs: tuple[str, ...],
    deadline: float | None,
    is_json: bool,
) -> None:
    """Run a tool by itself.

    \b
    Examples:
      moe tools run calculator expression="15% of 80"
      moe tools run document_search query="bearing failure" --docs ./papers
    """
    entry = session.app.registry.tools.get(name)
    values = read_params(params, document, entry.schema)
    with open_progress(is_coloured=session.globals.is_coloured, is_wanted=True) as progress:
        work = partial(session.app.run_tool, entry.full_id, values, docs=docs, deadline_seconds=deadline)

        def break_off(is_stopped: bool) -> str:
            with suppress(Exception):  # whatever state it was interrupted in
                progress.__exit__(None, None, None)
            return ""

        with TimeWall(deadline or session.app.config.system.deadline_seconds, break_off) as wall:
            wall.begin()
            result = run_async(partial(work, on_progress=progress.on_documents, on_report=progress.on_report))
    if is_json:
        session.show_json(result)
        return
    show_object(session.screen, result)


def _describe(entry: Entry[type[BaseTool]]) -> JsonObject:
    return {
        "name": entry.name,
        "full_id": entry.full_id,
        "summary": entry.summary,
        "category": entry.category,
        "capabilities": entry.capabilities,
        "effects": entry.effects,
        "asks_first": entry.asks_first,
        "parameters": entry.schema,
        "settings": mask_secrets(entry.settings),
        "alias_of": entry.alias_of,
        "source": as_json(entry.source),
    }


def _find_belters(
    session: Session, name: str, belter: str | None
) -> tuple[Entry[type[BaseTool]], list[Entry[AgentSpec]]]:
    """The tool, and those of the Belters whose modelfiles name it."""
    registry = session.app.registry
    entry = registry.tools.get(name)
    naming = [
        one
        for one in ([registry.belters.get(belter)] if belter else registry.belters)
        if any(use.name in registry.tools and registry.tools.get(use.name) is entry for use in one.value.tools)
    ]
    if not naming:
        who = f"the modelfile of {belter} does not name" if belter else "no Belter's modelfile names"
        raise RequestError(f"{who} {entry.name}", hint=f"write TOOL {entry.name} into it, or say --web for one run")
    return entry, naming


def _list_allowed(session: Session, entry: Entry[type[BaseTool]]) -> list[str]:
    consents = session.app.consents
    return [one.name for one in session.app.registry.belters if consents.has_tool(one.full_id, entry.full_id)]


def _tell_allowed(session: Session, entry: Entry[type[BaseTool]], *, is_json: bool) -> None:
    names = _list_allowed(session, entry)
    if is_json:
        session.show_json({"tool": entry.full_id, "belters": names})
    else:
        who = f"allowed for {', '.join(names)}" if names else "off"
        session.screen.line(f"with documents {entry.name} is {who}")
