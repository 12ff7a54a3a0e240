"""`moe personas new|edit|promote|demote|restore`: personas made, changed, and moved between tiers."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from moe.cli.options import complete_names, json_option
from moe.cli.session import Session, pass_session
from moe.contracts.persona_report import PersonaEdit
from moe_core.contracts.errors import RequestError
from moe_core.contracts.persona import Tier
from moe_core.contracts.persona_payloads import PersonaChanged

F = TypeVar("F", bound=Callable[..., Any])

_name = click.argument("name", shell_complete=complete_names("personas"))
_reason = click.option("--reason", metavar="TEXT", default="by hand", help="Why, for the history.")
_to = click.option(
    "--to", type=click.Choice([tier.value for tier in Tier]), help="The tier to go to, in place of the next one."
)


def _trait_options(function: F) -> F:
    """What `new` and `edit` take."""
    for option in (
        click.option("--cost", type=float, metavar="X", help="What waking it costs, from 0."),
        click.option("--traversal", metavar="T", help="The strategy it walks with."),
        click.option("--expertise", metavar="WORD,...", help="What it knows about."),
        click.option("--trait", "traits", multiple=True, metavar="NAME=1..9", help="How it works; may be repeated."),
        click.option("--description", metavar="TEXT", help="Who it is, in one line."),
    ):
        function = option(function)
    return function


@click.command()
@click.argument("name")
@click.option("--like", metavar="P", help="A persona to begin from.")
@_trait_options
@json_option
@pass_session
def new(session: Session, /, name: str, like: str | None, is_json: bool, **changes: Any) -> None:
    """Make a persona, as experimental.

    \b
    Examples:
      moe personas new lawyer --trait precision=9 --expertise contracts,law
      moe personas new lawyer --like auditor --trait dates=8
    """
    made = session.app.personas.make(name, like=like, edit=_read_edit(**changes))
    _tell(
        session, is_json, PersonaChanged(persona=name, action="created", before="", after=made.persona.tier, reason="")
    )


@click.command()
@_name
@_trait_options
@json_option
@pass_session
def edit(session: Session, /, name: str, is_json: bool, **changes: Any) -> None:
    """Change a persona; without an option, in your editor.

    What a plugin brings stays as it is: the workspace gets a changed one that counts in its place.

    \b
    Examples:
      moe personas edit sceptic
      moe personas edit sceptic --trait depth=7 --traversal lens
    """
    if any(value not in (None, ()) for value in changes.values()):
        standing = session.app.personas.change(name, _read_edit(**changes))
    else:
        whole = dict(session.app.personas.write([name])[0])
        standing = session.app.personas.edit(name, _let_edit(session, whole))
    tier = standing.persona.tier
    change = PersonaChanged(persona=name, action="edited", before=tier, after=tier, reason="edited by hand")
    _tell(session, is_json, change)


@click.command()
@_name
@_to
@_reason
@json_option
@pass_session
def promote(session: Session, name: str, to: str | None, reason: str, is_json: bool) -> None:
    """Let a persona rise: experimental, active, stable.

    \b
    Example:
      moe personas promote sceptic
    """
    _tell(session, is_json, session.app.personas.promote(name, to=Tier(to) if to else None, reason=reason))


@click.command()
@_name
@_to
@_reason
@json_option
@pass_session
def demote(session: Session, name: str, to: str | None, reason: str, is_json: bool) -> None:
    """Let a persona sink: stable, active, experimental, pruned. Nothing is deleted.

    \b
    Example:
      moe personas demote sceptic --reason "found nothing of use"
    """
    _tell(session, is_json, session.app.personas.demote(name, to=Tier(to) if to else None, reason=reason))


@click.command()
@_name
@_reason
@json_option
@pass_session
def restore(session: Session, name: str, reason: str, is_json: bool) -> None:
    """Bring a pruned persona back, as experimental.

    \b
    Example:
      moe personas restore sceptic
    """
    _tell(session, is_json, session.app.personas.restore(name, reason=reason))


def _read_edit(
    *,
    description: str | None,
    traits: Sequence[str],
    expertise: str | None,
    traversal: str | None,
    cost: float | None,
) -> PersonaEdit:
    """What the options say."""
    return PersonaEdit(
        description=description,
        traits=dict(map(_read_trait, traits)),
        expertise=None if expertise is None else tuple(_split(expertise)),
        traversal=traversal,
        activation_cost=cost,
    )


def _read_trait(word: str) -> tuple[str, object]:
    name, equals, value = word.partition("=")
    if not name or not equals:
        raise RequestError(f"{word!r} is no trait", hint="write it as --trait depth=8")
    return name, int(value) if value.strip().isdecimal() else value


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _let_edit(session: Session, whole: dict[str, Any]) -> dict[str, Any]:
    before = session.format_json(whole)
    after = click.edit(before, extension=".json")
    if after is None or after.strip() == before.strip():
        raise RequestError("nothing was changed", hint="or say what: moe personas edit NAME --trait depth=8")
    try:
        data = json.loads(after)
    except ValueError as error:
        raise RequestError(f"what you wrote is no JSON: {error}", hint="edit it once more") from error
    if not isinstance(data, dict):
        raise RequestError("what you wrote is JSON, but no object", hint="edit it once more")
    return data


def _tell(session: Session, is_json: bool, change: PersonaChanged) -> None:
    if is_json:
        session.show_json(change)
    elif change.action == "moved":
        session.screen.line(f"{change.persona}: {change.before} -> {change.after}")
    else:
        session.screen.line(f"{change.persona} is {change.action}, and stands as {change.after}")
