"""`moe agents`: what the modelfiles declare."""

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.problems import tell_problems
from moe.cli.remembered.recorder import remembered
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json, describe_source
from moe.contracts.agent_line import describe_agent
from moe_core.contracts.agent import Role


@click.group(cls=NearGroup)
def agents() -> None:
    """List the agents that modelfiles declare.

    \b
    Example:
      moe agents list
    """


@agents.command(name="list")
@click.option("--role", type=click.Choice([str(role) for role in Role]), help="Only this layer.")
@json_option
@pass_session
@remembered
def list_agents(session: Session, role: str | None, is_json: bool) -> None:
    """List all agents by layer.

    \b
    Example:
      moe agents list --role belter
    """
    registry = session.app.registry
    roles = [Role(role)] if role else list(Role)
    entries = [entry for layer in roles for entry in registry.agents(layer)]
    if is_json:
        session.show_json([{**describe_agent(entry), "source": as_json(entry.source)} for entry in entries])
    else:
        rows = [
            (entry.name, str(entry.value.role), entry.value.base, entry.value.description, describe_source(entry))
            for entry in entries
        ]
        session.screen.table(Table(columns=("name", "role", "base", "description", "source"), rows=rows))
    tell_problems(registry.problems)
