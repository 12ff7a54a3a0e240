"""`moe batch`: answer a file of questions."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from moe.batch.entries import load_entries, read_entries
from moe.batch.lines import BatchLine, build_lines
from moe.batch.results_file import KeptResult, ResultsFile, encode_result
from moe.batch.runner import BatchRunner
from moe.cli.async_work import run_async
from moe.cli.exit_codes import EXIT_DEGRADED, EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_WAITING
from moe.cli.logs import read_level
from moe.cli.options import AskOptions, batch_options, belter_option
from moe.cli.outcome import InterruptedRunError, tell
from moe.cli.progress.event_log import EventLog
from moe.cli.progress.steps import ProgressStep, StepListener, describe_reading, make_listener, open_steps
from moe.cli.refresh import ask_for_refresh
from moe.cli.request import find_exit_code, read_fields
from moe.cli.session import Session, pass_session
from moe.cli.streams import read_input
from moe.cli.typed_path import TypedPath
from moe.contracts.result import RunResult
from moe.contracts.runs import INTERRUPTED, UNFINISHED, WAITING, RunRecord
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json, from_wire
from moe_core.text.amounts import count

_MOST_PARALLEL = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """What `moe batch` takes besides what every question does.

    Attributes:
        parallel: Lines at once.
        out: Where results are kept; None for standard output.
        is_fail_fast: End with the first line that fails.
        retries_failed: Ask lines again that had failed.
        is_anew: Ask all lines again.
    """

    parallel: int
    out: Path | None
    is_fail_fast: bool
    retries_failed: bool
    is_anew: bool


@click.command()
@click.argument("file", type=TypedPath(path_type=Path))
@click.option(
    "--out",
    metavar="FILE",
    type=TypedPath(dir_okay=False, path_type=Path),
    help="Keep results here, and ask only what is missing from it; by default they go to standard output.",
)
@click.option(
    "--parallel",
    metavar="N",
    type=click.IntRange(1, _MOST_PARALLEL),
    default=1,
    show_default=True,
    help="Lines at once; more than one helps where a model server answers.",
)
@click.option("--fail-fast", "is_fail_fast", is_flag=True, help="End with the first line that fails.")
@click.option("--retry-failed", "retries_failed", is_flag=True, help="Ask again the lines of --out that failed.")
@click.option("--anew", "is_anew", is_flag=True, help="Ask all lines again, whatever --out holds.")
@belter_option
@batch_options
@pass_session
def batch(
    session: Session,
    file: Path,
    out: Path | None,
    parallel: int,
    is_fail_fast: bool,
    retries_failed: bool,
    is_anew: bool,
    belter: str | None,
    options: AskOptions,
) -> int:
    """Answer a file of questions, each once.

    FILE holds a question a line, or, as .jsonl, .csv, .tsv or .yaml, the fields of a request: question, docs, belter,
    provider, model, ...; "-" reads questions from standard input. Options are for the lines that do not say
    themselves. Each result is a line of JSON with its line's number, written as soon as it is there: what --json of
    `moe run` prints. Started again with the same --out, it asks only what is missing or has changed; a batch that was
    interrupted or killed goes on so, and so does one whose runs waited for you. Exits with 1 when a line failed, with 4
    when one waits.

    \b
    Examples:
      moe batch questions.txt --docs ./papers --out results.jsonl
      moe batch questions.csv --out results.jsonl --parallel 4 --fail-fast
    """
    name = "standard input" if str(file) == "-" else str(file)
    entries = read_entries(read_input(), name=name, suffix="") if str(file) == "-" else load_entries(file)
    if out is not None and out.exists() and file.exists() and out.samefile(file):
        raise RequestError("--out is the file of questions itself", hint="name another file for the results")
    lines = build_lines(entries, name=name, defaults={**read_fields(options), "belter": belter})
    wanted = BatchOptions(
        parallel=parallel, out=out, is_fail_fast=is_fail_fast, retries_failed=retries_failed, is_anew=is_anew
    )
    session.ask_for_trust()
    if not all(line.request.docs or line.request.collection for line in lines):
        ask_for_refresh(session)
    if not all(line.request.provider for line in lines):
        session.ask_for_servers()
    return _Batch(session, lines, options, wanted).run()


class _Batch:
    """One call of the command."""

    def __init__(self, session: Session, lines: Sequence[BatchLine], options: AskOptions, wanted: BatchOptions) -> None:
        self._session = session
        self._lines = lines
        self._options = options
        self._wanted = wanted
        self._file = ResultsFile(wanted.out) if wanted.out is not None else None
        self._done: dict[int, KeptResult] = {}
        self._broken: list[str] = []  # runs that were decided on, and did not get further
        self._waits: dict[int, str] = {}  # what lines of before wait for
        self._output = sys.stdout
        self._show: StepListener = _ignore

    def run(self) -> int:
        """Answer what is missing, and sum up; the exit code."""
        with self._file or nullcontext():
            if self._file is not None:
                wanted = self._wanted
                self._file.take_up(
                    self._lines, is_anew=wanted.is_anew, retries_failed=wanted.retries_failed, renew=self._renew
                )
                self._done = self._file.kept
            self._tell_begin()
            left = [line for line in self._lines if line.line not in self._done]
            try:
                self._answer(left)
            except InterruptedRunError:
                return self._tell_interrupted()
        return self._conclude()

    def _answer(self, left: Sequence[BatchLine]) -> None:
        if not left:
            return
        level = read_level()
        is_shown = not self._options.is_quiet and level is None
        steps = open_steps("reading documents", "count", is_coloured=self._session.globals.is_coloured)
        with steps if is_shown else nullcontext(_ignore) as self._show:
            runner = BatchRunner(
                app=self._session.app,
                parallel=self._wanted.parallel,
                on_result=self._take,
                on_event=EventLog(level) if level is not None else None,
                on_progress=make_listener(self._show, describe_reading),
            )
            docs, collection = self._options.docs, self._options.collection
            asked = (
                line.request for line in left if (line.request.docs, line.request.collection) == (docs, collection)
            )
            run_async(partial(runner.run, left, first=next(asked, None) if docs or collection else None))

    def _take(self, line: BatchLine, result: RunResult) -> bool:
        code = find_exit_code(result)
        if self._file is not None:
            self._file.add(line, result, code)
        else:
            text = encode_result(line, result, code)
            self._output.write(text.decode())
            self._output.flush()
            self._done[line.line] = decode_json(KeptResult, text)
        failed = [done for done in self._done.values() if done.is_failed]
        if result.status is Status.WAITING and not self._options.is_quiet:
            tell(_describe_wait(line.line, result))
        if result.error is not None and not self._options.is_quiet:
            remedy = f" -> {result.error.hint}" if result.error.hint else ""
            tell(f"line {line.line} failed: {result.error.message}{remedy}")
        note = f"{len(failed)} failed" if failed else ""
        self._show(ProgressStep(label="answering", done=len(self._done), total=len(self._lines), note=note))
        return not (failed and self._wanted.is_fail_fast)

    def _renew(self, line: BatchLine, waiting: KeptResult) -> KeptResult | bytes | None:
        """What has become of a line whose run waited for a person; None to ask it again, for its run was deleted.

        Raises:
            StorageError: The record, or what is kept of that run, cannot be read.
        """
        try:
            record = self._session.app.runs.get_run(waiting.run_id)
        except NameUnknownError:
            return None
        status = record.summary.status
        is_decided = status == WAITING and not (record.result or {}).get("waiting")
        if is_decided or status == INTERRUPTED:
            self._broken.append(waiting.run_id)
        elif status == WAITING:
            self._waits[line.line] = _describe_wait(line.line, _read_result(record))
        if status in (*UNFINISHED, INTERRUPTED):
            return waiting
        answered = _read_result(record)
        return encode_result(line, answered, find_exit_code(answered))

    def _tell_begin(self) -> None:
        if self._options.is_quiet or self._file is None:
            return
        if self._file.stale:
            tell(f"note: {count(self._file.stale, 'result')} left out of {self._wanted.out}: their lines have changed")
        if self._done and len(self._done) < len(self._lines):
            tell(f"note: {len(self._done)} of {count(len(self._lines), 'line')} are answered already")
        for line in sorted(self._waits.keys() & self._done.keys()):
            tell(self._waits[line])

    def _tell_interrupted(self) -> int:
        goes_on = "; the same command goes on" if self._file is not None else ""
        tell(f"interrupted with {len(self._done)} of {count(len(self._lines), 'line')} answered{goes_on}")
        return EXIT_INTERRUPTED

    def _conclude(self) -> int:
        done = list(self._done.values())
        failed = [result for result in done if result.is_failed]
        waiting = [result for result in done if result.is_waiting]
        degraded = [result for result in done if result.degraded and not result.is_failed]
        uncited = [result for result in done if result.status is Status.DONE and not result.citations]
        figures = {
            "lines": len(self._lines),
            "answered": len(done) - len(failed) - len(waiting),
            "without_citation": len(uncited),
            "degraded": len(degraded),
            "failed": len(failed),
            "waiting": len(waiting),
            "left": len(self._lines) - len(done),
        }
        if self._file is None:
            if not self._options.is_quiet:
                tell(_describe(figures))
        elif self._options.is_json:
            self._session.show_json({**figures, "out": str(self._wanted.out)})
        elif not self._options.is_quiet:
            self._session.screen.line(f"{_describe(figures)}; results in {self._wanted.out}")
        if failed:
            if self._file is not None and not self._options.is_quiet:
                tell("  hint: --retry-failed asks the failed lines again")
            return min(result.exit_code or EXIT_FAILED for result in failed)
        if waiting:
            if not self._options.is_quiet:
                self._tell_waiting(len(waiting))
            return EXIT_WAITING
        return EXIT_DEGRADED if degraded and self._options.is_strict else EXIT_DONE

    def _tell_waiting(self, number: int) -> None:
        for run_id in self._broken:
            tell(f"  hint: run {run_id} is decided on, but did not get further: moe runs resume {run_id}")
        if number > len(self._broken):
            tell("  hint: moe runs approve ID or moe runs skip ID decides; then the same command goes on")


def _describe_wait(line: int, result: RunResult) -> str:
    return f"line {line}, run {result.run_id}, waits for you: {result.waiting[0].describe()}"


def _read_result(record: RunRecord) -> RunResult:
    """What a run that is over ended with, which may be nothing.

    Raises:
        StorageError: Another version of moe wrote it otherwise.
    """
    run_id = record.summary.run_id
    try:
        if record.result is not None:
            return from_wire(RunResult, record.result)
        status = Status(record.summary.status)
    except ValueError as error:
        raise StorageError(
            f"the result of run {run_id} cannot be read: another version of moe recorded it",
            hint=f"moe runs delete {run_id} has its line asked again",
        ) from error
    return RunResult(
        run_id=run_id, correlation_id=record.correlation_id, question=record.summary.question, status=status
    )


def _describe(figures: dict[str, int]) -> str:
    parts = [f"{figures['answered']} of {count(figures['lines'], 'line')} answered"]
    names = {
        "without_citation": "of them without a citation",
        "degraded": "degraded",
        "failed": "failed",
        "waiting": "waiting for you",
        "left": "not asked",
    }
    return ", ".join(parts + [f"{figures[key]} {words}" for key, words in names.items() if figures[key]])


def _ignore(_step: ProgressStep) -> None:
    """Nobody looks."""
