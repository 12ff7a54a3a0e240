"""`moe personas`: who the experts are, and where each stands."""

import time
from collections.abc import Mapping
from pathlib import Path

import click

from moe.cli.commands.persona_changes import demote, edit, new, promote, restore
from moe.cli.commands.persona_choice import choose
from moe.cli.commands.persona_transfer import export, take_in, validate
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_names, json_option
from moe.cli.problems import tell_problems
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json
from moe.contracts.personas import StandingPersona
from moe_core.contracts.persona import Tier
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.amounts import count


@click.group(cls=NearGroup)
def personas() -> None:
    """Show the personas, change them, and move them between tiers.

    \b
    Example:
      moe personas list
    """


for _command in (new, edit, promote, demote, restore, validate, export, take_in, choose):
    personas.add_command(_command)


@personas.command(name="list")
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), help="Only those that stand there.")
@json_option
@pass_session
def list_personas(session: Session, tier: str | None, is_json: bool) -> None:
    """List all personas with their tier and traversal.

    \b
    Examples:
      moe personas list
      moe personas list --tier pruned
    """
    standing, problems = session.app.personas.list_all()
    shown = [one for one in standing if tier in (None, one.persona.tier)]
    if is_json:
        session.show_json([_describe(one) for one in shown])
    elif shown:
        rows = [
            (one.persona.name, str(one.persona.tier), one.persona.traversal, one.persona.description, _name_source(one))
            for one in shown
        ]
        session.screen.table(Table(columns=("persona", "tier", "traversal", "who it is", "source"), rows=rows))
    else:
        session.screen.line(f"no persona is {tier}")
    tell_problems([*session.app.registry.problems, *problems])


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
    standing = session.app.personas.get(name)
    persona = standing.persona
    learned = session.app.personas.ledger.describe(name)
    if is_json:
        session.show_json({**_describe(standing), "learned": learned})
        return
    session.screen.line(Toned(persona.name, "strong"), f"  {persona.description}")
    facts = {
        "tier": str(persona.tier),
        "expertise": ", ".join(persona.expertise),
        "activation cost": f"{persona.activation_cost:g}",
        "traversal": persona.traversal,
        "traits": ", ".join(f"{trait} {value}" for trait, value in persona.traits.as_mapping().items()),
        "performance": ", ".join(f"{key} {value}" for key, value in persona.historical_performance.items()),
        **{key: str(value) for key, value in persona.metadata.items()},
        **_word_learned(learned),
        "source": f"{_find_full_id(standing)}, {standing.source.location}",
    }
    for heading, words in facts.items():
        if words:
            session.screen.line(Toned(f"{heading}: ", "dim"), words, indent=2)


@personas.command()
@click.argument("name", required=False, shell_complete=complete_names("personas"))
@json_option
@pass_session
def history(session: Session, name: str | None, is_json: bool) -> None:
    """Show what happened to a persona, or to all, oldest first.

    \b
    Examples:
      moe personas history
      moe personas history sceptic
    """
    records = session.app.personas.read_history(name)
    if is_json:
        session.show_json(records)
        return
    for record in records:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.at))
        numbers = _list_numbers(record.data.numbers)
        session.screen.line(Toned(f"{when}  ", "dim"), record.data.describe(), f" ({numbers})" if numbers else "")
    if not records:
        session.screen.line(f"nothing has happened to {name or 'any persona'} yet")


@personas.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Move them.")
@json_option
@pass_session
def simulate(session: Session, file: Path, is_applied: bool, is_json: bool) -> None:
    """Tell who would move by recorded scores and the thresholds of config/thresholds.yaml.

    FILE holds a JSON object a line, oldest first: {"persona": "sceptic", "score": 0.4}

    \b
    Examples:
      moe personas simulate scores.jsonl
      moe --set thresholds.personas.pruning=0.2 personas simulate scores.jsonl
    """
    found = session.app.personas.simulate(file, is_applied=is_applied)
    if is_json:
        session.show_json(found)
        return
    for move in found.moves:
        session.screen.line(f"{move.describe()} ({_list_numbers(move.numbers)})")
    if not found.moves:
        session.screen.line(f"nobody would move, of {count(len(found.tiers), 'persona')}")
    if found.unknown:
        session.warn(f"scores of nobody that there is: {', '.join(found.unknown)}")


def _word_learned(learned: JsonObject) -> dict[str, str]:
    if not learned:
        return {}
    kinds = learned["feedback"].items()
    return {
        "score": f"{learned['tier_score']:g}, {count(learned['since_move'], 'score')} since its last move",
        "feedback": ", ".join(f"{kind} {one['score']:g} of {one['observations']:g}" for kind, one in kinds),
    }


def _list_numbers(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{key} {value:g}" for key, value in numbers.items())


def _name_source(standing: StandingPersona) -> str:
    """The plugin, or the door that ships with moe."""
    return "bundled" if standing.source.origin == "bundled" else standing.source.plugin


def _find_full_id(standing: StandingPersona) -> str:
    return f"{standing.source.plugin}:{standing.persona.name}"


def _describe(standing: StandingPersona) -> JsonObject:
    persona = standing.persona
    return {
        **to_wire(persona),
        "traits": persona.traits.as_mapping(),
        "full_id": _find_full_id(standing),
        "source": as_json(standing.source),
    }
