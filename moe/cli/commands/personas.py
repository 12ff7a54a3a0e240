"""`moe personas`: who the experts are."""

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import complete_names, json_option
from moe.cli.problems import tell_problems
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json, describe_source
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry
from moe_core.contracts.wire import JsonObject, to_wire


@click.group(cls=NearGroup)
def personas() -> None:
    """Show the personas.

    \b
    Example:
      moe personas list
    """


@personas.command(name="list")
@json_option
@pass_session
def list_personas(session: Session, is_json: bool) -> None:
    """List all personas with their tier and traversal.

    \b
    Example:
      moe personas list
    """
    registry = session.app.registry
    if is_json:
        session.show_json([_describe(entry) for entry in registry.personas])
    else:
        rows = [
            (entry.name, str(entry.value.tier), entry.value.traversal, entry.value.description, describe_source(entry))
            for entry in registry.personas
        ]
        session.screen.table(Table(columns=("persona", "tier", "traversal", "who it is", "source"), rows=rows))
    tell_problems(registry.problems)


@personas.command()
@click.argument("name", shell_complete=complete_names("personas"))
@json_option
@pass_session
def show(session: Session, name: str, is_json: bool) -> None:
    """Show one persona.

    \b
    Example:
      moe personas show sceptic
    """
    entry = session.app.registry.personas.get(name)
    persona = entry.value
    if is_json:
        session.show_json(_describe(entry))
        return
    session.screen.line(Toned(persona.name, "strong"), f"  {persona.description}")
    facts = {
        "tier": str(persona.tier),
        "expertise": ", ".join(persona.expertise),
        "activation cost": f"{persona.activation_cost:g}",
        "traversal": persona.traversal,
        "traits": ", ".join(f"{trait} {value}" for trait, value in persona.traits.as_mapping().items()),
        **{key: str(value) for key, value in persona.metadata.items()},
        "source": f"{entry.full_id}, {entry.source.location}",
    }
    for heading, words in facts.items():
        if words:
            session.screen.line(Toned(f"{heading}: ", "dim"), words, indent=2)


def _describe(entry: Entry[Persona]) -> JsonObject:
    traits = entry.value.traits.as_mapping()
    return {**to_wire(entry.value), "traits": traits, "full_id": entry.full_id, "source": as_json(entry.source)}
