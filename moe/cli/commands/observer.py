"""`moe observer`: the whole chain with what the Observer remarks on it, and what it sees over many runs."""

from difflib import get_close_matches

import click

from moe.cli.exit_codes import EXIT_DONE
from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask
from moe.cli.session import Session, pass_session
from moe.cli.since import read_since
from moe_core.text.amounts import count

STATUS = "status"
_ALIKE = 0.8  # of a word that is mistyped; "state" is not


@click.command()
@click.argument("text")
@belter_option
@click.option(
    "--since", metavar="TIME", callback=read_since, help="For `status`: of runs since then, as 7d or 2026-11-29."
)
@ask_options
@pass_session
def observer(session: Session, text: str, belter: str | None, since: float | None, options: AskOptions) -> int:
    """Ask the whole chain, and read what the Observer remarks on it; or, by `status`, on many runs.

    `moe observer status` looks at the recorded runs together: what fails often, what is asked in vain, whether all
    questions go to one Belter, whether the experts contradict each other. It asks no model.

    \b
    Examples:
      moe observer "Why did the bearing fail?" --docs ./papers
      moe observer status --since 7d
    """
    if text.strip().lower() == STATUS:
        _show_status(session, since or 0.0, is_json=options.is_json)
        return EXIT_DONE
    if since is not None:
        raise click.UsageError("--since is for `moe observer status`")
    if get_close_matches(text.strip().lower(), [STATUS], cutoff=_ALIKE):
        raise click.UsageError(f"{text.strip()!r} is no question; did you mean `moe observer status`?")
    return ask(session, text, options, with_notes=True, belter=belter)


def _show_status(session: Session, since: float, *, is_json: bool) -> None:
    seen = session.app.oversee(since=since)
    if is_json:
        session.show_json(seen)
        return
    for remark in seen.remarks:
        session.screen.line(remark.text)
        session.screen.line(remark.hint, indent=2)
    looked = f"looked at {count(seen.runs, 'run')}"
    session.screen.line(looked if seen.remarks else f"{looked}: nothing stands out")
