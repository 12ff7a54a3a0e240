"""`moe index`: what is kept of documents, so that they need not be read for every question."""

import sys
from collections.abc import Callable, Sequence
from functools import partial

import click

from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED, EXIT_USAGE
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_files, follow_links_option, json_option
from moe.cli.outcome import fail, tell
from moe.cli.progress.steps import describe_indexing, make_listener, open_steps
from moe.cli.render.left_out import list_left_out
from moe.cli.render.screen import Table, Tone, Toned
from moe.cli.session import Session, pass_session
from moe.contracts.index import IndexChange, IndexProblem, IndexStatus, SourceChangeKind, SourceState
from moe_core.contracts.errors import DocumentError, MoeError, RequestError
from moe_core.text.amounts import count, format_bytes
from moe_core.text.lines import join_line

_MOST_NAMED = 5
_REBUILD = "`moe index add --anew` makes it anew from its sources"
_TONES: dict[SourceState, Tone] = {
    SourceState.UNCHANGED: "good",
    SourceState.CHANGED: "warn",
    SourceState.MISSING: "bad",
}


@click.group(cls=NearGroup)
def index() -> None:
    """Keep documents ready for questions.

    \b
    Examples:
      moe index add ./papers
      moe index status
    """


@index.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_files)
@follow_links_option
@click.option("--anew", "is_anew", is_flag=True, help="Read everything again, whatever is there already.")
@click.option("--watch", "is_watched", is_flag=True, help="Go on, and take in what changes, until interrupted.")
@json_option
@pass_session
def add(session: Session, paths: tuple[str, ...], is_anew: bool, is_watched: bool, is_json: bool) -> int:
    """Index files, folders (with all below them) and globs (in quotes).

    Files that have not changed are not read again; what has gone from a folder goes from the index. Without a PATH,
    all files of the index are looked at, and those that have changed are read again; what is new in a folder or glob
    that was added before comes in, and what is gone from it goes.

    \b
    Examples:
      moe index add ./papers notes.md
      moe index add
      moe index add ./papers --watch
    """
    if not paths and not session.app.index.store.exists():
        raise RequestError("there is no index yet", hint="name files or folders: moe index add ./papers")
    update = partial(session.app.index.update, add=paths, is_anew=is_anew)
    code = _change(session, update, session.app.index.prepare, is_json=is_json)
    return _watch(session, is_json=is_json) if is_watched and code == EXIT_DONE else code


@index.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_files)
@json_option
@pass_session
def remove(session: Session, paths: tuple[str, ...], is_json: bool) -> int:
    """Take files, folders and globs (in quotes) out of the index; they need not exist any more.

    \b
    Example:
      moe index remove ./papers/drafts
    """
    return _change(session, partial(session.app.index.update, remove=paths), is_json=is_json)


@index.command()
@json_option
@pass_session
def status(session: Session, is_json: bool) -> int:
    """Show what is in the index, and which files have changed since. Exits with 1 if it cannot be opened.

    \b
    Example:
      moe index status
    """
    found = session.app.index.read_status()
    if is_json:
        session.show_json(found)
        return EXIT_FAILED if found.damage else EXIT_DONE
    if not found.exists:
        session.screen.line(f"no index in {session.app.workspace.folder}; `moe index add PATH` makes one")
        return EXIT_DONE
    session.screen.line(_summarise(found))
    if found.sources:
        rows = [
            (source.name, f"{source.documents}", Toned(str(source.state), _TONES[source.state]))
            for source in found.sources
        ]
        session.screen.table(Table(columns=("source", "documents", "state"), rows=rows))
    if found.damage:
        return fail(found.damage, _REBUILD, EXIT_FAILED)
    for change in session.app.index.find_changes():
        if change.kind in (SourceChangeKind.NEW, SourceChangeKind.MOVED):
            session.warn(f"{change.describe()}; `moe index add` takes it in")
    if found.is_outdated:
        session.warn("it was made by another version of moe; `moe index add` makes it anew")
    elif any(source.state is SourceState.CHANGED for source in found.sources):
        session.warn("some sources have changed; `moe index add` reads them again")
    return EXIT_DONE


@index.command()
@json_option
@pass_session
def verify(session: Session, is_json: bool) -> int:
    """Check the index: files, checksums, tables, texts and sources. Exits with 1 if it is damaged.

    \b
    Example:
      moe index verify
    """
    found = session.app.index.verify()
    if is_json:
        session.show_json(found)
    elif not found:
        exists = session.app.index.store.exists()
        session.screen.line("the index is sound, and its sources are as they were" if exists else "there is no index")
    for problem in () if is_json else found:
        session.screen.line(_describe(problem))
    return EXIT_FAILED if any(problem.is_damage for problem in found) else EXIT_DONE


def _watch(session: Session, *, is_json: bool) -> int:
    """Take in what changes, until interrupted; what goes wrong is told, and tried again at the next change."""
    found = session.app.index
    if not is_json:
        tell("watching; Ctrl-C ends it")
    for _ in found.watch():
        sys.stdout.flush()  # what was told is read now, also behind a pipe
        try:
            change = found.update()
            if not (change.added or change.changed or change.removed):
                continue
            found.prepare()
        except MoeError as error:
            fail(error.message, error.hint, error.exit_code)
            continue
        if is_json:
            session.show_json(change)
        else:
            _show_change(session, change)
        sys.stdout.flush()
    return EXIT_DONE


def _change(
    session: Session,
    update: Callable[..., IndexChange],
    prepare: Callable[..., None] | None = None,
    *,
    is_json: bool,
) -> int:
    failure: MoeError | None = None
    try:
        with open_steps("looking for changes", "share", is_coloured=session.globals.is_coloured) as show:
            on_progress = make_listener(show, describe_indexing)
            change = update(on_progress=on_progress)
            try:
                if prepare is not None:
                    prepare(on_progress=on_progress)
            except MoeError as error:  # the index is in place: that is told first
                failure = error
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if is_json:
        session.show_json(change)
        return _tell_failure(failure)
    _show_change(session, change)
    return _tell_failure(failure)


def _show_change(session: Session, change: IndexChange) -> None:
    words = [
        *_name_files("added", change.added),
        *_name_files("read again", change.changed),
        *_name_files("removed", change.removed),
    ]
    for line in words or ["nothing has changed"]:
        session.screen.line(line)
    session.screen.line(f"{_count(change.documents, change.passages)} in the index")
    for line in list_left_out(change.notes):
        session.warn(line)


def _tell_failure(error: MoeError | None) -> int:
    return EXIT_DONE if error is None else fail(error.message, error.hint, error.exit_code)


def _name_files(what: str, names: Sequence[str]) -> list[str]:
    """One line that names a few, and counts many."""
    if not names:
        return []
    if len(names) > _MOST_NAMED:
        return [f"{what}: {count(len(names), 'file')}"]
    return [f"{what}: {', '.join(names)}"]


def _summarise(found: IndexStatus) -> str:
    size = format_bytes(found.size_bytes)
    what = "of another version" if found.is_outdated else _count(found.documents, found.passages)
    return f"{what}, {size} in {found.folder}"


def _count(documents: int, passages: int) -> str:
    return f"{count(documents, 'document')}, {count(passages, 'passage')}"


def _describe(problem: IndexProblem) -> str:
    return f"{'damage' if problem.is_damage else 'behind'}: {join_line(problem.what)} -> {join_line(problem.remedy)}"
