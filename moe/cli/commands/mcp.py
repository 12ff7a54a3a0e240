"""`moe mcp`: moe as a server of the Model Context Protocol."""

import sys
from functools import partial
from pkgutil import resolve_name

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import docs_option, follow_links_option, json_option
from moe.cli.render.definition_changes import show_definition_changes
from moe.cli.render.screen import Toned
from moe.cli.session import Session, pass_session
from moe_core.contracts.errors import RequestError
from moe_core.text.amounts import count
from moe_core.text.lines import join_line


@click.group(cls=NearGroup)
def mcp() -> None:
    """Serve answers by the Model Context Protocol, and use tools of MCP servers.

    \b
    Examples:
      moe mcp serve
      moe mcp accept weather
    """


@mcp.command(name="list")
@json_option
@pass_session
def list_servers(session: Session, is_json: bool) -> None:
    """List the MCP servers of config/tools.yaml, and which of their tools you have accepted. No server is asked.

    \b
    Example:
      moe mcp list
    """
    servers = session.app.remote_servers
    accepted = {name: servers.list_accepted(name) for name in servers.names()}
    if is_json:
        session.show_json({"servers": accepted})
        return
    for name, tools in accepted.items():
        told = ", ".join(tools or ()) or f"no tool is accepted: moe mcp accept {name}"
        session.screen.line(Toned(join_line(name), "strong"), f" {join_line(told)}")
    if not accepted:
        session.screen.line("config/tools.yaml names no MCP server")


@mcp.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Accept what it says without being asked.")
@json_option
@pass_session
def accept(session: Session, name: str, yes: bool, is_json: bool) -> None:
    """Ask an MCP server for its tools, show what is new or has changed, and accept it.

    Only accepted tools are used, and only while their server defines them as they were accepted.

    \b
    Example:
      moe mcp accept weather
    """
    servers = session.app.remote_servers
    look = run_async(partial(servers.look, name))
    has_news = bool(look.changes) or servers.list_accepted(name) is None
    if not is_json:
        show_definition_changes(session.screen, look.changes)
    is_accepted = has_news and (yes or _ask(name))
    if is_accepted:
        servers.accept(name, look)
    if is_json:
        session.show_json({"server": name, "changes": look.changes, "accepted": is_accepted})
    elif is_accepted:
        session.screen.line(f"accepted: {count(len(look.told), 'tool')} of {join_line(name)}")
    else:
        session.screen.line("nothing was accepted" if has_news else "nothing has changed")


def _ask(name: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RequestError("nobody can be asked here", hint=f"moe mcp accept {name} --yes")
    return click.confirm("Accept this?", default=False, err=True)


@mcp.command()
@docs_option
@follow_links_option
@pass_session
def serve(session: Session, docs: tuple[str, ...]) -> None:
    """Serve one client on standard input and output, until it closes them.

    Its tools are ask, search and explain, over the project's index or --docs, and those that config/tools.yaml
    exposes. A client starts this command itself.

    \b
    Example:
      moe mcp serve --docs ./papers
    """
    try:
        serve_app = resolve_name("moe.mcp.server:serve")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise RequestError(
            "the package mcp, which speaks the protocol, is not installed", hint="pip install 'moe-core[mcp]'"
        ) from error
    output = sys.stdout  # before it is turned to standard error, where everything else that prints belongs
    getattr(output, "reconfigure", lambda **_: None)(encoding="utf-8", newline="\n")
    run_async(partial(serve_app, session.app, docs, output))
