"""`moe experts`: teach the experts on questions whose evidence is known."""

from collections.abc import Mapping
from pathlib import Path

import click

from moe.cli.corpus_options import corpus_options
from moe.cli.damaged_learning import warn_of_damage
from moe.cli.exit_codes import EXIT_DONE, EXIT_USAGE
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_files, json_option
from moe.cli.outcome import fail
from moe.cli.output_file import write_output
from moe.cli.progress.steps import describe_asking, describe_reading, make_listener, open_steps
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.contracts.search import SearchNames
from moe.evaluation.comparison import compare_reports
from moe.evaluation.corpus import open_corpus, resolve_gold
from moe.evaluation.questions import load_questions, spread_questions
from moe.evaluation.retrieval import RetrievalReport, measure_retrieval
from moe.evaluation.settings_file import read_settings
from moe.evaluation.training import Training, rate_experts
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.persona import Tier
from moe_core.text.amounts import count

_GOLD_HINT = 'write {"question", "gold": [id, ...]} on each line'
_TELL_WORDS = (
    "words alone: recall@5 {recall@5}; a walk found more in {walk_finds_more} of {questions} questions, where "
    "{expected} were expected (all feedback moves the log odds of that by {shift:+})"
)
_DEPTH = 5  # passages, as `moe run` reads them


@click.group(cls=NearGroup)
def experts() -> None:
    """Teach the experts, also by what they learned elsewhere.

    \b
    Examples:
      moe experts train --corpus corpus.jsonl --questions questions.jsonl
      moe experts export-learning --output learning.json
      moe experts merge-learning ann.json bob.json
    """


@experts.command()
@corpus_options
@click.option(
    "--most", metavar="N", type=click.IntRange(min=1), help="Learn from N of the questions, spread over them."
)
@click.option("--dry-run", "is_dry", is_flag=True, help="Show how each does, and keep nothing.")
@json_option
@pass_session
def train(session: Session, corpus: str, questions: Path, most: int | None, is_dry: bool, is_json: bool) -> int:
    """Let all experts that are not pruned look into questions whose evidence is known, and learn how they do.

    Each question is walked by each of them; the share of its gold among the first five passages is the expert's score.
    The scores are feedback: they decide who walks first at each kind of question, and move personas between tiers.
    Where a walk found more than words alone, or no more, tells how often words are taken without a walk from now on.
    Nothing of the questions or the corpus is kept, only scores.

    \b
    Examples:
      moe experts train --corpus corpus.jsonl --questions questions.jsonl
      moe experts train --corpus ./papers --questions questions.jsonl --most 100 --dry-run
    """
    try:
        training = _rate(session, corpus, questions, most)
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if not training.questions:
        return fail(f"no question in {questions} has gold", _GOLD_HINT, EXIT_USAGE)
    if not is_dry:
        warn_of_damage(session)
    moves = [] if is_dry else session.app.personas.ledger.learn(training.scores, is_feedback=True)
    words = _learn_of_words(session, training, is_dry=is_dry)
    means = training.find_means()
    if is_json:
        told = {"questions": training.questions, "recall@5": dict(means), "words": words, "moves": moves}
        session.show_json(told)
        return EXIT_DONE
    rows = [(name, f"{100 * mean:.1f}") for name, mean in means.items()]
    session.screen.table(Table(columns=("expert", "recall@5"), rows=rows))
    if words:
        session.screen.line(_TELL_WORDS.format(**words))
    for move in moves:
        session.screen.line(move.describe())
    kept = "nothing is kept" if is_dry else f"{count(len(training.scores), 'score')} kept"
    session.screen.line(f"{count(training.questions, 'question')}, {kept}")
    return EXIT_DONE


@experts.command()
@click.argument("first", metavar="A", type=click.Path(path_type=Path), shell_complete=complete_files)
@click.argument("second", metavar="B", type=click.Path(path_type=Path), shell_complete=complete_files)
@corpus_options
@click.option("--most", metavar="N", type=click.IntRange(min=1), help="Ask N of the questions, spread over them.")
@json_option
@pass_session
def compare(
    session: Session, first: Path, second: Path, corpus: str, questions: Path, most: int | None, is_json: bool
) -> int:
    """Search for questions whose evidence is known under two sets of settings, and tell which finds more.

    A and B are YAML files of settings as in config/, by the name of their file there: "experts: {most: 3}". Both are
    laid over the project's own. Told are recall@5 of each, in percent, the CPU time of a question, and how much more B
    finds, with the 95 % interval over resampled questions. What the experts have learned counts in both, and nothing
    is learned.

    \b
    Example:
      moe experts compare one.yaml three.yaml --corpus corpus.jsonl --questions questions.jsonl
    """
    try:
        reports = [_search_under(session, read_settings(path), corpus, questions, most) for path in (first, second)]
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if not reports[0].details:
        return fail(f"no question in {questions} has gold", _GOLD_HINT, EXIT_USAGE)
    difference = compare_reports(reports[1], reports[0])[_DEPTH]
    told = {
        "questions": len(reports[0].details),
        **{
            name: {"file": str(path), "recall@5": round(report.recalls[_DEPTH], 2), "p50_ms": round(report.p50_ms, 1)}
            for name, path, report in zip(("a", "b"), (first, second), reports, strict=True)
        },
        "difference": difference,
    }
    if is_json:
        session.show_json(told)
        return EXIT_DONE
    rows = [
        (path.name, f"{report.recalls[_DEPTH]:.1f}", f"{report.p50_ms:.1f} ms")
        for path, report in zip((first, second), reports, strict=True)
    ]
    session.screen.table(Table(columns=("settings", "recall@5", "CPU a question"), rows=rows))
    session.screen.line(
        f"{second.name} finds {difference.mean:+.1f} points of {first.name} "
        f"[{difference.low:+.1f}, {difference.high:+.1f}], {count(len(reports[0].details), 'question')}"
    )
    return EXIT_DONE


@experts.command()
@click.option(
    "--most", metavar="N", type=click.IntRange(1, 100), default=2, show_default=True, help="Variants on trial at once."
)
@click.option("--seed", metavar="N", type=int, help="Draw otherwise; by default system.seed.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would be made, and make nothing.")
@json_option
@pass_session
def evolve(session: Session, most: int, seed: int | None, is_dry: bool, is_json: bool) -> None:
    """Make variants of the experts that did best, and let them prove themselves.

    A variant has one or two traits of its parent's changed, and sometimes another way of walking. It begins as
    experimental, without a record, and rises or is pruned by what it brings. Parents are the three best active or
    stable experts by feedback, of those with eight scores.

    \b
    Examples:
      moe experts evolve --dry-run
      moe experts evolve --most 3
    """
    chosen = session.app.config.system.seed if seed is None else seed
    bred = session.app.personas.evolve(most=most, seed=chosen, is_dry=is_dry)
    if is_json:
        session.show_json(bred)
        return
    for one in bred:
        session.screen.line(f"{one.name}: {one.parent} with {one.changes}")
    if not bred:
        session.screen.line(f"{count(most, 'variant')} or more are on trial already")
    elif is_dry:
        session.screen.line("nothing is kept")


@experts.command(name="export-learning")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; without it standard output.",
)
@click.option(
    "--epsilon",
    metavar="E",
    type=click.FloatRange(min=0, min_open=True),
    help="Blur each sum by noise, the more the smaller E: with 1, a rating more or less hardly shows.",
)
@json_option
@pass_session
def export_learning(session: Session, output: Path | None, epsilon: float | None, is_json: bool) -> None:
    """Write what feedback says of the experts, for other workspaces to learn from.

    It holds names of experts, kinds of questions ("when", "count", ...) and sums of scores: no question, no document,
    no answer. What other workspaces taught is not handed on.

    \b
    Examples:
      moe experts export-learning --output learning.json
      moe experts export-learning --epsilon 1 > learning.json
    """
    warn_of_damage(session)
    learning = session.app.personas.ledger.share(epsilon=epsilon)
    if output is None:
        session.show_json(learning)
        return
    write_output(output, f"{session.format_json(learning)}\n")
    if is_json:
        told = {"file": str(output), "experts": len(learning.experts), "scores": round(learning.count(), 1)}
        session.show_json(told)
    else:
        session.screen.line(
            f"{output}: {_describe_scores(learning.count())} of {count(len(learning.experts), 'expert')}"
        )


@experts.command(name="merge-learning")
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path), shell_complete=complete_files
)
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what is in them, and keep nothing.")
@json_option
@pass_session
def merge_learning(session: Session, paths: tuple[Path, ...], is_dry: bool, is_json: bool) -> None:
    """Let what other workspaces learned count here.

    FILE is written by `moe experts export-learning`. A workspace counts once, by the file that was taken in last, and
    for 50 scores at most of each expert and kind of question. What they say decides who walks first, as feedback does,
    and moves nobody between tiers.

    \b
    Example:
      moe experts merge-learning ann.json bob.json
    """
    if not is_dry:
        warn_of_damage(session)
    gain = session.app.personas.merge_learning(paths, is_dry=is_dry)
    if is_json:
        session.show_json(gain)
        return
    for name in gain.unknown:
        session.warn(f"{name} is no expert here; what they say of it is left out")
    kept = "nothing is kept" if is_dry else f"of {count(len(paths), 'workspace')}"
    session.screen.line(f"{_describe_scores(gain.scores)} of {count(len(gain.experts), 'expert')}, {kept}")


def _search_under(
    session: Session, settings: Mapping[str, object], corpus: str, path: Path, most: int | None
) -> RetrievalReport:
    app = session.open_app(session.globals.project, overrides=settings)
    try:
        known = load_questions(path)
        asked = spread_questions(known, most or len(known))
        with open_steps("reading documents", "count", is_coloured=session.globals.is_coloured) as show:
            opened = open_corpus(corpus, app, on_progress=make_listener(show, describe_reading))
            return measure_retrieval(
                asked,
                lambda question, k: opened.library.search(question, k=k),
                gold=resolve_gold(asked, opened, path),
                depths=(_DEPTH,),
                on_progress=make_listener(show, describe_asking),
            )
    finally:
        app.close()


def _describe_scores(scores: float) -> str:
    return count(round(scores), "score")


def _learn_of_words(session: Session, training: Training, *, is_dry: bool) -> dict[str, float]:
    """What words alone came to, and how feedback leans now; {} where they are never taken alone."""
    trials = training.trials
    if not trials:
        return {}
    ledger = session.app.personas.ledger
    leaning = ledger.load_leaning().learn(trials) if is_dry else ledger.learn_leaning(trials)
    return {
        "questions": len(trials),
        "recall@5": round(100 * sum(one.words for one in trials) / len(trials), 1),
        "walk_finds_more": sum(one.finds_more for one in trials),
        "expected": round(sum(one.chance for one in trials), 1),
        "shift": round(leaning.shift, 2),
    }


def _rate(session: Session, corpus: str, path: Path, most: int | None) -> Training:
    app = session.app
    known = load_questions(path)
    standing, _ = app.personas.list_all()
    names = tuple(one.persona.name for one in standing if one.persona.tier is not Tier.PRUNED)
    asked = spread_questions(known, most or len(known))
    with open_steps("reading documents", "count", is_coloured=session.globals.is_coloured) as show:
        search = SearchNames(walkers=names)
        opened = open_corpus(corpus, app, search=search, on_progress=make_listener(show, describe_reading))
        gold = resolve_gold(asked, opened, path)
        return rate_experts(asked, opened.library, gold=gold, on_progress=make_listener(show, describe_asking))
