"""`moe personas choose`: who would be woken for a question."""

from pathlib import Path

import click

from moe.cli.options import json_option
from moe.cli.session import Session, pass_session


@click.command()
@click.argument("question")
@click.option("--experts", type=click.IntRange(1, 100), default=3, show_default=True, help="How many at most.")
@click.option(
    "--budget", type=click.FloatRange(min=0), default=1.0, show_default=True, help="What they may cost together."
)
@click.option(
    "--scores", type=click.Path(path_type=Path), metavar="FILE", help="How they did so far, as for `simulate`."
)
@json_option
@pass_session
def choose(session: Session, question: str, experts: int, budget: float, scores: Path | None, is_json: bool) -> None:
    """Tell who would be woken for a question if everybody had to be found out about, the cheapest first, and why.

    A run wakes the persona with the best record first, and chooses in this way whom doubt wakes beside it.

    \b
    Examples:
      moe personas choose "When was the mill restored?"
      moe personas choose "What does it cost?" --experts 2 --budget 0.5 --scores scores.jsonl
    """
    chosen = session.app.personas.choose(
        question, scores=scores, budget=budget, most=experts, seed=session.app.config.system.seed
    )
    if is_json:
        session.show_json(chosen)
        return
    for one in chosen:
        session.screen.line(one.describe())
    if not chosen:
        session.screen.line(f"nobody can be woken at a cost of {budget:g}")
