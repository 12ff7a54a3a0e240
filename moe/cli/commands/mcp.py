"""`moe mcp`: moe as a server of the Model Context Protocol."""

import sys
from functools import partial
from pkgutil import resolve_name

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import docs_option, follow_links_option
from moe.cli.session import Session, pass_session
from moe_core.contracts.errors import RequestError


@click.group(cls=NearGroup)
def mcp() -> None:
    """Serve moe's answers to programs that speak the Model Context Protocol.

    \b
    Example:
      moe mcp serve
    """


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
