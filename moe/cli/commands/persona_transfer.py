"""`moe personas validate|export|import`: files of personas."""

from pathlib import Path

import click

from moe.cli.exit_codes import EXIT_FAILED
from moe.cli.options import complete_names, json_option
from moe.cli.output_file import write_output
from moe.cli.session import Session, pass_session
from moe_core.text.amounts import count

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@json_option
@click.pass_context
@pass_session
def validate(session: Session, ctx: click.Context, files: tuple[Path, ...], is_json: bool) -> None:
    """Hold files of personas against the schema, and tell everything that is wrong.

    Exits with 1 when anything is.

    \b
    Example:
      moe personas validate plugins/personas/*.json
    """
    checked = {str(file): session.app.personas.check_file(file) for file in files}
    if is_json:
        shown = [
            {"file": file, "personas": [one.name for one in personas], "faults": faults}
            for file, (personas, faults) in checked.items()
        ]
        session.show_json(shown)
    else:
        for file, (personas, faults) in checked.items():
            verdict = f"{count(len(faults), 'fault')}" if faults else f"{count(len(personas), 'persona')}, no fault"
            session.screen.line(f"{file}: {verdict}")
            for fault in faults:
                session.screen.line(fault, indent=2)
    if any(faults for _, faults in checked.values()):
        ctx.exit(EXIT_FAILED)


@click.command()
@click.argument("names", nargs=-1, shell_complete=complete_names("personas"))
@click.option("--output", "-o", type=_FILE, metavar="FILE", help="File to write; without it standard output.")
@json_option
@pass_session
def export(session: Session, names: tuple[str, ...], output: Path | None, is_json: bool) -> None:
    """Write personas in their stored form, as JSON: these, or all.

    \b
    Examples:
      moe personas export
      moe personas export sceptic auditor --output two.json
    """
    written = session.app.personas.write(names)
    if output is None:
        session.show_json(written)
        return
    write_output(output, f"{session.format_json(written)}\n")
    if is_json:
        session.show_json({"file": str(output), "personas": [one["persona_id"] for one in written]})
    else:
        session.screen.line(f"{output}: {count(len(written), 'persona')}")


@click.command(name="import")
@click.argument("file", type=_FILE)
@click.option("--replace", "replaces", is_flag=True, help="Change those that there are already.")
@click.option("--keep-tiers", is_flag=True, help="Let new ones stand where the file says, not as experimental.")
@json_option
@pass_session
def take_in(session: Session, file: Path, replaces: bool, keep_tiers: bool, is_json: bool) -> None:
    """Take in the personas of a JSON file: all, or none when anything is wrong.

    \b
    Example:
      moe personas import two.json
    """
    taken = session.app.personas.take_in(file, replaces=replaces, keeps_tiers=keep_tiers)
    if is_json:
        session.show_json([one.name for one in taken])
    else:
        session.screen.line(f"{count(len(taken), 'persona')}: {', '.join(one.name for one in taken)}")
