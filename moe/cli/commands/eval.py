"""`moe eval`: how well moe does on questions whose evidence is known."""

from collections.abc import Sequence
from pathlib import Path

import click

from moe.app import App
from moe.cli.async_work import run_async
from moe.cli.corpus_options import corpus_options
from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED, EXIT_USAGE
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_names, json_option
from moe.cli.outcome import fail
from moe.cli.progress.steps import describe_asking, describe_reading, make_listener, open_steps
from moe.cli.render.eval import (
    evidence_as_json,
    refusal_as_json,
    retrieval_as_json,
    show_evidence,
    show_refusal,
    show_retrieval,
    show_sets,
)
from moe.cli.render.left_out import list_left_out
from moe.cli.search_options import SearchOptions, read_against, search_options
from moe.cli.session import Session, pass_session
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.evaluation.comparison import compare_reports
from moe.evaluation.corpus import OpenedCorpus, open_corpus, resolve_gold
from moe.evaluation.evidence import EvidenceReport, measure_evidence
from moe.evaluation.question_sets import QuestionSets
from moe.evaluation.questions import GoldQuestion, load_questions, spread_questions
from moe.evaluation.refusal import RefusalReport, measure_refusal
from moe.evaluation.retrieval import RetrievalReport, measure_retrieval
from moe.evaluation.sentences import SentenceBook, read_given_sentences
from moe_core.contracts.errors import DocumentError
from moe_core.text.amounts import count


def read_depths(_ctx: click.Context, _param: click.Parameter, text: str) -> tuple[int, ...]:
    """Read numbers of passages parted by commas, in order, each once."""
    try:
        depths = sorted({int(part) for part in text.split(",")})
    except ValueError:
        depths = []
    if not depths or depths[0] < 1:
        raise click.BadParameter(f"{text!r} is no list of numbers from 1, as in 2,5,10")
    return tuple(depths)


_details_option = click.option("--details", "with_details", is_flag=True, help="Show every question too.")


@click.group(cls=NearGroup, name="eval")
def evaluate() -> None:
    """Measure moe on questions whose evidence is known.

    \b
    Example:
      moe eval retrieval --corpus corpus.jsonl --questions questions.jsonl
    """


@evaluate.command()
@corpus_options
@search_options
@click.option(
    "--k",
    "depths",
    metavar="K,...",
    default="2,5,10",
    show_default=True,
    callback=read_depths,
    help="Depths to measure recall at.",
)
@click.option(
    "--against",
    metavar="SEARCH",
    callback=read_against,
    help='Measure another search too, and the difference: no-walk, or options as in "traversal=beam".',
)
@_details_option
@json_option
@pass_session
def retrieval(
    session: Session,
    corpus: str,
    questions: Path,
    search: SearchOptions,
    depths: tuple[int, ...],
    against: SearchOptions | None,
    with_details: bool,
    is_json: bool,
) -> int:
    """Measure how much of the known evidence is among the first passages found.

    Without options about searching it measures what `moe run` searches with; --no-walk measures the retriever by
    itself. recall@k is the share of a question's gold among its first k passages, all_gold@5 the share of questions
    with all their gold among five; both in percent, as means over the questions that have gold. Gold is the id of a
    corpus line, a file (within a folder also its path below that) or a passage, and counts once. index_seconds is
    the wall time of reading and indexing the corpus; p50_ms and p95_ms are CPU time a question. --against also tells
    how much more is found than by another search, with the 95 % interval over resampled questions.

    \b
    Examples:
      moe eval retrieval --corpus corpus.jsonl --questions questions.jsonl
      moe eval retrieval --corpus corpus.jsonl --questions questions.jsonl --against no-walk
      moe eval retrieval --corpus ./papers --questions questions.jsonl --personas generalist,surveyor --json
    """
    try:
        asked = load_questions(questions)
        report, opened = _measure_retrieval(session, search, corpus, asked, questions, depths)
        other = _measure_retrieval(session, against, corpus, asked, questions, depths)[0] if against else None
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    _warn(session, opened)
    if not report.details:
        return _fail_without_gold(questions)
    differences = compare_reports(report, other) if other else None
    if is_json:
        session.show_json(retrieval_as_json(report, opened, other, differences, with_details=with_details))
    else:
        show_retrieval(session.screen, report, opened, other, differences, with_details=with_details)
    return EXIT_DONE


@evaluate.command()
@corpus_options
@click.option(
    "--belter",
    metavar="NAME",
    shell_complete=complete_names("belters"),
    help="The Belter to use; without it the router chooses, question by question.",
)
@_details_option
@json_option
@pass_session
def evidence(
    session: Session, corpus: str, questions: Path, belter: str | None, with_details: bool, is_json: bool
) -> int:
    """Measure how well the sentences that answers cite meet those known to support them.

    Each question is a whole run, as `moe run` does it, without a record. Precision, recall and F1 are means over the
    questions with "support", sentences counted from 0 as the corpus's own "sentences" part them, else by moe's rules;
    a sentence counts as cited when a citation touches it. gold_cited is the share of questions where a citation is
    gold, all_gold_cited where all gold is cited. All in percent. Exits with 1 when a run failed.

    \b
    Example:
      moe eval evidence --corpus corpus.jsonl --questions questions.jsonl --belter research
    """
    app = _open_unrecorded(session)
    try:
        report, opened = _measure_evidence(session, app, corpus, questions, belter)
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    _warn(session, opened)
    if not report.details:
        return _fail_without_gold(questions)
    if is_json:
        session.show_json(evidence_as_json(report, with_details=with_details))
    else:
        show_evidence(session.screen, report, with_details=with_details)
    if report.degraded:
        session.warn(f"{report.degraded} of {len(report.details)} runs are degraded: a part failed or fell back")
    failures = [detail.error for detail in report.details if detail.error is not None]
    if failures:
        return fail(f"{len(failures)} of {len(report.details)} runs failed: {failures[0]}", None, EXIT_FAILED)
    return EXIT_DONE


@evaluate.command()
@corpus_options
@click.option("--most", metavar="N", type=click.IntRange(min=1), help="Ask N of the questions, spread over the set.")
@_details_option
@json_option
@pass_session
def refusal(session: Session, corpus: str, questions: Path, most: int | None, with_details: bool, is_json: bool) -> int:
    """Measure how often "not found" is said when the evidence is gone, and when it is there.

    Each question with gold is asked twice, as whole runs without a record: over the corpus, and over the corpus without
    the documents that hold its gold. refused_without_gold should be high, refused_with_gold low; both in percent. What
    is left of the corpus is indexed anew for each question: take --most for a large one.

    \b
    Example:
      moe eval refusal --corpus corpus.jsonl --questions questions.jsonl --most 50
    """
    app = _open_unrecorded(session)
    try:
        report = _measure_refusal(session, app, corpus, questions, most)
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if not report.details:
        return _fail_without_gold(questions)
    if is_json:
        session.show_json(refusal_as_json(report, with_details=with_details))
    else:
        show_refusal(session.screen, report, with_details=with_details)
    if report.failed:
        return fail(f"{count(report.failed, 'run')} ended without an answer", None, EXIT_FAILED)
    return EXIT_DONE


@evaluate.command()
@click.argument("run_id", metavar="ID")
@click.option("--to", "name", metavar="SET", required=True, help="The question set; it is made when there is none.")
@click.option(
    "--answer", metavar="TEXT", help="What is right, in place of what the run answered in short or cites; '' for none."
)
@click.option(
    "--citation",
    "citations",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Of the run's citations, those whose documents hold the evidence; all without. Repeatable.",
)
@json_option
@pass_session
def add(session: Session, run_id: str, name: str, answer: str | None, citations: Sequence[int], is_json: bool) -> None:
    """Add a run's question to a question set of the project, with the answer and evidence that are expected.

    ID is a run's id or the beginning of one; "last" is the newest run. The set is a file of the workspace, a JSON
    object a line, which `--questions` of the other commands reads.

    \b
    Examples:
      moe eval add last --to mill
      moe eval add 20261129 --to mill --answer "Ada Brook" --citation 2
    """
    found = QuestionSets(session.app).add(name, run_id, answer=answer, citations=citations or None)
    if is_json:
        session.show_json(found)
        return
    session.screen.line(f"{found.path} holds {count(found.questions, 'question')} now")


@evaluate.command()
@json_option
@pass_session
def sets(session: Session, is_json: bool) -> None:
    """List the project's question sets.

    \b
    Example:
      moe eval sets
    """
    found = QuestionSets(session.app).list_all()
    if is_json:
        session.show_json({"sets": found})
        return
    show_sets(session.screen, found)


def _measure_refusal(session: Session, app: App, corpus: str, questions: Path, most: int | None) -> RefusalReport:
    known = load_questions(questions)
    asked = spread_questions(known, most or len(known))
    with open_steps("reading documents", "count", is_coloured=session.globals.is_coloured) as show:
        opened = open_corpus(corpus, app, on_progress=make_listener(show, describe_reading))
        gold = resolve_gold(asked, opened, questions)

        async def measure() -> RefusalReport:
            listener = make_listener(show, describe_asking)
            return await measure_refusal(asked, app, corpus=opened, gold=gold, on_progress=listener)

        report = run_async(measure)
    _warn(session, opened)
    return report


def _measure_retrieval(
    session: Session,
    search: SearchOptions,
    corpus: str,
    asked: Sequence[GoldQuestion],
    questions: Path,
    depths: Sequence[int],
) -> tuple[RetrievalReport, OpenedCorpus]:
    names = search.read_names()
    with open_steps("reading documents", "count", is_coloured=session.globals.is_coloured) as show:
        opened = open_corpus(corpus, session.app, search=names, on_progress=make_listener(show, describe_reading))
        report = measure_retrieval(
            asked,
            lambda question, k: opened.library.search(question, k=k),
            gold=resolve_gold(asked, opened, questions),
            depths=depths,
            on_progress=make_listener(show, describe_asking),
        )
    return report, opened


def _measure_evidence(
    session: Session, app: App, corpus: str, questions: Path, belter: str | None
) -> tuple[EvidenceReport, OpenedCorpus]:
    asked = load_questions(questions)
    if belter is not None:
        app.registry.belters.get(belter)
    with open_steps("reading documents", "count", is_coloured=session.globals.is_coloured) as show:
        opened = open_corpus(corpus, app, on_progress=make_listener(show, describe_reading))
        gold = resolve_gold(asked, opened, questions)

        async def answer(question: str) -> RunResult:
            return await app.run(RunRequest(question=question, belter=belter), library=opened.library)

        async def measure() -> EvidenceReport:
            return await measure_evidence(
                asked,
                answer,
                gold=gold,
                book=SentenceBook(opened.library, read_given_sentences(corpus, app.reading.formats)),
                on_progress=make_listener(show, describe_asking),
            )

        return run_async(measure), opened


def _open_unrecorded(session: Session) -> App:
    """The session's App, but without a record: measuring leaves nothing among the user's runs."""
    return App.open(session.globals.project, overrides={**session.globals.overrides, "system.record": "false"})


def _warn(session: Session, opened: OpenedCorpus) -> None:
    for line in list_left_out(opened.notes):
        session.warn(line)


def _fail_without_gold(questions: Path) -> int:
    hint = 'write {"question", "gold": [id, ...]} on each line'
    return fail(f"no question in {questions} has gold", hint, EXIT_USAGE)
